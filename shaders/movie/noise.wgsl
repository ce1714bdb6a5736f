// Level and noise of each tile of 32 × 32 pixels of a corrected sum, without what stands out: sums are clipped at five
// standard deviations from the mean, six times over. Whole numbers (quantum 1) are kept up to four counts above the mean
// besides, since the few counts of a nearly empty frame are no outliers.
//
// Layout: sum and factors row-major f32, width × rows; tiles row-major, one (mean, variance, least value, pixels) each.
// Grid: x over tiles, one invocation each: a tile's rows are 128 bytes long, so that it reads whole cache lines, and
// nothing has to be exchanged, which keeps the order of additions the same on every machine.

struct Params {
  width: u32,
  rows: u32,
  tilesAcross: u32,
  tiles: u32,
  quantum: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sum: array<f32>;
@group(0) @binding(2) var<storage, read_write> tiles: array<vec4f>;
#if GAIN
@group(0) @binding(3) var<storage, read> factors: array<f32>;
#endif
#include "lib/detector.wgsl"

const edge = 32u;
const turns = 6u;
const clip = 5.0;
const keptCounts = 4.0;
const largest = 3.4028234e38;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tiles) {
    return;
  }
  let left = (id.x % params.tilesAcross) * edge;
  let top = (id.x / params.tilesAcross) * edge;
  let right = min(left + edge, params.width);
  let bottom = min(top + edge, params.rows);
  var mean = 0.0;
  var variance = 0.0;
  var least = 0.0;
  var count = 0.0;
  var limit = largest;
  for (var turn = 0u; turn < turns; turn++) {
    // Deviations from the last mean, so that no digits are lost to a large one.
    var total = 0.0;
    var squares = 0.0;
    var low = largest;
    count = 0.0;
    for (var y = top; y < bottom; y++) {
      for (var x = left; x < right; x++) {
        let index = y * params.width + x;
        let value = correctedAt(index);
        let deviation = value - mean;
        if (!isDefect(index) && abs(deviation) <= limit) {
          count += 1.0;
          total += deviation;
          squares += deviation * deviation;
          low = min(low, value);
        }
      }
    }
    if (count == 0.0) {
      break;
    }
    let step = total / count;
    mean += step;
    variance = max(squares / count - step * step, 0.0);
    least = low;
    limit = max(clip * sqrt(variance), keptCounts * params.quantum);
  }
  tiles[id.x] = vec4f(mean, variance, least, count);
}
