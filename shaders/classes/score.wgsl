// Log-posteriors, but for a constant, of every class, shift and angle for every picture.
// series as `polar.wgsl` leaves them; references[(class·rings + ring)·modes + m] likewise; levels[class·shifts + shift] is
// added: the priors less half of the reference's square.
// scores[((picture·classes + class)·shifts + shift)·angles + a] = ⟨picture turned by 2πa/angles, reference⟩ + level, where
// turned means that its value at an angle is the picture's at that angle + 2πa/angles.
// table: cos and sin of 2πa/angles.
// Grid: x over shifts, y over classes, z over pictures.

#include "lib/polar.wgsl"

struct Params {
  rings: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> series: array<vec2f>;
@group(0) @binding(2) var<storage, read> references: array<vec2f>;
@group(0) @binding(3) var<storage, read> levels: array<f32>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;
@group(0) @binding(5) var<storage, read> table: array<vec2f>;

// Of the even and of the odd rings, then their sums.
var<workgroup> products: array<vec2f, 50>;
// What the even frequencies give at the angles of half a turn, then what the odd ones do.
var<workgroup> halves: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) count: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  roots[thread] = table[thread];
  let rings = params.rings;
  if (thread < 2u * modes) {
    let mode = thread % modes;
    let picture = (group.z * count.x + group.x) * rings * modes + mode;
    let reference = group.y * rings * modes + mode;
    var sum = vec2f(0.0);
    for (var ring = thread / modes; ring < rings; ring += 2u) {
      let other = references[reference + ring * modes];
      sum += times(series[picture + ring * modes], vec2f(other.x, -other.y));
    }
    // The negative frequencies are the conjugates of the positive ones.
    products[thread] = select(2.0, 1.0, mode == 0u) * sum;
  }
  workgroupBarrier();
  if (thread < modes) {
    products[thread] += products[thread + modes];
  }
  workgroupBarrier();
  // Half a turn further an even frequency gives the same and an odd one its negative.
  let angle = thread % (angles / 2u);
  var half = 0.0;
  for (var m = thread / (angles / 2u); m < modes; m += 2u) {
    half += dot(products[m], roots[(m * angle) % angles] * vec2f(1.0, -1.0));
  }
  halves[thread] = half;
  workgroupBarrier();
  let odd = select(-1.0, 1.0, thread < angles / 2u) * halves[angle + angles / 2u];
  let score = levels[group.y * count.x + group.x] + halves[angle] + odd;
  scores[((group.z * count.y + group.y) * count.x + group.x) * angles + thread] = score;
}
