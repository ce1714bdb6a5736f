// Convolution of a plane into packed channels; see lib/conv.wgsl.
//
// weights[(ky·KX + kx)·OUT4 + o] holds four output channels. A thread makes $PIXELS neighbouring pixels of $BLOCK groups:
// each number it loads serves all of them, and each weight all the pixels.
// Grid: x over strips of pixels (8 a workgroup), y over rows (8), z over blocks of groups.
#include "lib/conv.wgsl"

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x0 = id.x * $PIXELSu;
  let first = id.z * $BLOCKu;
  if (x0 >= params.width || id.y >= params.height) {
    return;
  }
#for O 0 $BLOCK
#for P 0 $PIXELS
  var sum$O_$P = bias[first + $Ou];
#endfor
#endfor
  for (var ky = 0u; ky < $KYu; ky++) {
    let v = sourceY(params.firstY + id.y * $STRIDEYu + ky * $DILATIONYu);
    if (v >= params.sourceHeight) {
      continue;
    }
    let row = row0(v);
    for (var kx = 0u; kx < $KXu; kx++) {
      let left = params.firstX + x0 * $STRIDEXu + kx * $DILATIONXu;
#for P 0 $PIXELS
      let u$P = sourceX(left + $($P * $STRIDEX)u);
      let inside$P = u$P < params.sourceWidth;
      let value$P = select(0.0, source0[row + select(0u, column0(u$P), inside$P)], inside$P);
#endfor
      let w = (ky * $KXu + kx) * $OUT4u + first;
#for O 0 $BLOCK
      let weight$O = vec4f(weights[w + $Ou]);
#for P 0 $PIXELS
      sum$O_$P += weight$O * value$P;
#endfor
#endfor
    }
  }
#for P 0 $PIXELS
  if (x0 + $Pu < params.width) {
#for O 0 $BLOCK
    finish(sum$O_$P, x0 + $Pu, id.y, first + $Ou);
#endfor
  }
#endfor
}
