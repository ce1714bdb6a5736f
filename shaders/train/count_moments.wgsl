// Of a batch of labelled positives (1) and unlabelled numbers (0; what is below is not looked at), for each workgroup:
// Σ log(1 + e^-s) of the positives, Σ p and Σ p·(1 - p) of the unlabelled ones, p the sigmoid of the logit s.
// partials is [workgroup][3]. Grid: x over stretches of 256 · 16 numbers.

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> prediction: array<f32>;
@group(0) @binding(2) var<storage, read> goal: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

var<workgroup> sums: array<vec3f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  var sum = vec3f(0.0);
  for (var j = 0u; j < 16u; j++) {
    let i = (group.x * 16u + j) * 256u + thread;
    if (i < params.count) {
      let s = prediction[i];
      let e = exp(-abs(s));
      let one = select(e, 1.0, s >= 0.0) / (1.0 + e);
      let zero = select(1.0, e, s >= 0.0) / (1.0 + e);
      if (goal[i] > 0.5) {
        sum.x += max(-s, 0.0) + log(1.0 + e);
      } else if (goal[i] > -0.5) {
        sum += vec3f(0.0, one, one * zero);
      }
    }
  }
  sums[thread] = sum;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      sums[thread] += sums[thread + half];
    }
  }
  if (thread == 0u) {
    partials[3u * group.x] = sums[0].x;
    partials[3u * group.x + 1u] = sums[0].y;
    partials[3u * group.x + 2u] = sums[0].z;
  }
}
