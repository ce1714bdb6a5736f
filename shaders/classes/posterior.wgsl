// In place: a picture's log-posteriors (`score.wgsl`) → posteriors, which sum up to 1; and where the highest one lies.
// found[2·picture] = (class, x, y, angle): shift in px and angle in radians, both by the vertex of parabolas through the
// log-posterior of the highest place and its neighbours. found[2·picture + 1] = (highest, log of the sum, 0, 0).
// neighbours[shift] = the shifts one px to the left, right, above, below, or the number of shifts where there is none.
// Grid: x over pictures.

#include "lib/polar.wgsl"

struct Params {
  classes: u32,
  shifts: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> shifts: array<vec2f>;
@group(0) @binding(2) var<storage, read> neighbours: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;
@group(0) @binding(4) var<storage, read_write> found: array<vec4f>;

var<workgroup> values: array<f32, 64>;
var<workgroup> places: array<u32, 64>;

fn vertex(before: f32, middle: f32, after: f32) -> f32 {
  let curvature = before - 2.0 * middle + after;
  return select(0.0, clamp(0.5 * (before - after) / curvature, -0.5, 0.5), curvature < 0.0);
}

// The step, in px, from a shift towards one of two neighbours.
fn towards(start: u32, place: u32, before: u32, after: u32) -> f32 {
  if (before >= params.shifts || after >= params.shifts) {
    return 0.0;
  }
  let shift = (place / angles) % params.shifts;
  let row = start + place - shift * angles;
  return vertex(scores[row + before * angles], scores[start + place], scores[row + after * angles]);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let total = params.classes * params.shifts * angles;
  let start = group.x * total;
  var best = -3.4e38;
  var place = 0u;
  for (var at = thread; at < total; at += 64u) {
    let score = scores[start + at];
    if (score > best) {
      best = score;
      place = at;
    }
  }
  values[thread] = best;
  places[thread] = place;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) {
      let other = thread + half;
      let isFirst = values[other] == values[thread] && places[other] < places[thread];
      if (values[other] > values[thread] || isFirst) {
        values[thread] = values[other];
        places[thread] = places[other];
      }
    }
  }
  workgroupBarrier();
  let highest = values[0];
  let top = places[0];
  workgroupBarrier();
  if (thread == 0u) {
    let angle = top % angles;
    let shift = (top / angles) % params.shifts;
    let beside = neighbours[shift];
    let ring = start + top - angle;
    let turn = vertex(
      scores[ring + (angle + angles - 1u) % angles],
      highest,
      scores[ring + (angle + 1u) % angles],
    );
    let centre = shifts[shift] + vec2f(towards(start, top, beside.x, beside.y), towards(start, top, beside.z, beside.w));
    let radians = 2.0 * pi * (f32(angle) + turn) / f32(angles);
    found[2u * group.x] = vec4f(f32(top / (angles * params.shifts)), centre, radians);
  }
  storageBarrier();
  var sum = 0.0;
  for (var at = thread; at < total; at += 64u) {
    let part = exp(scores[start + at] - highest);
    scores[start + at] = part;
    sum += part;
  }
  values[thread] = sum;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) {
      values[thread] += values[thread + half];
    }
  }
  workgroupBarrier();
  let whole = values[0];
  for (var at = thread; at < total; at += 64u) {
    scores[start + at] = scores[start + at] / whole;
  }
  if (thread == 0u) {
    found[2u * group.x + 1u] = vec4f(highest, log(whole), 0.0, 0.0);
  }
}
