// Pictures, each looked at from several centres, as rings in Fourier series over the angle.
// pictures: side × side each, row-major. shifts: (x, y) of a centre from pixel side/2, px. Rings have radii ½, 1½, … px.
// series[((picture·shifts + shift)·rings + ring)·modes + m] = √(2πr)/angles · Σ_a value(a) exp(−2πi·ma/angles): a ring counts
// by its length, so that sums of products are those over the disc's pixels.
// table: cos and sin of 2πa/angles.
// At most 14 rings. Grid: x over shifts, y over pictures.

#include "lib/polar.wgsl"

struct Params {
  side: u32,
  rings: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pictures: array<f32>;
@group(0) @binding(2) var<storage, read> shifts: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> series: array<vec2f>;
@group(0) @binding(4) var<storage, read> table: array<vec2f>;

// Ring after ring.
var<workgroup> values: array<f32, 896>;

fn pixel(start: u32, place: vec2i) -> f32 {
  let inside = vec2u(clamp(place, vec2i(0), vec2i(i32(params.side) - 1)));
  return pictures[start + inside.y * params.side + inside.x];
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) count: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  roots[thread] = table[thread];
  let centre = vec2f(f32(params.side / 2u)) + shifts[group.x];
  let start = group.y * params.side * params.side;
  for (var ring = 0u; ring < params.rings; ring++) {
    let place = centre + (f32(ring) + 0.5) * table[thread];
    let corner = floor(place);
    let part = place - corner;
    let at = vec2i(corner);
    let top = mix(pixel(start, at), pixel(start, at + vec2i(1, 0)), part.x);
    let bottom = mix(pixel(start, at + vec2i(0, 1)), pixel(start, at + vec2i(1, 1)), part.x);
    values[min(ring, 13u) * angles + thread] = mix(top, bottom, part.y);
  }
  workgroupBarrier();
  let size = params.rings * modes;
  let first = (group.y * count.x + group.x) * size;
  for (var item = thread; item < size; item += 64u) {
    let m = item % modes;
    let ring = min(item / modes, 13u);
    var sum = vec2f(0.0);
    for (var a = 0u; a < angles; a++) {
      let root = roots[(a * m) % angles];
      sum += values[ring * angles + a] * vec2f(root.x, -root.y);
    }
    series[first + item] = sum * sqrt(2.0 * pi * (f32(ring) + 0.5)) / f32(angles);
  }
}
