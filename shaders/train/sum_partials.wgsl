// result[i] (+)= Σ over chunks, in their order, of partials[chunk·stride + first + i], for i < count.
// Grid: x and y over i, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  chunks: u32,
  stride: u32,
  first: u32,
  resultFirst: u32,
  // 1: the sum is added to what is there.
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count) {
    return;
  }
  var sum = 0.0;
  for (var chunk = 0u; chunk < params.chunks; chunk++) {
    sum += partials[chunk * params.stride + params.first + i];
  }
  let at = params.resultFirst + i;
  if (params.accumulate == 1u) {
    sum += result[at];
  }
  result[at] = sum;
}
