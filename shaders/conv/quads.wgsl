// Convolution of packed channels into packed channels, four lanes sharing their weights; see lib/conv.wgsl.
//
// As conv/direct.wgsl, with its layout of weights, but the four lanes of a quad make neighbouring strips of one group of output
// channels: each loads one column of a matrix of weights and gets the others from its neighbours.
// Which invocations a subgroup is made of is the device's choice. So each subgroup takes the next `size` places of the workgroup,
// whichever are left; that works for subgroups of 4 to 128 that are full, as they are where $THREADS is a multiple of the largest.
// Lanes beyond the picture work along, for their neighbours, and write nothing.
// Grid: x over groups of output channels ($LANES a workgroup), y over strips of pixels ($STRIPS), z over rows.
enable subgroups;
#include "lib/conv.wgsl"

const groups0 = $GROUPS0u;
const first0 = 0u;
#if SOURCES == 2
const groups1 = $GROUPS1u;
const first1 = $GROUPS0u;
#endif

// Places of the workgroup that have a subgroup.
var<workgroup> taken: atomic<u32>;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) block: vec3u,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) size: u32,
) {
  // SwiftShader clears workgroup memory as each of its subgroups begins: let all of them begin.
  workgroupBarrier();
  var begin = 0u;
  if (lane == 0u) {
    begin = atomicAdd(&taken, size);
  }
  let thread = subgroupBroadcastFirst(begin) + lane;
  let member = lane % 4u;
  let o = block.x * $LANESu + thread / 4u % $LANESu;
  let strip = block.y * $STRIPSu + thread / $(4 * $LANES)u * 4u + member;
  let x0 = strip / $STEPu * $($PIXELS * $STEP)u + strip % $STEPu;
  let y = block.z;
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
        let part$X = vec4f(weights[w + $(4 * $X * $OUT4)u + member * $OUT4u]);
        let m$X = mat4x4f(
          quadBroadcast(part$X, 0u),
          quadBroadcast(part$X, 1u),
          quadBroadcast(part$X, 2u),
          quadBroadcast(part$X, 3u),
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
