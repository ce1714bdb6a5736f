// Contrasts, losses, uneven ice and noise → pictures as they were counted, with a smeared border where there is one: a pixel in
// it repeats the outermost one that is not.
// Layout: fields 4 a scene: protein, all else, noise, noise; losses one a scene; measured as strength.wgsl leaves it; pictures
// $PICTURES a scene: one, a second with other noise, and where they are 3 one without noise.
// Grid: 16 × 16 over the pixels, z over scenes.
#include "lib/scene.wgsl"

struct Params {
  side: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read> measured: array<f32>;
@group(0) @binding(3) var<storage, read> fields: array<f32>;
@group(0) @binding(4) var<storage, read> losses: array<f32>;
@group(0) @binding(5) var<storage, read_write> pictures: array<f32>;

// Between the knots of uneven ice, 4 × 4 across the canvas.
fn slopeAt(scene: u32, pixel: vec2u) -> f32 {
  let place = 3.0 * vec2f(pixel) / f32(params.side);
  let knot = min(vec2u(place), vec2u(2u));
  let part = place - vec2f(knot);
  let smoothed = part * part * (3.0 - 2.0 * part);
  let corner = 4u * knot.y + knot.x;
  let above = mix(scenes[scene].knots[corner], scenes[scene].knots[corner + 1u], smoothed.x);
  let below = mix(scenes[scene].knots[corner + 4u], scenes[scene].knots[corner + 5u], smoothed.x);
  return scenes[scene].slope * mix(above, below, smoothed.y);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let side = params.side;
  let scene = id.z;
  if (id.x >= side || id.y >= side) {
    return;
  }
  let first = vec2u(scenes[scene].left, scenes[scene].top);
  let last = side - 1u - vec2u(scenes[scene].right, scenes[scene].bottom);
  let source = clamp(id.xy, first, last);
  let at = source.y * side + source.x;
  let area = side * side;
  let base = 4u * scene * area + at;
  let passed = exp(-losses[scene * area + at]);
  let slope = measured[8u * scene + 2u] * slopeAt(scene, source);
  let bare = (1.0 + fields[base] + fields[base + area]) * passed + slope;
  // Counting noise grows with the root of what is counted.
  let grain = measured[8u * scene + 3u] * sqrt(passed);
  let to = $PICTURESu * scene * area + id.y * side + id.x;
  pictures[to] = bare + grain * fields[base + 2u * area];
  pictures[to + area] = bare + grain * fields[base + 3u * area];
#if PICTURES == 3
  pictures[to + 2u * area] = bare;
#endif
}
