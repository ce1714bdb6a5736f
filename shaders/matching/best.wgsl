// Correlations of a picture with templates → the highest normalised cross-correlation at every pixel so far, and the highest with the
// same templates in opposite contrast, each with the number of the template that gave it (of equal ones the first). Near the picture's edges only what of a template lies inside counts,
// times its share of the sum of squares: what is half hidden is worth less.
// Layout: correlations template × row × column of planes of `columns` × `rows`, the picture in their corner, as means and contrast
// (see template/contrast.wgsl); results row × column of the picture alone. `tables` holds for every template sums of its values and of
// their squares over all pixels above and left, (2·reach + 2)² pairs with a row and a column of zeros before the first ones.
// Grid: one thread a pixel of the picture, 8 × 8.

struct Params {
  width: u32,
  height: u32,
  columns: u32,
  rows: u32,
  reach: u32,
  count: u32,
  // Of the templates as they lie here against the tables.
  turned: u32,
  mirrored: u32,
  // Number of the first template; the next ones go on in steps.
  first: u32,
  step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tables: array<vec2f>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> contrast: array<f32>;
@group(0) @binding(4) var<storage, read> correlations: array<f32>;
@group(0) @binding(5) var<storage, read_write> best: array<f32>;
@group(0) @binding(6) var<storage, read_write> which: array<u32>;
@group(0) @binding(7) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(8) var<storage, read_write> whichInverse: array<u32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  let reach = params.reach;
  let side = 2u * reach + 2u;
  let at = id.y * params.columns + id.x;
  let mean = means[at];
  let factor = contrast[at];
  // Pixels of the picture left of, above, right of and below this one, as far as a template goes.
  let before = min(id.xy, vec2u(reach));
  let after = min(vec2u(params.width, params.height) - 1u - id.xy, vec2u(reach));
  let whole = all(before == vec2u(reach)) && all(after == vec2u(reach));
  // Half a turn mirrors x and y, a mirror y alone.
  let flips = vec2<bool>(params.turned == 1u, params.turned != params.mirrored);
  let first = reach - select(before, after, flips);
  let last = reach + 1u + select(after, before, flips);
  let pixel = id.y * params.width + id.x;
  var highest = best[pixel];
  var chosen = which[pixel];
  var opposite = inverse[pixel];
  var chosenOpposite = whichInverse[pixel];
  for (var i = 0u; i < params.count; i++) {
    var score = correlations[i * params.columns * params.rows + at];
    if (!whole) {
      let table = i * side * side;
      let sums = tables[table + last.y * side + last.x] - tables[table + first.y * side + last.x]
        - tables[table + last.y * side + first.x] + tables[table + first.y * side + first.x];
      score = (score - sums.x * mean) * sqrt(max(sums.y, 0.0));
    }
    score *= factor;
    let number = params.first + i * params.step;
    if (score > highest) {
      highest = score;
      chosen = number;
    }
    if (-score > opposite) {
      opposite = -score;
      chosenOpposite = number;
    }
  }
  best[pixel] = highest;
  which[pixel] = chosen;
  inverse[pixel] = opposite;
  whichInverse[pixel] = chosenOpposite;
}
