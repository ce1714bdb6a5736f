// Weight gradients of convolutions as a product of matrices whose sum runs over pixels.
//
// A row is a tap, as in gather_gemm.wgsl; a column a channel of `dense`; the sum over the pixels of a lattice,
// batch × latticeHeight × latticeWidth, which are also those of `dense`:
//   source[n, y·sourceStepY + dy, x·sourceStepX + dx, channel] · dense[n, y, x, column].
// A tap whose channel is -1 stands for a source of ones: the gradient of a bias.
// The pixels are cut into chunks, and `partial` gets one sum a chunk, [chunk][tap][column]; train/sum_partials.wgsl adds them in
// their order, so that the same numbers come out each time.
//
// Tiles and registers as in gather_gemm.wgsl. VEC: source and `dense` have multiples of four channels; then four neighbouring taps
// differ by their channel alone, and everything is read and written in fours.
// Grid: x over tiles of columns, y over tiles of taps from `firstTile`, z over chunks from
// `firstChunk`.

struct Params {
#include "lib/weight_params.wgsl"
  // See gather_gemm.wgsl.
  leftLoads: u32,
  rightLoads: u32,
  sums: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> taps: array<vec4i>;
#if VEC
@group(0) @binding(2) var<storage, read> source: array<vec4f>;
@group(0) @binding(3) var<storage, read> dense: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec4f>;
#else
@group(0) @binding(2) var<storage, read> source: array<f32>;
@group(0) @binding(3) var<storage, read> dense: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;
#endif

// Of each term: rows of the source before its picture, source row and column of the tap (0, 0), pixel of `dense` or -1.
var<workgroup> pixels: array<vec4i, $DEPTH>;
// [term][four taps], [term][four columns]
var<workgroup> left: array<vec4f, $LEFTSIZE>;
var<workgroup> right: array<vec4f, $RIGHTSIZE>;
var<workgroup> tileTaps: array<vec4i, $TILEROWS>;

#if VEC
// Four taps of a pixel.
fn gather(tap: vec4i, pixel: vec4i) -> vec4f {
  let y = pixel.y + tap.x;
  let x = pixel.z + tap.y;
  let inside = u32(y) < params.sourceHeight && u32(x) < params.sourceWidth && pixel.w >= 0 && tap.z >= 0;
  let at = (u32((pixel.x + y) * i32(params.sourceWidth) + x) * params.sourceChannels + u32(tap.z)) / 4u;
  // The taps after the one of ones are beyond the last.
  let ones = select(vec4f(0.0), vec4f(1.0, 0.0, 0.0, 0.0), pixel.w >= 0 && tap.z == -1);
  return select(ones, source[select(0u, at, inside)], inside);
}

fn denseAt(pixel: vec4i, column: u32) -> vec4f {
  let inside = column < params.columns && pixel.w >= 0;
  return select(vec4f(0.0), dense[select(0u, (u32(pixel.w) * params.columns + column) / 4u, inside)], inside);
}
#else
fn gather(tap: vec4i, pixel: vec4i) -> f32 {
  let y = pixel.y + tap.x;
  let x = pixel.z + tap.y;
  let inside = u32(y) < params.sourceHeight && u32(x) < params.sourceWidth && pixel.w >= 0 && tap.z >= 0;
  let at = u32((pixel.x + y) * i32(params.sourceWidth) + x) * params.sourceChannels + u32(tap.z);
  let ones = select(0.0, 1.0, pixel.w >= 0 && tap.z == -1);
  return select(ones, source[select(0u, at, inside)], inside);
}

fn denseAt(pixel: vec4i, column: u32) -> f32 {
  let inside = column < params.columns && pixel.w >= 0;
  return select(0.0, dense[select(0u, u32(pixel.w) * params.columns + column, inside)], inside);
}
#endif

fn place(pixel: u32, end: u32) -> vec4i {
  let x = pixel % params.latticeWidth;
  let rows = pixel / params.latticeWidth;
  let y = rows % params.latticeHeight;
  let n = rows / params.latticeHeight;
  return vec4i(
    i32(n * params.sourceHeight),
    i32(y * params.sourceStepY),
    i32(x * params.sourceStepX),
    select(-1, i32(pixel), pixel < end),
  );
}

fn store(chunk: u32, tap: u32, column: u32, values: vec4f) {
  if (tap >= params.taps || column >= params.columns) {
    return;
  }
  let at = (chunk * params.taps + tap) * params.columns + column;
#if VEC
  partials[at / 4u] = values;
#else
  let count = params.columns - column;
  partials[at] = values.x;
  if (count > 1u) {
    partials[at + 1u] = values.y;
  }
  if (count > 2u) {
    partials[at + 2u] = values.z;
  }
  if (count > 3u) {
    partials[at + 3u] = values.w;
  }
#endif
}

@compute @workgroup_size($ACROSS, $DOWN)
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let firstTap = (group.y + params.firstTile) * $TILEROWSu;
  let firstColumn = group.x * $TILECOLUMNSu;
  let chunk = group.z + params.firstChunk;
  let start = chunk * params.chunkPixels;
  let end = min(start + params.chunkPixels, params.pixels);
  for (var i = thread; i < $TILEROWSu; i += $THREADSu) {
    let inside = firstTap + i < params.taps;
    // -2 is neither a channel nor the ones.
    tileTaps[i] = select(vec4i(0, 0, -2, 0), taps[select(0u, firstTap + i, inside)], inside);
  }
  if (thread < $DEPTHu) {
    pixels[thread] = place(start + thread, end);
  }
#include "lib/tile_begin.wgsl"
  for (var first = start; first < end; first += $DEPTHu) {
    workgroupBarrier();
    for (var i = thread; i < params.leftLoads; i += $THREADSu) {
      let rows = i % ($TILEROWSu / 4u);
      let k = i / ($TILEROWSu / 4u);
      let pixel = pixels[k];
#if VEC
      left[k * $LEFTSTRIDEu + rows] = gather(tileTaps[4u * rows], pixel);
#else
      left[k * $LEFTSTRIDEu + rows] = vec4f(
        gather(tileTaps[4u * rows], pixel),
        gather(tileTaps[4u * rows + 1u], pixel),
        gather(tileTaps[4u * rows + 2u], pixel),
        gather(tileTaps[4u * rows + 3u], pixel),
      );
#endif
    }
    for (var i = thread; i < params.rightLoads; i += $THREADSu) {
      let columns = i % $RIGHTSTRIDEu;
      let k = i / $RIGHTSTRIDEu;
      let pixel = pixels[k];
      let column = firstColumn + 4u * columns;
#if VEC
      right[k * $RIGHTSTRIDEu + columns] = denseAt(pixel, column);
#else
      right[k * $RIGHTSTRIDEu + columns] = vec4f(
        denseAt(pixel, column),
        denseAt(pixel, column + 1u),
        denseAt(pixel, column + 2u),
        denseAt(pixel, column + 3u),
      );
#endif
    }
    workgroupBarrier();
    // The next ones: nobody reads these before the next barrier.
    if (thread < $DEPTHu) {
      pixels[thread] = place(first + $DEPTHu + thread, end);
    }
#include "lib/tile_product.wgsl"
  }
#include "lib/tile_end.wgsl"
  for (var i = 0u; i < params.sums; i++) {
    let tap = firstTap + 4u * $ROWS4u * local.y + i / $COLUMNS4u;
    store(chunk, tap, firstColumn + 4u * (local.x + (i % $COLUMNS4u) * $ACROSSu), sums[i]);
  }
}
