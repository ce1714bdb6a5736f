// Convolution of a plane into a plane; see lib/conv.wgsl.
//
// weights[ky·KX + kx], bias[0].x the bias. A thread makes $PIXELS pixels, $STEP apart as in conv/direct.wgsl; a wide kernel
// goes in $CHUNKS of $TAPS taps.
// Grid: x over strips of pixels (8 a workgroup), y over rows (8).
#include "lib/conv.wgsl"

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x0 = id.x / $STEPu * $($PIXELS * $STEP)u + id.x % $STEPu;
  if (x0 >= params.width || id.y >= params.height) {
    return;
  }
#for P 0 $PIXELS
  var sum$P = bias[0].x;
#endfor
  for (var chunk = 0u; chunk < $CHUNKSu; chunk++) {
    let left = params.firstX + x0 * $STRIDEXu + chunk * $($TAPS * $DILATIONX)u;
#for C 0 $COLUMNS
    let u$C = sourceX(left + $($C * $DILATIONX)u);
    let inside$C = u$C < params.sourceWidth;
    let column_$C = select(0u, column0(u$C), inside$C);
#endfor
    for (var ky = 0u; ky < $KYu; ky++) {
      let v = sourceY(params.firstY + id.y * $STRIDEYu + ky * $DILATIONYu);
      if (v >= params.sourceHeight) {
        continue;
      }
      let row = row0(v);
#for C 0 $COLUMNS
      let v$C = select(0.0, source0[row + column_$C], inside$C);
#endfor
      let w = ky * $KXu + chunk * $TAPSu;
#for X 0 $TAPS
      let m$X = weights[w + $Xu];
#for P 0 $PIXELS
      sum$P += m$X * v$($P * $SPREAD + $X);
#endfor
#endfor
    }
  }
#for P 0 $PIXELS
  if (x0 + $($P * $STEP)u < params.width) {
    finish(vec4f(sum$P), x0 + $($P * $STEP)u, id.y, 0u);
  }
#endfor
}
