// Topaz's penalty for unlabelled data (Bepler et al. 2019, equation 6): the cross-entropy between the number of positives that
// the network predicts, a Gaussian over 0..N with weights softmax(-(mean - c)²/2(variance + 1e-10)), and the binomial one.
// logBinomial[c] is the logarithm of the binomial probability of c positives. totals are those of count_moments.wgsl.
// One workgroup. partials[0] gets the whole loss times 1 / lossScale, slopes the penalty's derivatives by mean and variance.

struct Params {
  slack: f32,
}

struct Step {
  lossScale: f32,
  // One over the number of positives, or 0.
  positiveScale: f32,
  unlabelled: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read> totals: array<f32>;
@group(0) @binding(3) var<storage, read> logBinomial: array<f32>;
@group(0) @binding(4) var<storage, read_write> slopes: array<f32>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;

// Σ w, Σ w·d, Σ w·d² and the same with the logarithms.
struct Sums {
  plain: vec3f,
  weighted: vec3f,
}

var<workgroup> sums: array<Sums, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  let mean = totals[1];
  let variance = totals[2] + 1e-10;
  // The most likely count: weights and logarithms are taken relative to its own.
  let top = u32(clamp(round(mean), 0.0, f32(step.unlabelled)));
  let nearest = mean - f32(top);
  var sum = Sums(vec3f(0.0), vec3f(0.0));
  for (var c = thread; c <= step.unlabelled; c += 256u) {
    let d = mean - f32(c);
    // (nearest - d)·(nearest + d) instead of a difference of squares.
    let weight = exp((nearest - d) * (nearest + d) / (2.0 * variance));
    let powers = weight * vec3f(1.0, d, d * d);
    sum.plain += powers;
    // The tail's logarithms are huge, and have no weight.
    if (weight > 0.0) {
      sum.weighted += powers * (logBinomial[c] - logBinomial[top]);
    }
  }
  sums[thread] = sum;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      sums[thread].plain += sums[thread + half].plain;
      sums[thread].weighted += sums[thread + half].weighted;
    }
  }
  if (thread == 0u) {
    let plain = sums[0].plain / sums[0].plain.x;
    let weighted = sums[0].weighted / sums[0].plain.x;
    let expected = weighted.x;
    slopes[0] = params.slack * (weighted.y - expected * plain.y) / variance;
    slopes[1] = -params.slack * (weighted.z - expected * plain.z) / (2.0 * variance * variance);
    let penalty = -(expected + logBinomial[top]);
    partials[0] = (totals[0] * step.positiveScale + params.slack * penalty) / step.lossScale;
  }
}
