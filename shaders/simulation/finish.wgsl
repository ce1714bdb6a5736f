// The picker's high-pass and somebody's smoothing, on spectra in place, divided by the number of pixels for the way back.
// Layout: half spectra of square planes, $PICTURES a scene.
// Grid: x over columns / 64, y over rows, z over scenes.
#include "lib/scene.wgsl"

struct Params {
  side: u32,
  // Half-amplitude wavelength, px; 0 for none.
  highpass: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read_write> spectra: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let side = params.side;
  let columns = side / 2u + 1u;
  if (id.x >= columns) {
    return;
  }
  let squared = squaredFrequency(id.x, id.y, side);
  let smoothing = scenes[id.z].smoothing;
  var factor = exp2(-squared * smoothing * smoothing) / f32(side * side);
  if (params.highpass > 0.0) {
    factor *= 1.0 - exp2(-squared * params.highpass * params.highpass);
  }
  let at = $PICTURESu * id.z * side * columns + id.y * columns + id.x;
#for I 0 $PICTURES
  spectra[at + $Iu * side * columns] *= factor;
#endfor
}
