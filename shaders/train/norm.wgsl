// Sum of the squares of gradients, and whether a gradient or a weight is no finite number, for each workgroup.
// partials is [workgroup][2]: sum, 0 or 1. Grid: x over stretches of 256 · 16 numbers.

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

var<workgroup> sums: array<vec2f, 256>;

// By its bits, since a compiler may take it for granted that there are no NaNs.
fn isBad(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) == 0x7f800000u;
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  var sum = vec2f(0.0);
  for (var j = 0u; j < 16u; j++) {
    let i = (group.x * 16u + j) * 256u + thread;
    if (i < params.count) {
      let g = gradients[i];
      sum.x += g * g;
      if (isBad(g) || isBad(parameters[i])) {
        sum.y = 1.0;
      }
    }
  }
  sums[thread] = sum;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      let other = sums[thread + half];
      sums[thread] = vec2f(sums[thread].x + other.x, max(sums[thread].y, other.y));
    }
  }
  if (thread == 0u) {
    partials[2u * group.x] = sums[0].x;
    partials[2u * group.x + 1u] = sums[0].y;
  }
}
