// Corrects rows of a summed movie: counts times the gain's factor; pixels that are marked become the mean of the good
// ones around them, in the first of the windows 3 × 3, 5 × 5 … 17 × 17 that has three of them (in the last, one); NaN
// where even that has none.
//
// Layout: sum and factors row-major f32, width × rows; mask one bit a pixel (bad.wgsl); result `count` values as bits,
// from row firstRow on, at `offset`. The bits are written as whole numbers, since WGSL may assume that no float is NaN.
// Precondition: firstRow · width is a multiple of 4.
// Grid: x over columns of workgroups, y over rows of them: four pixels from 4 · (y · columns + x) on.

struct Params {
  width: u32,
  rows: u32,
  firstRow: u32,
  count: u32,
  columns: u32,
  offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sum: array<f32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
#if GAIN
@group(0) @binding(4) var<storage, read> factors: array<f32>;
#endif
#include "lib/detector.wgsl"

const widest = 8u;
const enough = 3.0;

fn isMarked(index: u32) -> bool {
  return ((mask[index / 32u] >> (index & 31u)) & 1u) == 1u;
}

fn replacement(x: u32, y: u32) -> u32 {
  for (var radius = 1u; radius <= widest; radius++) {
    let right = min(x + radius, params.width - 1u);
    let bottom = min(y + radius, params.rows - 1u);
    var total = 0.0;
    var count = 0.0;
    for (var v = max(y, radius) - radius; v <= bottom; v++) {
      for (var u = max(x, radius) - radius; u <= right; u++) {
        let index = v * params.width + u;
        if (!isMarked(index)) {
          total += correctedAt(index);
          count += 1.0;
        }
      }
    }
    if (count >= enough || (radius == widest && count > 0.0)) {
      return bitcast<u32>(total / count);
    }
  }
  return 0x7fc00000u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first = 4u * (id.y * params.columns + id.x);
  if (id.x >= params.columns) {
    return;
  }
  let start = params.firstRow * params.width;
  let end = min(first + 4u, params.count);
  for (var pixel = first; pixel < end; pixel++) {
    result[params.offset + pixel] = bitcast<u32>(correctedAt(start + pixel));
  }
  // Few are marked.
  var marks = (mask[(start + first) / 32u] >> ((start + first) % 32u)) & ((1u << (max(end, first) - first)) - 1u);
  while (marks != 0u) {
    let pixel = first + firstTrailingBit(marks);
    marks &= marks - 1u;
    let index = start + pixel;
    result[params.offset + pixel] = replacement(index % params.width, index / params.width);
  }
}
