// Convolution of packed channels into packed channels as a product of matrices, through workgroup memory; see lib/conv.wgsl.
//
// Rows are pixels of the result region in reading order, columns output channels, and the sum goes over taps and input
// channels: weights[((ky·KX + kx)·GROUPS + i)·4·OUT4 + j·OUT4 + o] holds the four output channels of group o for input channel
// 4i + j. A workgroup of $ACROSS × $DOWN threads makes ROWS = $DOWN·$PIXELS pixels of COLUMNS = $ACROSS·$BLOCK groups, $DEPTH
// groups of input channels at a time; a thread makes $PIXELS pixels, $DOWN apart, of $BLOCK groups, $ACROSS apart, so that
// neighbouring threads always read neighbouring items of workgroup memory. $UNROLL groups of input channels are written out.
// Grid: x over blocks of COLUMNS groups, y and z over blocks of pixels in turn.
#include "lib/conv.wgsl"
#include "lib/conv_groups.wgsl"

const rows = $($DOWN * $PIXELS)u;
const columns = $($ACROSS * $BLOCK)u;
const threads = $($ACROSS * $DOWN)u;

// left[k·LEFTROW + pixel]: a group of four input channels; right[(4k + j)·columns + o]: four output channels of one.
var<workgroup> left: array<$SHARED, $($DEPTH * $LEFTROW)>;
var<workgroup> right: array<$SHARED, $(4 * $DEPTH * $ACROSS * $BLOCK)>;

@compute @workgroup_size($ACROSS, $DOWN)
fn main(
  @builtin(workgroup_id) block: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(num_workgroups) grid: vec3u,
) {
  let firstGroup = block.x * columns;
  let firstPixel = (block.z * grid.y + block.y) * rows;
  let count = params.width * params.height;
#for P 0 $PIXELS
#for B 0 $BLOCK
  var sum$P_$B = bias[firstGroup + $($B * $ACROSS)u + id.x];
#endfor
#endfor
  // What this thread fetches: the same pixels for every tap and depth.
#for F 0 $FETCHES
  let item$F = thread + $F * threads;
  let pixel$F = item$F / $DEPTHu;
  let place$F = firstPixel + pixel$F;
  let x$F = params.firstX + (place$F % params.width) * $STRIDEXu;
  let y$F = params.firstY + (place$F / params.width) * $STRIDEYu;
  let depth$F = item$F % $DEPTHu;
#endfor
  for (var ky = 0u; ky < $KYu; ky++) {
    for (var kx = 0u; kx < $KXu; kx++) {
#for F 0 $FETCHES
      let u$F = sourceX(x$F + kx * $DILATIONXu);
      let v$F = sourceY(y$F + ky * $DILATIONYu);
      let inside$F = u$F < params.sourceWidth && v$F < params.sourceHeight && place$F < count;
#endfor
#for S 0 $SOURCES
#for F 0 $FETCHES
      let at$S_$F = select(0u, row$S(v$F) + column$S(u$F), inside$F);
#endfor
      for (var i = 0u; i < groups$S; i += $DEPTHu) {
#for F 0 $FETCHES
        if (item$F < $DEPTHu * rows) {
          let group = i + depth$F;
          let value = load$S(at$S_$F + group);
          left[depth$F * $LEFTROWu + pixel$F] = $SHARED(select(vec4f(0.0), value, inside$F && group < groups$S));
        }
#endfor
        let w = ((ky * $KXu + kx) * $GROUPSu + first$S + i) * $(4 * $OUT4)u + firstGroup;
        for (var item = thread; item < $(4 * $DEPTH)u * columns; item += threads) {
          right[item] = $SHARED(weights[w + item / columns * $OUT4u + item % columns]);
        }
        workgroupBarrier();
        for (var k = 0u; k < $DEPTHu; k += $UNROLLu) {
#for K 0 $UNROLL
          {
#for P 0 $PIXELS
            let a$P = vec4f(left[(k + $Ku) * $LEFTROWu + $($P * $DOWN)u + id.y]);
#endfor
#for J 0 4
#for B 0 $BLOCK
            let b$J_$B = vec4f(right[(4u * (k + $Ku) + $Ju) * columns + $($B * $ACROSS)u + id.x]);
#endfor
#for P 0 $PIXELS
#for B 0 $BLOCK
            sum$P_$B += a$P[$J] * b$J_$B;
#endfor
#endfor
#endfor
          }
#endfor
        }
        workgroupBarrier();
      }
#endfor
    }
  }
#for P 0 $PIXELS
  let result$P = firstPixel + $($P * $DOWN)u + id.y;
  if (result$P < count) {
#for B 0 $BLOCK
    finish(sum$P_$B, result$P % params.width, result$P / params.width, firstGroup + $($B * $ACROSS)u + id.x);
#endfor
  }
#endfor
}
