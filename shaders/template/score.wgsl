// In place: a picture's correlation with a template, 0 beyond the edge → normalised cross-correlation with what of the
// template lies inside, times its share of the sum of squares: what is half hidden is worth less. Row-major f32, the picture
// in the corner of planes of `columns` values a row; what is beside it stays.
// Grid: one thread a pixel of the picture, 8 × 8.

#include "lib/inside.wgsl"

struct Params {
  width: u32,
  height: u32,
  columns: u32,
  reach: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// Sum and sum of squares of the template inside.
@group(0) @binding(1) var<storage, read> inside: array<vec2f>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> contrast: array<f32>;
@group(0) @binding(4) var<storage, read_write> correlation: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  let at = id.y * params.columns + id.x;
  let sums = inside[inside_index(id.x, id.y, params.width, params.height, params.reach)];
  // Over the root of the share for the correlation, and times the share.
  correlation[at] = (correlation[at] - sums.x * means[at]) * contrast[at] * sqrt(max(sums.y, 0.0));
}
