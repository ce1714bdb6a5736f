// Two-dimensional convolution (correlation), stride 1, zero padding, output as large as the input.
//
// Layout: channels last in vec4; `source` and `result` are slices of wider tensors: pixel p's group c of four channels
// lies at p·stride4 + offset4 + c, so that a concatenation costs nothing. weights[((ky·IN4 + i)·K + kx)·4 + j] · OUT4 + o
// holds the four output channels of group o for input channel 4i + j. bias[o] likewise.
// A thread makes $PIXELS neighbouring pixels of one group of output channels in registers; the loops over kernel
// columns and pixels are unrolled in the text, since Tint does not. Neighbouring threads are neighbouring groups: they
// read the same pixels (one broadcast) and adjacent weights, and write adjacent results.
// Grid: x over groups of output channels ($LANES a workgroup), y over groups of $PIXELS columns, z over rows. K odd.
#include "lib/activation.wgsl"

struct Params {
  width: u32,
  height: u32,
  sourceStride4: u32,
  sourceOffset4: u32,
  resultStride4: u32,
  resultOffset4: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(3) var<storage, read> weights: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;

@compute @workgroup_size($LANES, $STRIPS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let o = id.x;
  let x0 = id.y * $PIXELSu;
  let y = id.z;
  if (o >= $OUT4u || x0 >= params.width || y >= params.height) {
    return;
  }
#for P 0 $PIXELS
  var sum$P = bias[o];
#endfor
  // Columns to the left of x0 that the kernel reaches; unsigned wrap-around makes "outside" one comparison.
  let left = x0 - $RADIUSu;
#for C 0 $COLUMNS
  let inside$C = left + $Cu < params.width;
  let column$C = select(0u, left + $Cu, inside$C) * params.sourceStride4;
#endfor
  for (var ky = 0u; ky < $Ku; ky++) {
    let row = y + ky - $RADIUSu;
    if (row >= params.height) {
      continue;
    }
    let rowStart = row * params.width * params.sourceStride4 + params.sourceOffset4;
    for (var i = 0u; i < $IN4u; i++) {
      let at = rowStart + i;
#for C 0 $COLUMNS
      let v$C = select(vec4f(0.0), source[at + column$C], inside$C);
#endfor
      let w = (ky * $IN4u + i) * ($Ku * 4u * $OUT4u) + o;
#for X 0 $K
      let m$X = mat4x4f(
        weights[w + (4u * $Xu) * $OUT4u],
        weights[w + (4u * $Xu + 1u) * $OUT4u],
        weights[w + (4u * $Xu + 2u) * $OUT4u],
        weights[w + (4u * $Xu + 3u) * $OUT4u],
      );
#for P 0 $PIXELS
      sum$P += m$X * v$($P+$X);
#endfor
#endfor
    }
  }
  let start = (y * params.width + x0) * params.resultStride4 + params.resultOffset4 + o;
#for P 0 $PIXELS
  if (x0 + $Pu < params.width) {
    result[start + $Pu * params.resultStride4] = activate(sum$P);
  }
#endfor
}
