// Batch normalisation and its gradient (Ioffe and Szegedy 2015).
// Forward:  result = (x - mean)·inverse·weight + bias
// BACKWARD: result (+)= weight·inverse·(g - Σg/n - x̂·Σ(g·x̂)/n),  x̂ = (x - mean)·inverse, sums over the n pixels of the batch
// moments is [mean | inverse], sums [Σg | Σ(g·x̂)], [channel] each. Without a weight it is 1, without a bias 0.
// FOURS: `channels` is a multiple of four, and a number stands for four, here and in the uniforms.
// Grid: x and y over numbers, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  channels: u32,
  pixels: u32,
  hasWeight: u32,
  weight: u32,
  hasBias: u32,
  bias: u32,
  // 1: added to what is there (backward).
  accumulate: u32,
}

#if FOURS
alias Number = vec4f;
#else
alias Number = f32;
#endif

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<Number>;
@group(0) @binding(2) var<storage, read_write> result: array<Number>;
@group(0) @binding(3) var<storage, read> moments: array<Number>;
@group(0) @binding(4) var<storage, read> parameters: array<Number>;
#if BACKWARD
@group(0) @binding(5) var<storage, read> gradient: array<Number>;
@group(0) @binding(6) var<storage, read> sums: array<Number>;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let inverse = moments[params.channels + c];
  let standard = (source[i] - moments[c]) * inverse;
  var weight = Number(1.0);
  if (params.hasWeight == 1u) {
    weight = parameters[params.weight + c];
  }
#if BACKWARD
  let n = f32(params.pixels);
  var value = weight * inverse * (gradient[i] - sums[c] / n - standard * sums[params.channels + c] / n);
  if (params.accumulate == 1u) {
    value += result[i];
  }
  result[i] = value;
#else
  var value = standard * weight;
  if (params.hasBias == 1u) {
    value += parameters[params.bias + c];
  }
  result[i] = value;
#endif
}
