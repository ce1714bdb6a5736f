// Marks the pixels of a summed movie that are replaced: defects, and hot pixels.
//
// A pixel is hot when it lies more than `threshold` standard deviations above both the level of its tile (noise.wgsl)
// and the median of its 5 × 5 neighbourhood. RELION takes 6 standard deviations of the whole sum (motioncorr_runner.cpp,
// hotpixel_sigma); here noise and level are local, so that vacuum beside carbon is not hot. Counts have Poisson's long
// upper tail, which makes 6 of their standard deviations common in a frame with 1 electron a pixel: where no value is
// negative they are compared as 2·√(n + 3/8), whose deviation is 1 at any level (Anscombe, Biometrika 35, 246, 1948), n
// being the value in units of the tile's variance / mean, and of a whole count at least.
//
// Layout: sum and factors row-major f32, width × rows; mask one bit a pixel in reading order, lowest first; counts: hot
// pixels, defects, both of rows [firstCore, endCore) only.
// Grid: x over columns of workgroups, y over rows of them: word of the mask = y · columns + x.

struct Params {
  width: u32,
  rows: u32,
  firstCore: u32,
  endCore: u32,
  tilesAcross: u32,
  words: u32,
  columns: u32,
  quantum: f32,
  // 0: hot pixels stay.
  threshold: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sum: array<f32>;
@group(0) @binding(2) var<storage, read> tiles: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> mask: array<u32>;
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>, 2>;
#if GAIN
@group(0) @binding(5) var<storage, read> factors: array<f32>;
#endif
#include "lib/detector.wgsl"

const neighbours = 24u;

// By how many standard deviations a value lies above a level.
fn excess(value: f32, level: f32, tile: vec4f) -> f32 {
  if (tile.z >= 0.0) {
    var unit = params.quantum;
    if (tile.x > 0.0) {
      unit = max(unit, tile.y / tile.x);
    }
    if (unit <= 0.0) {
      return 0.0;
    }
    return 2.0 * (sqrt(max(value, 0.0) / unit + 0.375) - sqrt(max(level, 0.0) / unit + 0.375));
  }
  if (tile.y <= 0.0) {
    return 0.0;
  }
  return (value - level) * inverseSqrt(tile.y);
}

// Median of the good pixels around (x, y), or the pixel's own value where there are fewer than three.
fn surroundings(x: u32, y: u32) -> f32 {
  var sorted: array<f32, neighbours>;
  var count = 0u;
  let right = min(x + 2u, params.width - 1u);
  let bottom = min(y + 2u, params.rows - 1u);
  for (var v = max(y, 2u) - 2u; v <= bottom; v++) {
    for (var u = max(x, 2u) - 2u; u <= right; u++) {
      let index = v * params.width + u;
      if ((u == x && v == y) || isDefect(index)) {
        continue;
      }
      let value = correctedAt(index);
      var at = count;
      while (at > 0u && sorted[at - 1u] > value) {
        sorted[at] = sorted[at - 1u];
        at--;
      }
      sorted[at] = value;
      count++;
    }
  }
  if (count < 3u) {
    return correctedAt(y * params.width + x);
  }
  return 0.5 * (sorted[(count - 1u) / 2u] + sorted[count / 2u]);
}

fn isHot(index: u32, x: u32, y: u32) -> bool {
  let tile = tiles[(y / 32u) * params.tilesAcross + x / 32u];
  let value = correctedAt(index);
  // Few are above their tile: the sorting is rare.
  return tile.w > 0.0 && excess(value, tile.x, tile) > params.threshold
    && excess(value, surroundings(x, y), tile) > params.threshold;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let word = id.y * params.columns + id.x;
  if (id.x >= params.columns || word >= params.words) {
    return;
  }
  let end = min(32u * word + 32u, params.width * params.rows);
  var bits = 0u;
  for (var index = 32u * word; index < end; index++) {
    let y = index / params.width;
    let isDead = isDefect(index);
    if (isDead || (params.threshold > 0.0 && isHot(index, index % params.width, y))) {
      bits |= 1u << (index & 31u);
      if (y >= params.firstCore && y < params.endCore) {
        atomicAdd(&counts[u32(isDead)], 1u);
      }
    }
  }
  mask[word] = bits;
}
