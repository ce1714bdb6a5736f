// Convolution of a one-channel image into 4·OUT4 channels, stride 1, zero padding.
//
// Layout: source row-major f32; result channels last in vec4, a slice as in direct.wgsl;
// weights[(ky·K + kx)·OUT4 + o] holds four output channels. A thread makes all channels of one pixel.
// Grid: x over columns, y over rows. K odd.
#include "lib/activation.wgsl"

struct Params {
  width: u32,
  height: u32,
  resultStride4: u32,
  resultOffset4: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(3) var<storage, read> weights: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
#for O 0 $OUT4
  var sum$O = bias[$O];
#endfor
  for (var ky = 0u; ky < $Ku; ky++) {
    let row = id.y + ky - $RADIUSu;
    if (row >= params.height) {
      continue;
    }
    for (var kx = 0u; kx < $Ku; kx++) {
      let column = id.x + kx - $RADIUSu;
      if (column >= params.width) {
        continue;
      }
      let value = source[row * params.width + column];
      let w = (ky * $Ku + kx) * $OUT4u;
#for O 0 $OUT4
      sum$O += weights[w + $Ou] * value;
#endfor
    }
  }
  let start = (id.y * params.width + id.x) * params.resultStride4 + params.resultOffset4;
#for O 0 $OUT4
  result[start + $Ou] = activate(sum$O);
#endfor
}
