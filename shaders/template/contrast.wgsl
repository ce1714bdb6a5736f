// In place: means of a picture, and of its squares, over the whole disc around each pixel, with 0 beyond the edge → the mean
// over what of the disc lies inside, and one over the root of that part's area times the variance in it, which counts as
// `least` at least. Row-major f32, the picture in the corner of planes of `columns` values a row.
// Grid: one thread a pixel of the picture, 8 × 8.

#include "lib/inside.wgsl"

struct Params {
  width: u32,
  height: u32,
  columns: u32,
  reach: u32,
  // Of the whole disc, px².
  area: f32,
  least: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
// Parts of the disc inside.
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> means: array<f32>;
@group(0) @binding(3) var<storage, read_write> squares: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  let at = id.y * params.columns + id.x;
  let part = parts[inside_index(id.x, id.y, params.width, params.height, params.reach)];
  let mean = means[at] / part;
  let variance = squares[at] / part - mean * mean;
  means[at] = mean;
  squares[at] = inverseSqrt(params.area * part * max(variance, params.least));
}
