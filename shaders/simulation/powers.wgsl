// Sums over all frequencies of a scene's canvas by which the noise's parts are normalised: of the long waves' power and of the
// squared transfer function. One workgroup a scene, added up in fixed order.
// Layout: measured is 8 f32 a scene, of which the first two are written: slow / Σ waves, ice / Σ transfer².
// Grid: x over scenes.
#include "lib/scene.wgsl"

struct Params {
  side: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read_write> measured: array<f32>;

const threads = 256u;
var<workgroup> partial: array<vec2f, threads>;

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let scene = group.x;
  let side = params.side;
  let columns = side / 2u + 1u;
  var sum = vec2f(0.0);
  for (var i = thread; i < columns * side; i += threads) {
    let kx = i % columns;
    let squared = squaredFrequency(kx, i / columns, side);
    let transfer = transferOf(scene, squared);
    // Those that the half spectrum leaves out are the mirror images of the others.
    let weight = select(2.0, 1.0, kx == 0u || 2u * kx == side);
    sum += weight * vec2f(longWaves(scene, squared), transfer * transfer);
  }
  partial[thread] = sum;
  for (var half = threads / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) {
      partial[thread] += partial[thread + half];
    }
  }
  if (thread == 0u) {
    measured[8u * scene] = scenes[scene].slow / partial[0].x;
    measured[8u * scene + 1u] = scenes[scene].ice / partial[0].y;
  }
}
