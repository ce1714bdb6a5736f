// Convolution of packed channels into packed channels; see lib/conv.wgsl.
//
// weights[((ky·GROUPS + i)·KX + kx)·4·OUT4 + j·OUT4 + o] holds the four output channels of group o for input channel 4i + j;
// GROUPS are those of both sources, one after another.
// A thread makes $PIXELS pixels of one group of output channels in registers; they lie $STEP apart, so that a dilated
// kernel shares what it loads as any other: pixel p, tap x needs column p·SPREAD + x. The loops over taps and pixels are
// unrolled in the text, since Tint does not; a wide kernel goes in $CHUNKS of $TAPS taps. Neighbouring threads are
// neighbouring groups: they read the same pixels (one broadcast) and adjacent weights, and write adjacent results.
// Grid: x over groups of output channels ($LANES a workgroup), y over strips of pixels ($STRIPS), z over rows.
#include "lib/conv.wgsl"

const groups0 = $GROUPS0u;
const first0 = 0u;
#if SOURCES == 2
const groups1 = $GROUPS1u;
const first1 = $GROUPS0u;
#endif

@compute @workgroup_size($LANES, $STRIPS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let o = id.x;
  let x0 = id.y / $STEPu * $($PIXELS * $STEP)u + id.y % $STEPu;
  let y = id.z;
  if (o >= $OUT4u || x0 >= params.width || y >= params.height) {
    return;
  }
#for P 0 $PIXELS
  var sum$P = bias[o];
#endfor
  for (var chunk = 0u; chunk < $CHUNKSu; chunk++) {
    let left = params.firstX + x0 * $STRIDEXu + chunk * $($TAPS * $DILATIONX)u;
#for C 0 $COLUMNS
    let u$C = sourceX(left + $($C * $DILATIONX)u);
    let inside$C = u$C < params.sourceWidth;
#for S 0 $SOURCES
    let column$S_$C = select(0u, column$S(u$C), inside$C);
#endfor
#endfor
    for (var ky = 0u; ky < $KYu; ky++) {
      let v = sourceY(params.firstY + y * $STRIDEYu + ky * $DILATIONYu);
      if (v >= params.sourceHeight) {
        continue;
      }
#for S 0 $SOURCES
      let row_$S = row$S(v);
      for (var i = 0u; i < groups$S; i++) {
        let at = row_$S + i;
#for C 0 $COLUMNS
        let v$C = select(vec4f(0.0), load$S(at + column$S_$C), inside$C);
#endfor
        let w = ((ky * $GROUPSu + first$S + i) * $KXu + chunk * $TAPSu) * $(4 * $OUT4)u + o;
#for X 0 $TAPS
        let m$X = mat4x4f(
          vec4f(weights[w + $(4 * $X * $OUT4)u]),
          vec4f(weights[w + $(4 * $X * $OUT4 + $OUT4)u]),
          vec4f(weights[w + $(4 * $X * $OUT4 + 2 * $OUT4)u]),
          vec4f(weights[w + $(4 * $X * $OUT4 + 3 * $OUT4)u]),
        );
#for P 0 $PIXELS
        sum$P += m$X * v$($P * $SPREAD + $X);
#endfor
#endfor
      }
#endfor
    }
  }
#for P 0 $PIXELS
  if (x0 + $($P * $STEP)u < params.width) {
    finish(sum$P, x0 + $($P * $STEP)u, y, o);
  }
#endfor
}
