// Convolutions, transposed convolutions and the input gradients of both, as one product of matrices.
//
// A row is a pixel of a lattice, batch × latticeHeight × latticeWidth; a column is a channel of the result; the sum runs over
// `taps`: taps[k] = (dy, dx, channel, weight) stands for
//   source[n, y·sourceStepY + dy, x·sourceStepX + dx, channel] · parameters[weight + column·weightStep],
// zero where the source ends. Rows of `taps` up to a multiple of $DEPTH lie outside every source. The lattice pixel (y, x)
// is the result's (y·resultStepY + resultFirstY, x·resultStepX + resultFirstX): the input gradient of a strided convolution
// is one product for each phase of the stride.
//
// Layout: pictures are [batch][row][column][channel], any number of channels. VEC: source and result have multiples of four, and
// weights begin at such; then four neighbouring taps differ by their channel alone, and everything is read and
// written in fours. A weight's column is its fastest index, or with TRANSPOSED, which counts for VEC alone, its tap's channel.
// A workgroup of $ACROSS × $DOWN threads makes $TILEROWS × $TILECOLUMNS numbers, a thread 4·$ROWS4 rows by 4·$COLUMNS4
// columns of them in registers, $DEPTH terms at a time through workgroup memory; loops over registers are unrolled in
// the text. Grid: x over tiles of columns, y over tiles of rows from `firstTile`.

struct Params {
#include "lib/gather_params.wgsl"
  // How many loads fill `left` and `right`. They come from the host lest a compiler unrolls those loops: with them constant, Mesa's
  // lavapipe took 5 to 16 s for a variant (November 2026).
  leftLoads: u32,
  rightLoads: u32,
  // 4·$ROWS4·$COLUMNS4, for the same reason.
  sums: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> taps: array<vec4i>;
#if VEC
@group(0) @binding(2) var<storage, read> source: array<vec4f>;
@group(0) @binding(3) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> result: array<vec4f>;
#else
@group(0) @binding(2) var<storage, read> source: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;
#endif

// Of each row of the tile: rows of the source before its picture, source row and column of the tap (0, 0), result pixel or -1.
var<workgroup> pixels: array<vec4i, $TILEROWS>;
// [term][four rows]; one vec4 more, so that the threads of a load meet different banks.
var<workgroup> left: array<vec4f, $LEFTSIZE>;
var<workgroup> right: array<vec4f, $RIGHTSIZE>;

#if VEC
// Four channels of a pixel.
fn gather(tap: vec4i, pixel: vec4i) -> vec4f {
  let y = pixel.y + tap.x;
  let x = pixel.z + tap.y;
  let inside = u32(y) < params.sourceHeight && u32(x) < params.sourceWidth && pixel.w >= 0;
  let at = (u32((pixel.x + y) * i32(params.sourceWidth) + x) * params.sourceChannels + u32(tap.z)) / 4u;
  return select(vec4f(0.0), source[select(0u, at, inside)], inside);
}

// Four columns of a tap, or with TRANSPOSED four taps of a column.
fn weight(tap: vec4i, column: u32) -> vec4f {
  let inside = column < params.columns;
  return select(vec4f(0.0), parameters[(u32(tap.w) + select(0u, column, inside) * params.weightStep) / 4u], inside);
}
#else
fn gather(tap: vec4i, pixel: vec4i) -> f32 {
  let y = pixel.y + tap.x;
  let x = pixel.z + tap.y;
  let inside = u32(y) < params.sourceHeight && u32(x) < params.sourceWidth && pixel.w >= 0;
  let at = u32((pixel.x + y) * i32(params.sourceWidth) + x) * params.sourceChannels + u32(tap.z);
  return select(0.0, source[select(0u, at, inside)], inside);
}

fn weight(tap: vec4i, column: u32) -> f32 {
  let inside = column < params.columns;
  return select(0.0, parameters[u32(tap.w) + select(0u, column, inside) * params.weightStep], inside);
}
#endif

// Four of the bias.
fn biasAt(column: u32) -> vec4f {
  if (params.hasBias == 0u) {
    return vec4f(0.0);
  }
#if VEC
  return parameters[(params.bias + column) / 4u];
#else
  // Beyond the last column is something, but nobody uses it.
  let at = params.bias + column;
  return vec4f(parameters[at], parameters[at + 1u], parameters[at + 2u], parameters[at + 3u]);
#endif
}

fn store(pixel: i32, column: u32, sum: vec4f) {
  if (pixel < 0 || column >= params.columns) {
    return;
  }
  let at = u32(pixel) * params.columns + column;
  // A NaN stays one.
  let before = sum + biasAt(column);
  var value = select(params.slope * before, before, before > vec4f(0.0));
#if VEC
  if (params.accumulate == 1u) {
    value += result[at / 4u];
  }
  result[at / 4u] = value;
#else
  let count = min(4u, params.columns - column);
  if (params.accumulate == 1u) {
    value += vec4f(result[at], result[at + min(1u, count - 1u)], result[at + min(2u, count - 1u)], result[at + count - 1u]);
  }
  result[at] = value.x;
  if (count > 1u) {
    result[at + 1u] = value.y;
  }
  if (count > 2u) {
    result[at + 2u] = value.z;
  }
  if (count > 3u) {
    result[at + 3u] = value.w;
  }
#endif
}

@compute @workgroup_size($ACROSS, $DOWN)
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let firstRow = (group.y + params.firstTile) * $TILEROWSu;
  let firstColumn = group.x * $TILECOLUMNSu;
  for (var i = thread; i < $TILEROWSu; i += $THREADSu) {
    let row = firstRow + i;
    let x = row % params.latticeWidth;
    let rows = row / params.latticeWidth;
    let y = rows % params.latticeHeight;
    let n = rows / params.latticeHeight;
    let resultY = n * params.resultHeight + y * params.resultStepY + params.resultFirstY;
    let resultPixel = resultY * params.resultWidth + x * params.resultStepX + params.resultFirstX;
    pixels[i] = vec4i(
      i32(n * params.sourceHeight),
      i32(y * params.sourceStepY),
      i32(x * params.sourceStepX),
      select(-1, i32(resultPixel), row < params.pixels),
    );
  }
#include "lib/tile_begin.wgsl"
  for (var first = 0u; first < params.taps; first += $DEPTHu) {
    workgroupBarrier();
#if VEC
    // Four taps of four pixels, turned.
    for (var i = thread; i < params.leftLoads; i += $THREADSu) {
      let k = 4u * (i % ($DEPTHu / 4u));
      let rows = i / ($DEPTHu / 4u);
      let tap = taps[first + k];
      let p0 = gather(tap, pixels[4u * rows]);
      let p1 = gather(tap, pixels[4u * rows + 1u]);
      let p2 = gather(tap, pixels[4u * rows + 2u]);
      let p3 = gather(tap, pixels[4u * rows + 3u]);
#for J 0 4
      left[(k + $Ju) * $LEFTSTRIDEu + rows] = vec4f(p0[$J], p1[$J], p2[$J], p3[$J]);
#endfor
    }
#if TRANSPOSED
    for (var i = thread; i < params.rightLoads; i += $THREADSu) {
      let k = 4u * (i % ($DEPTHu / 4u));
      let columns = i / ($DEPTHu / 4u);
      let tap = taps[first + k];
      let column = firstColumn + 4u * columns;
      let w0 = weight(tap, column);
      let w1 = weight(tap, column + 1u);
      let w2 = weight(tap, column + 2u);
      let w3 = weight(tap, column + 3u);
#for J 0 4
      right[(k + $Ju) * $RIGHTSTRIDEu + columns] = vec4f(w0[$J], w1[$J], w2[$J], w3[$J]);
#endfor
    }
#else
    for (var i = thread; i < params.rightLoads; i += $THREADSu) {
      let columns = i % $RIGHTSTRIDEu;
      let k = i / $RIGHTSTRIDEu;
      right[k * $RIGHTSTRIDEu + columns] = weight(taps[first + k], firstColumn + 4u * columns);
    }
#endif
#else
    for (var i = thread; i < params.leftLoads; i += $THREADSu) {
      let k = i % $DEPTHu;
      let rows = i / $DEPTHu;
      let tap = taps[first + k];
      left[k * $LEFTSTRIDEu + rows] = vec4f(
        gather(tap, pixels[4u * rows]),
        gather(tap, pixels[4u * rows + 1u]),
        gather(tap, pixels[4u * rows + 2u]),
        gather(tap, pixels[4u * rows + 3u]),
      );
    }
    for (var i = thread; i < params.rightLoads; i += $THREADSu) {
      let columns = i % $RIGHTSTRIDEu;
      let k = i / $RIGHTSTRIDEu;
      let tap = taps[first + k];
      let column = firstColumn + 4u * columns;
      right[k * $RIGHTSTRIDEu + columns] = vec4f(
        weight(tap, column),
        weight(tap, column + 1u),
        weight(tap, column + 2u),
        weight(tap, column + 3u),
      );
    }
#endif
    workgroupBarrier();
#include "lib/tile_product.wgsl"
  }
#include "lib/tile_end.wgsl"
  for (var i = 0u; i < params.sums; i++) {
    let row = 4u * $ROWS4u * local.y + i / $COLUMNS4u;
    store(pixels[row].w, firstColumn + 4u * (local.x + (i % $COLUMNS4u) * $ACROSSu), sums[i]);
  }
}
