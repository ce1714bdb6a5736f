// Sums of values and of their squares. Without $LAST: of a row-major f32 image, one pair for each workgroup; with it, by
// one workgroup, of those pairs. Every thread adds every so-many-th value, then the threads add in pairs, so that the
// order of additions is the same on every machine and rounding grows with its square root.
//
// Layout: values f32, or pairs with $LAST; result pairs.
// Grid: x over workgroups: `stride` is 256 of their number. $LAST: one workgroup, a stride of 256.

struct Params {
  count: u32,
  stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
#if LAST
@group(0) @binding(1) var<storage, read> values: array<vec2f>;
#else
@group(0) @binding(1) var<storage, read> values: array<f32>;
#endif
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;

var<workgroup> sums: array<vec2f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  var sum = vec2f(0.0);
  for (var i = group.x * 256u + thread; i < params.count; i += params.stride) {
#if LAST
    sum += values[i];
#else
    let value = values[i];
    sum += vec2f(value, value * value);
#endif
  }
  sums[thread] = sum;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      sums[thread] += sums[thread + half];
    }
  }
  if (thread == 0u) {
    result[group.x] = sums[0];
  }
}
