// How strong a scene's particles are in its patch, and how loud the noise has to be for the signal-to-noise ratio that was
// drawn: their deviation inside of the marked discs, and the variance of the first field of noise. One workgroup a scene.
// Layout: fields 4 a scene: protein, all else, noise, noise; marks as protein.wgsl leaves them; measured is 8 f32 a scene, of
// which the third and fourth are written: deviation of the particles, factor of the noise.
// Grid: x over scenes.
#include "lib/scene.wgsl"

struct Params {
  side: u32,
  // The patch.
  offset: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read> fields: array<f32>;
@group(0) @binding(3) var<storage, read> marks: array<u32>;
@group(0) @binding(4) var<storage, read_write> measured: array<f32>;

const threads = 256u;
// Sum and sum of squares of particles and of noise; pixels of particles.
var<workgroup> partial: array<vec4f, threads>;
var<workgroup> counts: array<u32, threads>;

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let scene = group.x;
  let area = params.side * params.side;
  let pixels = params.size * params.size;
  var sum = vec4f(0.0);
  var count = 0u;
  for (var i = thread; i < pixels; i += threads) {
    let at = (i / params.size + params.offset) * params.side + i % params.size + params.offset;
    let noise = fields[(4u * scene + 2u) * area + at];
    sum += vec4f(0.0, 0.0, noise, noise * noise);
    if ((marks[scene * area + at] & 2u) != 0u) {
      let value = fields[4u * scene * area + at];
      sum += vec4f(value, value * value, 0.0, 0.0);
      count++;
    }
  }
  partial[thread] = sum;
  counts[thread] = count;
  for (var half = threads / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) {
      partial[thread] += partial[thread + half];
      counts[thread] += counts[thread + half];
    }
  }
  if (thread == 0u) {
    let total = partial[0];
    var deviation = 0.0;
    if (counts[0] > 0u) {
      let mean = total.x / f32(counts[0]);
      deviation = sqrt(max(0.0, total.y / f32(counts[0]) - mean * mean));
    }
    let usual = scenes[scene].usual;
    let strength = select(usual, deviation, deviation > 0.05 * usual);
    let mean = total.z / f32(pixels);
    let variance = total.w / f32(pixels) - mean * mean;
    measured[8u * scene + 2u] = strength;
    measured[8u * scene + 3u] = strength / sqrt(scenes[scene].signalToNoise * variance);
  }
}
