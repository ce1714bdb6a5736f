// Convolution of 4·IN4 channels into one, stride 1, zero padding.
//
// Layout: source channels last in vec4, a slice as in direct.wgsl; result row-major f32;
// weights[(ky·K + kx)·IN4 + i] holds four input channels, bias[0].x the bias.
// Grid: x over columns, y over rows. K odd.
#include "lib/activation.wgsl"

struct Params {
  width: u32,
  height: u32,
  sourceStride4: u32,
  sourceOffset4: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read> weights: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  var sum = bias[0].x;
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
      let at = (row * params.width + column) * params.sourceStride4 + params.sourceOffset4;
      let w = (ky * $Ku + kx) * $IN4u;
#for I 0 $IN4
      sum += dot(source[at + $Iu], weights[w + $Iu]);
#endfor
    }
  }
  result[id.y * params.width + id.x] = activate(vec4f(sum)).x;
}
