// From sums to the moments that a batch normalisation works with: [mean | 1 / sqrt(variance + epsilon)], [channel] each.
// OF: mean     from Σ x of `pixels` pixels
//     spread   from Σ (x - mean)²; the running statistics follow by `momentum`, the variance as the unbiased one
//     running  both from the running statistics
// statistics holds the running means from `first`, the running variances `channels` later.
// Grid: x over channels.

struct Params {
  channels: u32,
  pixels: u32,
  first: u32,
  epsilon: f32,
  momentum: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> moments: array<f32>;
#if OF == mean
@group(0) @binding(2) var<storage, read> sums: array<f32>;
#endif
#if OF == spread
@group(0) @binding(2) var<storage, read> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<f32>;
#endif
#if OF == running
@group(0) @binding(2) var<storage, read> statistics: array<f32>;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= params.channels) {
    return;
  }
#if OF == mean
  moments[c] = sums[c] / f32(params.pixels);
#endif
#if OF == spread
  let variance = sums[c] / f32(params.pixels);
  moments[params.channels + c] = 1.0 / sqrt(variance + params.epsilon);
  let unbiased = sums[c] / f32(max(2u, params.pixels) - 1u);
  let mean = params.first + c;
  statistics[mean] += params.momentum * (moments[c] - statistics[mean]);
  let spread = mean + params.channels;
  statistics[spread] += params.momentum * (unbiased - statistics[spread]);
#endif
#if OF == running
  moments[c] = statistics[params.first + c];
  moments[params.channels + c] = 1.0 / sqrt(statistics[params.first + params.channels + c] + params.epsilon);
#endif
}
