// A plane times a weight for its column and one for its row, on a larger plane: what lies beyond it is 0.
// Layout: weights f32, width of the columns first, then height of the rows; result row-major, paddedWidth a row.
// Grid: x over columns of the result, y over its rows.

struct Params {
  width: u32,
  height: u32,
  paddedWidth: u32,
  paddedHeight: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.paddedWidth || id.y >= params.paddedHeight) {
    return;
  }
  var value = 0.0;
  if (id.x < params.width && id.y < params.height) {
    value = source[id.y * params.width + id.x] * weights[id.x] * weights[params.width + id.y];
  }
  result[id.y * params.paddedWidth + id.x] = value;
}
