// When a value is too far above a level to be noise: the limit, `threshold` standard deviations above it. Counts have
// Poisson's long upper tail, which makes six of their standard deviations common in a frame with one electron a pixel:
// where no value is negative they are compared as 2·√(n + 3/8), whose deviation is 1 at any level (Anscombe, Biometrika
// 35, 246, 1948), n being the value in units of variance / mean, and of one whole count (`quantum`) at least.
// `largestFloat` where there is no noise to go by.

const largestFloat = 3.4028234e38;

fn limitAbove(level: f32, noise: Noise, quantum: f32, threshold: f32) -> f32 {
  if (noise.least >= 0.0) {
    var unit = quantum;
    if (noise.mean > 0.0) {
      unit = max(unit, noise.variance / noise.mean);
    }
    if (unit <= 0.0) {
      return largestFloat;
    }
    let root = sqrt(max(level, 0.0) / unit + 0.375) + 0.5 * threshold;
    return (root * root - 0.375) * unit;
  }
  if (noise.variance <= 0.0) {
    return largestFloat;
  }
  return level + threshold * sqrt(noise.variance);
}

// What is known of a tile's noise; `limit` is that above its mean.
struct Noise {
  mean: f32,
  variance: f32,
  least: f32,
  limit: f32,
}
