// Spectra of phases → of relative intensities (times 2 · CTF), and two spectra of noise of the scene's colours beside them. The
// noise is drawn as one complex spectrum of independent values whose real part and imaginary part, once transformed, are two
// independent real fields; here each of them gets its own half spectrum.
// Layout: half spectra of square planes; phases 2 a scene, shaped 4: protein, all else, noise, noise; measured as powers.wgsl
// leaves it. All are divided by the number of pixels for the way back.
// Grid: x over columns / 64, y over rows, z over scenes.
#include "lib/scene.wgsl"
#include "lib/normals.wgsl"

struct Params {
  side: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read> measured: array<f32>;
@group(0) @binding(3) var<storage, read> phases: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> shaped: array<vec2f>;

fn drawn(scene: u32, kx: u32, ky: u32) -> vec2f {
  return normals(vec4u(kx * params.side + ky, 0u, scenes[scene].seed, scenes[scene].index));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let side = params.side;
  let columns = side / 2u + 1u;
  let scene = id.z;
  if (id.x >= columns) {
    return;
  }
  let squared = squaredFrequency(id.x, id.y, side);
  let transfer = transferOf(scene, squared);
  let pixels = f32(side * side);
  let plane = side * columns;
  let at = id.y * columns + id.x;
  let source = 2u * scene * plane + at;
  let to = 4u * scene * plane + at;
  shaped[to] = 2.0 * transfer / pixels * phases[source];
  shaped[to + plane] = 2.0 * transfer / pixels * phases[source + plane];

  let here = drawn(scene, id.x, id.y);
  let mirror = drawn(scene, (side - id.x) % side, (side - id.y) % side);
  let white = scenes[scene].white;
  let waves = measured[8u * scene] * longWaves(scene, squared);
  let ice = measured[8u * scene + 1u] * transfer * transfer;
  let all = white + scenes[scene].slow + scenes[scene].ice;
  let half = 0.5 * sqrt((white / pixels + waves + ice) / all);
  shaped[to + 2u * plane] = half * vec2f(here.x + mirror.x, here.y - mirror.y);
  shaped[to + 3u * plane] = half * vec2f(here.y + mirror.y, mirror.x - here.x);
}
