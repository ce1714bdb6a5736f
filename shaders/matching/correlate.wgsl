// The spectra of a picture's correlations with templates: conj(T)·I, or T·I where the templates are turned by half a circle,
// which their spectra tell as well; rows in the opposite order where they are mirrored (y → −y). Templates have their centre at
// pixel (0, 0).
// Layout: template × row ky × kx, complex; one picture. Grid: x over kx, y over ky, z over templates.
#include "lib/complex.wgsl"

struct Params {
  width: u32,
  height: u32,
  turned: u32,
  mirrored: u32,
  // What two transforms leave unnormalised.
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> picture: array<vec2f>;
@group(0) @binding(2) var<storage, read> templates: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = params.width / 2u + 1u;
  if (id.x >= columns || id.y >= params.height) {
    return;
  }
  let plane = id.z * params.height;
  let row = select(id.y, (params.height - id.y) % params.height, params.mirrored == 1u);
  let value = templates[(plane + row) * columns + id.x];
  let factor = select(conj(value), value, params.turned == 1u);
  result[(plane + id.y) * columns + id.x] = mul(factor, picture[id.y * columns + id.x]) * params.scale;
}
