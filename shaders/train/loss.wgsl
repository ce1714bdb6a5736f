// Losses that are a weighted mean over numbers, and their gradients by the prediction.
// OF: l2     (p - t)²
//     l1     |p - t|, of derivative 0 where they are equal
//     bce    cross-entropy of the probability t with logits: log(1 + e^s) - s·t
//     focal  Lin et al. 2017, equation 5, with logits: a·(1 - m)^gamma · bce, where m is the probability of what is true
//            and a is alpha for 1 and 1 - alpha for 0
// gradient[i] = derivative·weight[i]·step.lossScale; partials gets the sum of loss·weight for each workgroup. WEIGHTED: with a weight for
// each number. `step.lossScale` is one over the sum of the weights.
// Grid: x over stretches of 256 · 16 numbers.

struct Params {
  count: u32,
  alpha: f32,
  gamma: f32,
}

struct Step {
  lossScale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read> prediction: array<f32>;
@group(0) @binding(3) var<storage, read> goal: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;
#if WEIGHTED
@group(0) @binding(6) var<storage, read> weights: array<f32>;
#endif

var<workgroup> sums: array<f32, 256>;

// Value and derivative.
fn loss(p: f32, t: f32) -> vec2f {
#if OF == l2
  return vec2f((p - t) * (p - t), 2.0 * (p - t));
#endif
#if OF == l1
  return vec2f(abs(p - t), sign(p - t));
#endif
#if OF == bce
  let e = exp(-abs(p));
  let probability = select(e, 1.0, p >= 0.0) / (1.0 + e);
  return vec2f(max(p, 0.0) + log(1.0 + e) - p * t, probability - t);
#endif
#if OF == focal
  let e = exp(-abs(p));
  let one = select(e, 1.0, p >= 0.0) / (1.0 + e);
  let zero = select(1.0, e, p >= 0.0) / (1.0 + e);
  let entropy = max(p, 0.0) + log(1.0 + e) - p * t;
  // 1 - m without cancellation; above 0, since pow takes its logarithm.
  let missed = max(one * (1.0 - t) + zero * t, 1e-20);
  let balance = params.alpha * t + (1.0 - params.alpha) * (1.0 - t);
  let factor = balance * pow(missed, params.gamma);
  let slope = params.gamma * (2.0 * t - 1.0) * one * zero * entropy / missed;
  return vec2f(factor * entropy, factor * (one - t - slope));
#endif
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  var sum = 0.0;
  for (var j = 0u; j < 16u; j++) {
    let i = (group.x * 16u + j) * 256u + thread;
    if (i < params.count) {
      let both = loss(prediction[i], goal[i]);
#if WEIGHTED
      let weight = weights[i];
#else
      let weight = 1.0;
#endif
      // Not 0 times what may be infinite.
      sum += select(0.0, both.x * weight, weight != 0.0);
      gradient[i] = select(0.0, both.y * weight * step.lossScale, weight != 0.0);
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
    partials[group.x] = sums[0];
  }
}
