// The sums of train/weight_gemm.wgsl on adapters that a processor plays (see gather_lanes.wgsl for how they differ).
//
// The $LANES lanes of a workgroup make $TAPS taps by $LANES·$COLUMNS columns together: a lane holds the sums of its own columns
// for all taps; it loads `dense` for its columns and the source for its own taps, which is then handed round. Pixels two
// at a time, so that a sum is fetched and put back once for both. No barriers.
//
// Rows, columns, taps, chunks and uniforms are those of weight_gemm.wgsl; chunkPixels is a multiple of 2. Any number of channels.
// The caller guarantees subgroups of $LANES threads, no more and no fewer.
// Grid: x over blocks of columns, y over blocks of taps from `firstTile`, z over chunks from `firstChunk`.
enable subgroups;

struct Params {
#include "lib/weight_params.wgsl"
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> taps: array<vec4i>;
@group(0) @binding(2) var<storage, read> source: array<f32>;
@group(0) @binding(3) var<storage, read> dense: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;

// tap.w is how far its number lies behind that of the tap (0, 0), channel 0, which is number `at` of the source.
fn gather(tap: vec4i, at: u32, y0: u32, x0: u32, isPixel: bool) -> f32 {
  let inside = y0 + u32(tap.x) < params.sourceHeight && x0 + u32(tap.y) < params.sourceWidth && isPixel && tap.z >= 0;
  let ones = select(0.0, 1.0, isPixel && tap.z == -1);
  return select(ones, source[select(0u, at + u32(tap.w), inside)], inside);
}

@compute @workgroup_size($LANES)
fn main(@builtin(subgroup_invocation_id) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let firstTap = (group.y + params.firstTile) * $TAPSu;
  let firstColumn = group.x * $($LANES * $COLUMNS)u + lane;
  let chunk = group.z + params.firstChunk;
  let start = chunk * params.chunkPixels;
  let end = min(start + params.chunkPixels, params.pixels);
#for L 0 $LOADS
  let index$L = firstTap + $($L * $LANES)u + lane;
  // -2 is neither a channel nor the ones.
  let read$L = select(vec4i(0, 0, -2, 0), taps[min(index$L, params.taps - 1u)], index$L < params.taps);
  let offset$L = (read$L.x * i32(params.sourceWidth) + read$L.y) * i32(params.sourceChannels) + read$L.z;
  let tap$L = vec4i(read$L.xyz, offset$L);
#endfor
#for C 0 $COLUMNS
  let column$C = min(firstColumn + $($C * $LANES)u, params.columns - 1u);
#for I 0 $TAPS
  var sum$Ix$C = 0.0;
#endfor
#endfor
  // Counted up: such adapters divide one lane after another.
  var x = start % params.latticeWidth;
  var y = start / params.latticeWidth % params.latticeHeight;
  var n = start / params.latticeWidth / params.latticeHeight;
  for (var pixel = start; pixel < end; pixel += 2u) {
#for P 0 2
    let first$P = min(pixel + $Pu, end - 1u) * params.columns;
#for C 0 $COLUMNS
    let dense$Px$C = dense[first$P + column$C];
#endfor
    let y$P = y * params.sourceStepY;
    let x$P = x * params.sourceStepX;
    let at$P = ((n * params.sourceHeight + y$P) * params.sourceWidth + x$P) * params.sourceChannels;
#for L 0 $LOADS
    let loaded$Px$L = gather(tap$L, at$P, y$P, x$P, pixel + $Pu < end);
#endfor
    x += 1u;
    y += select(0u, 1u, x == params.latticeWidth);
    x = select(x, 0u, x == params.latticeWidth);
    n += select(0u, 1u, y == params.latticeHeight);
    y = select(y, 0u, y == params.latticeHeight);
#endfor
#for I 0 $TAPS
#for P 0 2
    let value$Px$I = subgroupBroadcast(loaded$Px$($I / $LANES), $($I % $LANES)u);
#endfor
#for C 0 $COLUMNS
    sum$Ix$C += value0x$I * dense0x$C + value1x$I * dense1x$C;
#endfor
#endfor
  }
#for C 0 $COLUMNS
  if (firstColumn + $($C * $LANES)u < params.columns) {
#for I 0 $TAPS
    if (firstTap + $Iu < params.taps) {
      partials[(chunk * params.taps + firstTap + $Iu) * params.columns + column$C] = sum$Ix$C;
    }
#endfor
  }
#endfor
}
