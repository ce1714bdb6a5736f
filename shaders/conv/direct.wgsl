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
#include "lib/conv_groups.wgsl"

@compute @workgroup_size($LANES, $STRIPS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let o = id.x;
  let x0 = id.y / $STEPu * $($PIXELS * $STEP)u + id.y % $STEPu;
  let y = id.z;
  if (o >= $OUT4u || x0 >= params.width || y >= params.height) {
    return;
  }
#include "lib/conv_strip.wgsl"
}
