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
#include "lib/conv_groups.wgsl"

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
#include "lib/conv_strip.wgsl"
}
