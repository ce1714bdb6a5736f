// The transpose of mirror padding: every pixel gets the gradients of itself and of its mirror images.
//   result[n, y, x, c] (+)= Σ gradient[n, yp, xp, c] over the padded picture's pixels that show (y, x).
// Grid: x and y over the result's numbers, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  channels: u32,
  width: u32,
  height: u32,
  left: u32,
  right: u32,
  top: u32,
  bottom: u32,
  // 1: added to what is there.
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

// Where pixel i is shown, counted from the padding's beginning: itself, before the first and after the last; -1 for nowhere.
fn images(i: u32, length: u32, before: u32, after: u32) -> vec3i {
  let at = i32(before + i);
  let mirroredAfter = 2u * (length - 1u) - i;
  return vec3i(
    at,
    select(-1, i32(before) - i32(i), i >= 1u && i <= before),
    select(-1, i32(before + mirroredAfter), i + 1u < length && mirroredAfter < length + after),
  );
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
  let rows = pixel / params.width;
  let n = rows / params.height;
  let shownX = images(pixel % params.width, params.width, params.left, params.right);
  let shownY = images(rows % params.height, params.height, params.top, params.bottom);
  let paddedWidth = params.left + params.width + params.right;
  let paddedHeight = params.top + params.height + params.bottom;
  var sum = 0.0;
  for (var v = 0u; v < 3u; v++) {
    for (var h = 0u; h < 3u; h++) {
      if (shownY[v] >= 0 && shownX[h] >= 0) {
        let at = (n * paddedHeight + u32(shownY[v])) * paddedWidth + u32(shownX[h]);
        sum += gradient[at * params.channels + c];
      }
    }
  }
  if (params.accumulate == 1u) {
    sum += result[i];
  }
  result[i] = sum;
}
