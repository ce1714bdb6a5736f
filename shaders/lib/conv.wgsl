// What all convolutions share: bindings, reading a source, finishing a result.
//
// A convolution is a correlation of a window with what its sources (one, or two side by side) show: a tensor as it is, or
// up-sampled to sourceWidth × sourceHeight (nearest: floor(j · in / out)) while it is read. Pixel (x, y) of the result
// region, which starts at resultBase, has its first tap at (firstX + x·STRIDEX, firstY + y·STRIDEY) of the whole source, the
// others DILATION apart; beyond the source there are zeros, or its mirror image with $REFLECT.
// Tensors lie as lib/tensor.wgsl says; weights as each kernel says; bias[o] is of the output channels 4o … 4o + 3.
#include "lib/tensor.wgsl"
#include "lib/activation.wgsl"

struct Params {
  width: u32,
  height: u32,
  resultRow: u32,
  resultPixel: u32,
  resultBase: u32,
  firstX: u32,
  firstY: u32,
  sourceWidth: u32,
  sourceHeight: u32,
#for S 0 $SOURCES
  row$S: u32,
  pixel$S: u32,
  base$S: u32,
  // Of the stored tensor, before up-sampling.
  width$S: u32,
  height$S: u32,
#endfor
#if RESIDUAL
  residualRow: u32,
  residualPixel: u32,
  residualBase: u32,
#endif
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> result: array<$RESULT>;
@group(0) @binding(2) var<storage, read> weights: array<$WEIGHT>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> source0: array<$SOURCE>;
#if SOURCES == 2
@group(0) @binding(5) var<storage, read> source1: array<$SECOND>;
#endif
#if RESIDUAL
@group(0) @binding($RESIDUAL) var<storage, read> residual: array<$RESULT>;
#endif

// Offsets of a source's column and row, given coordinates of what it shows.
fn column0(x: u32) -> u32 {
#if UPSAMPLED
  return (x * params.width0) / params.sourceWidth * params.pixel0;
#else
  return x * params.pixel0;
#endif
}

fn row0(y: u32) -> u32 {
#if UPSAMPLED
  return params.base0 + (y * params.height0) / params.sourceHeight * params.row0;
#else
  return params.base0 + y * params.row0;
#endif
}

fn load0(index: u32) -> vec4f {
  return unpack(source0[index]);
}

#if SOURCES == 2
fn column1(x: u32) -> u32 {
#if SECONDUPSAMPLED
  return (x * params.width1) / params.sourceWidth * params.pixel1;
#else
  return x * params.pixel1;
#endif
}

fn row1(y: u32) -> u32 {
#if SECONDUPSAMPLED
  return params.base1 + (y * params.height1) / params.sourceHeight * params.row1;
#else
  return params.base1 + y * params.row1;
#endif
}

fn load1(index: u32) -> vec4f {
#if SECOND == f32
  return vec4f(source1[index], 0.0, 0.0, 0.0);
#else
  return vec4f(source1[index]);
#endif
}
#endif

// Coordinates of the source; what is outside is not below its width or height.
fn sourceX(x: u32) -> u32 {
#if REFLECT
  return mirrored(x, params.sourceWidth);
#else
  return x;
#endif
}

fn sourceY(y: u32) -> u32 {
#if REFLECT
  return mirrored(y, params.sourceHeight);
#else
  return y;
#endif
}

// Writes the sum of pixel (x, y) and output group o, with what is added to it, activated.
fn finish(sum: vec4f, x: u32, y: u32, o: u32) {
#if RESIDUAL
  let total = sum + vec4f(residual[params.residualBase + y * params.residualRow + x * params.residualPixel + o]);
#else
  let total = sum;
#endif
  result[params.resultBase + y * params.resultRow + x * params.resultPixel + o] = pack(activate(total));
}
