// Moves pictures and slices of their channels: crops, pads, joins and takes apart.
//   result[n, y, x, resultChannel + c] (+)= source[n, y + sourceY, x + sourceX, sourceChannel + c]   for c < channels
// Beyond the source's edges are zeros, or with MIRROR its mirror image about the outermost pixels.
// FOURS: all counts of channels are multiples of four, and a number stands for four channels, here and in the uniforms.
// Grid: x and y over the result's pixels times `channels`, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  channels: u32,
  width: u32,
  height: u32,
  resultChannels: u32,
  resultChannel: u32,
  sourceWidth: u32,
  sourceHeight: u32,
  sourceChannels: u32,
  sourceChannel: u32,
  // Signed, as two's complement.
  sourceX: u32,
  sourceY: u32,
  // 1: added to what is there.
  accumulate: u32,
}

#if FOURS
alias Number = vec4f;
#else
alias Number = f32;
#endif

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<Number>;
@group(0) @binding(2) var<storage, read_write> result: array<Number>;

#if MIRROR
fn mirrored(i: i32, length: u32) -> i32 {
  let last = i32(length) - 1;
  let positive = abs(i);
  return select(positive, 2 * last - positive, positive > last);
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
  let x = pixel % params.width;
  let rows = pixel / params.width;
  let y = rows % params.height;
  let n = rows / params.height;
#if MIRROR
  let sx = mirrored(i32(x) + bitcast<i32>(params.sourceX), params.sourceWidth);
  let sy = mirrored(i32(y) + bitcast<i32>(params.sourceY), params.sourceHeight);
#else
  let sx = i32(x) + bitcast<i32>(params.sourceX);
  let sy = i32(y) + bitcast<i32>(params.sourceY);
#endif
  let inside = u32(sx) < params.sourceWidth && u32(sy) < params.sourceHeight;
  let sourcePixel = (n * params.sourceHeight + u32(sy)) * params.sourceWidth + u32(sx);
  let at = sourcePixel * params.sourceChannels + params.sourceChannel + c;
  var value = select(Number(0.0), source[select(0u, at, inside)], inside);
  let to = pixel * params.resultChannels + params.resultChannel + c;
  if (params.accumulate == 1u) {
    value += result[to];
  }
  result[to] = value;
}
