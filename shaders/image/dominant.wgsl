// A round of non-maximum suppression: lists every score that none within the radius comes before. Larger ones come first,
// of equal ones the first in reading order. What is taken in a round is what greedy suppression takes: whatever could
// suppress it has a higher score and is suppressed already. `suppress.wgsl` follows.
//
// Layout: scores row-major f32; what is not above the floor does not count, nor does what lies outside the core.
// Grid: x over core columns, y over core rows.
#include "lib/found.wgsl"

@group(0) @binding(0) var<uniform> params: SuppressionParams;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read_write> found: FoundScores;

// Whether the score at (x, y), inside or outside of the core, comes before one of this value.
fn isBefore(x: i32, y: i32, value: f32, isEarlier: bool) -> bool {
  let left = i32(params.coreX);
  let top = i32(params.coreY);
  if (x < left || y < top || x >= left + i32(params.coreWidth) || y >= top + i32(params.coreHeight)) {
    return false;
  }
  let other = scores[u32(y) * params.width + u32(x)];
  return other > value || (isEarlier && other == value);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.coreWidth || id.y >= params.coreHeight) {
    return;
  }
  let x = i32(params.coreX + id.x);
  let y = i32(params.coreY + id.y);
  let value = scores[u32(y) * params.width + u32(x)];
  if (!(value > params.floor)) {
    return;
  }
  // Most scores end here.
  if (params.radius >= 1
    && (isBefore(x - 1, y, value, true) || isBefore(x, y - 1, value, true)
      || isBefore(x + 1, y, value, false) || isBefore(x, y + 1, value, false))) {
    return;
  }
  for (var dy = -params.radius; dy <= params.radius; dy++) {
    for (var dx = -params.radius; dx <= params.radius; dx++) {
      let isNear = dx * dx + dy * dy <= params.radius * params.radius && (dx != 0 || dy != 0);
      if (isNear && isBefore(x + dx, y + dy, value, dy < 0 || (dy == 0 && dx < 0))) {
        return;
      }
    }
  }
  let at = atomicAdd(&found.count, 1u);
  if (at < params.capacity) {
    found.list[at] = FoundScore(u32(x), u32(y), value);
  }
}
