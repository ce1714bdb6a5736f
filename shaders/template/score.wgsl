// In place: a picture's correlation with a template → times the contrast there; row-major f32, `count` values.
// Grid: x over columns of 64 workgroups' worth, y over rows of them: index = (y · columns + x).

struct Params {
  count: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> contrast: array<f32>;
@group(0) @binding(2) var<storage, read_write> correlation: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.columns + id.x;
  if (id.x < params.columns && index < params.count) {
    correlation[index] = correlation[index] * contrast[index];
  }
}
