// Level and noise of each tile of 32 × 32 pixels of a corrected sum, without what stands out: the values of every other
// row, clipped at five standard deviations from the mean until no more fall out. Whole numbers (quantum 1) are kept up to
// four counts above the mean besides, since the few counts of a nearly empty frame are no outliers.
//
// Layout: sum and factors row-major f32, width × rows; tiles row-major, one Noise each.
// Grid: x over tiles, one invocation each: a tile's rows are 128 bytes long, so that it reads whole cache lines, and
// nothing has to be exchanged, which keeps the order of additions the same on every machine.

struct Params {
  width: u32,
  rows: u32,
  tilesAcross: u32,
  tiles: u32,
  quantum: f32,
  // 0: no limit.
  threshold: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sum: array<f32>;
@group(0) @binding(2) var<storage, read_write> tiles: array<Noise>;
#if GAIN
@group(0) @binding(3) var<storage, read> factors: array<f32>;
#endif
#include "lib/detector.wgsl"
#include "lib/hot.wgsl"

const edge = 32u;
const turns = 6u;
const clip = 5.0;
const keptCounts = 4.0;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tiles) {
    return;
  }
  let left = (id.x % params.tilesAcross) * edge;
  let top = (id.x / params.tilesAcross) * edge;
  let right = min(left + edge, params.width);
  let bottom = min(top + edge, params.rows);
  var noise = Noise(0.0, 0.0, 0.0, largestFloat);
  var known = 0.0;
  var reach = largestFloat;
  for (var turn = 0u; turn < turns; turn++) {
    // Deviations from the last mean, so that no digits are lost to a large one.
    var count = 0.0;
    var total = 0.0;
    var squares = 0.0;
    var least = largestFloat;
    for (var y = top; y < bottom; y += 2u) {
      for (var x = left; x < right; x++) {
        let index = y * params.width + x;
        let value = correctedAt(index);
        let deviation = value - noise.mean;
        if (!isDefect(index) && abs(deviation) <= reach) {
          count += 1.0;
          total += deviation;
          squares += deviation * deviation;
          least = min(least, value);
        }
      }
    }
    // The first turn knows no mean, and its sums may have lost digits.
    if (count == 0.0 || (turn > 1u && count == known)) {
      break;
    }
    known = count;
    let step = total / count;
    noise.mean += step;
    noise.variance = max(squares / count - step * step, 0.0);
    noise.least = least;
    reach = max(clip * sqrt(noise.variance), keptCounts * params.quantum);
  }
  if (known > 0.0 && params.threshold > 0.0) {
    noise.limit = limitAbove(noise.mean, noise, params.quantum, params.threshold);
  }
  tiles[id.x] = noise;
}
