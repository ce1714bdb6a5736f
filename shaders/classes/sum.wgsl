// Adds what pictures give (`gather.wgsl`) up in their order: sums[i] += Σ_picture parts[picture·count + i].
// Grid: x over `count` in 64s.

struct Params {
  count: u32,
  pictures: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) {
    return;
  }
  var sum = sums[id.x];
  for (var picture = 0u; picture < params.pictures; picture++) {
    sum += parts[picture * params.count + id.x];
  }
  sums[id.x] = sum;
}
