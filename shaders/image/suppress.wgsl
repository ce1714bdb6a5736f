// After a round of dominant.wgsl: takes what was found out of the scores, with all within the radius around it.
// Grid: x over workgroups, each of which goes on with every so-many-th that was found.
#include "lib/found.wgsl"

@group(0) @binding(0) var<uniform> params: SuppressionParams;
@group(0) @binding(1) var<storage, read_write> scores: array<f32>;
@group(0) @binding(2) var<storage, read_write> found: FoundScores;

// Below every floor.
const suppressed = -3.4028234e38;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let count = min(atomicLoad(&found.count), params.capacity);
  let side = 2 * params.radius + 1;
  for (var i = group.x; i < count; i += groups.x) {
    let centre = found.list[i];
    for (var j = i32(thread); j < side * side; j += 64) {
      let dx = j % side - params.radius;
      let dy = j / side - params.radius;
      let x = i32(centre.x) + dx;
      let y = i32(centre.y) + dy;
      if (dx * dx + dy * dy <= params.radius * params.radius
        && x >= 0 && y >= 0 && x < i32(params.width) && y < i32(params.height)) {
        scores[u32(y) * params.width + u32(x)] = suppressed;
      }
    }
  }
}
