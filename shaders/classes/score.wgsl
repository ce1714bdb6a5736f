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

var<workgroup> products: array<vec2f, 25>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) count: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  roots[thread] = table[thread];
  let rings = params.rings;
  if (thread < modes) {
    let picture = (group.z * count.x + group.x) * rings * modes + thread;
    let reference = group.y * rings * modes + thread;
    var sum = vec2f(0.0);
    for (var ring = 0u; ring < rings; ring++) {
      let other = references[reference + ring * modes];
      sum += times(series[picture + ring * modes], vec2f(other.x, -other.y));
    }
    // The negative frequencies are the conjugates of the positive ones.
    products[thread] = select(2.0, 1.0, thread == 0u) * sum;
  }
  workgroupBarrier();
  var score = levels[group.y * count.x + group.x];
  for (var m = 0u; m < modes; m++) {
    score += dot(products[m], roots[(m * thread) % angles] * vec2f(1.0, -1.0));
  }
  scores[((group.z * count.y + group.y) * count.x + group.x) * angles + thread] = score;
}
