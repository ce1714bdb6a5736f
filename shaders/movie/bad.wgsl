// Marks the pixels of a summed movie that are replaced: defects, and hot pixels.
//
// A pixel is hot when it lies more than `threshold` standard deviations above both the level of its tile (noise.wgsl)
// and the median of its 5 × 5 neighbourhood; how these are counted stands in lib/hot.wgsl. RELION takes 6 standard
// deviations of the whole sum (motioncorr_runner.cpp, hotpixel_sigma); here noise and level are local, so that vacuum
// beside carbon is not hot.
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
  threshold: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sum: array<f32>;
@group(0) @binding(2) var<storage, read> tiles: array<Noise>;
@group(0) @binding(3) var<storage, read_write> mask: array<u32>;
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>, 2>;
#if GAIN
@group(0) @binding(5) var<storage, read> factors: array<f32>;
#endif
#include "lib/detector.wgsl"
#include "lib/hot.wgsl"

const neighbours = 24u;

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

fn tileOf(x: u32, y: u32) -> u32 {
  return (y / 32u) * params.tilesAcross + x / 32u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let word = id.y * params.columns + id.x;
  if (id.x >= params.columns || word >= params.words) {
    return;
  }
  let first = 32u * word;
  let end = min(first + 32u, params.width * params.rows);
  var x = first % params.width;
  var y = first / params.width;
  var limit = tiles[tileOf(x, y)].limit;
  var dead = 0u;
  var suspects = 0u;
  for (var index = first; index < end; index++) {
    let bit = 1u << (index - first);
    dead |= select(0u, bit, isDefect(index));
    suspects |= select(0u, bit, correctedAt(index) > limit);
    x++;
    if (x == params.width) {
      x = 0u;
      y++;
    }
    if (x % 32u == 0u && y < params.rows) {
      limit = tiles[tileOf(x, y)].limit;
    }
  }
  // Few are above their tile: the sorting is rare.
  suspects &= ~dead;
  var bits = dead;
  while (suspects != 0u) {
    let bit = suspects & (~suspects + 1u);
    suspects ^= bit;
    let index = first + firstTrailingBit(bit);
    x = index % params.width;
    y = index / params.width;
    let around = limitAbove(surroundings(x, y), tiles[tileOf(x, y)], params.quantum, params.threshold);
    bits |= select(0u, bit, correctedAt(index) > around);
  }
  // Rows beside the core are another band's to count.
  var marks = bits;
  while (marks != 0u) {
    let bit = marks & (~marks + 1u);
    marks ^= bit;
    y = (first + firstTrailingBit(bit)) / params.width;
    if (y >= params.firstCore && y < params.endCore) {
      atomicAdd(&counts[select(0u, 1u, (dead & bit) != 0u)], 1u);
    }
  }
  mask[word] = bits;
}
