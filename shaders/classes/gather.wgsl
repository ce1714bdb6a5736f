// What each picture gives to each class: its series, turned and shifted by all places, weighted by their posteriors.
// weights as `posterior.wgsl` leaves them, series as `polar.wgsl` does.
// parts[(picture·classes + class)·(rings·modes + 1) + ring·modes + m] = Σ_shift,a weight · series · exp(2πi·ma/angles); the last
// one of each class is (Σ weight, 0). At most 14 rings and 64 shifts. Shifts of next to no weight are left out: most, when places are known.
// table: cos and sin of 2πa/angles.
// Grid: x over classes, y over pictures.

#include "lib/polar.wgsl"

struct Params {
  shifts: u32,
  rings: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> series: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> parts: array<vec2f>;
@group(0) @binding(4) var<storage, read> table: array<vec2f>;

var<workgroup> values: array<f32, 64>;
var<workgroup> turns: array<vec2f, 25>;
// Weight of each shift over all angles.
var<workgroup> totals: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) count: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  roots[thread] = table[thread];
  let size = params.rings * modes;
  let first = (group.y * count.x + group.x) * params.shifts;
  var whole = 0.0;
  if (thread < params.shifts) {
    for (var a = 0u; a < angles; a++) {
      whole += weights[(first + thread) * angles + a];
    }
  }
  totals[thread] = whole;
  // A thread's values of the size + 1, 64 apart.
  var sums = array<vec2f, 6>();
  for (var shift = 0u; shift < params.shifts; shift++) {
    if (workgroupUniformLoad(&totals[shift]) < 1e-7) {
      continue;
    }
    // An even frequency is the same half a turn further, an odd one its negative: sums first, then differences.
    let opposite = weights[(first + shift) * angles + (thread + angles / 2u) % angles];
    let weight = weights[(first + shift) * angles + thread];
    values[thread] = select(opposite - weight, weight + opposite, thread < angles / 2u);
    workgroupBarrier();
    if (thread < modes) {
      var turn = vec2f(0.0);
      let start = (thread % 2u) * (angles / 2u);
      for (var a = 0u; a < angles / 2u; a++) {
        turn += values[start + a] * roots[(a * thread) % angles];
      }
      turns[thread] = turn;
    }
    workgroupBarrier();
    let picture = (group.y * params.shifts + shift) * size;
    for (var i = 0u; i < 6u; i++) {
      let item = thread + 64u * i;
      if (item < size) {
        sums[i] += times(turns[item % modes], series[picture + item]);
      } else if (item == size) {
        sums[i] += vec2f(turns[0].x, 0.0);
      }
    }
  }
  let start = (group.y * count.x + group.x) * (size + 1u);
  for (var i = 0u; i < 6u; i++) {
    let item = thread + 64u * i;
    if (item <= size) {
      parts[start + item] = sums[i];
    }
  }
}
