// One plane less another of the same size, pixel by pixel, into a third. Row-major f32, `count` values.
// Grid: x over columns of 64 workgroups' worth, y over rows of them: index = (y · columns + x).

struct Params {
  count: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> minuend: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read> subtrahend: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.columns + id.x;
  if (id.x >= params.columns || index >= params.count) {
    return;
  }
  result[index] = minuend[index] - subtrahend[index];
}
