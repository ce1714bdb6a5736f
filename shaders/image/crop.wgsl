// Cuts the top left corner out of an image: result(x, y) = source(x, y). Row-major f32.
// Grid: x over result columns, y over result rows.

struct Params {
  sourceWidth: u32,
  width: u32,
  height: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  result[id.y * params.width + id.x] = source[id.y * params.sourceWidth + id.x];
}
