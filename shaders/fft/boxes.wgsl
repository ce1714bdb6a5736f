// Squares of a plane, each at its own place, times a window, one behind the other: what a stack of transforms wants.
// Beyond the plane they are 0. Layout: origins as (x, y) of pixel 0, i32; window: weight of a column or row; the
// product of both is taken. Grid: x over columns, y over rows, z over boxes.

struct Params {
  width: u32,
  height: u32,
  edge: u32,
  first: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read> origins: array<vec2i>;
@group(0) @binding(4) var<storage, read> window: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.edge || id.y >= params.edge) {
    return;
  }
  let at = origins[params.first + id.z] + vec2i(id.xy);
  var value = 0.0;
  if (all(at >= vec2i(0)) && at.x < i32(params.width) && at.y < i32(params.height)) {
    value = source[u32(at.y) * params.width + u32(at.x)];
  }
  result[(id.z * params.edge + id.y) * params.edge + id.x] = value * window[id.x] * window[id.y];
}
