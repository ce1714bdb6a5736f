// The same values elsewhere, or each by itself: copying, padding, activation and, with $AFFINE, value · factors[group] +
// terms[group] (a batch normalisation). Pixel (x, y) of the result region shows (firstX + x, firstY + y) of the source; beyond
// it there are zeros, or its mirror image with $REFLECT. Tensors lie as lib/tensor.wgsl says.
// Grid: x over columns · groups of the result region, y over rows.
#include "lib/tensor.wgsl"
#include "lib/activation.wgsl"

struct Params {
  width: u32,
  height: u32,
  groups: u32,
  resultRow: u32,
  resultPixel: u32,
  resultBase: u32,
  sourceRow: u32,
  sourcePixel: u32,
  sourceBase: u32,
  sourceWidth: u32,
  sourceHeight: u32,
  firstX: u32,
  firstY: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> result: array<$RESULT>;
@group(0) @binding(2) var<storage, read> source: array<$SOURCE>;
#if AFFINE
@group(0) @binding(3) var<storage, read> factors: array<vec4f>;
@group(0) @binding(4) var<storage, read> terms: array<vec4f>;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width * params.groups || id.y >= params.height) {
    return;
  }
  let x = id.x / params.groups;
  let group = id.x % params.groups;
#if REFLECT
  let u = mirrored(params.firstX + x, params.sourceWidth);
  let v = mirrored(params.firstY + id.y, params.sourceHeight);
#else
  let u = params.firstX + x;
  let v = params.firstY + id.y;
#endif
  var value = vec4f(0.0);
  if (u < params.sourceWidth && v < params.sourceHeight) {
    value = unpack(source[params.sourceBase + v * params.sourceRow + u * params.sourcePixel + group]);
  }
#if AFFINE
  value = value * factors[group] + terms[group];
#endif
  result[params.resultBase + id.y * params.resultRow + x * params.resultPixel + group] = pack(activate(value));
}
