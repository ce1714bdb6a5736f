// A tensor's region as planes, one after another in row-major float32: channel c of pixel (x, y) goes to first +
// (c·planeHeight + y)·planeWidth + x. The tensor lies as lib/tensor.wgsl says, the region's first item at sourceBase.
// Grid: x over columns, y over rows, z over groups.
#include "lib/tensor.wgsl"

struct Params {
  width: u32,
  height: u32,
  channels: u32,
  planeWidth: u32,
  planeHeight: u32,
  first: u32,
  sourceRow: u32,
  sourcePixel: u32,
  sourceBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> planes: array<$RESULT>;
@group(0) @binding(2) var<storage, read> source: array<$SOURCE>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  let value = unpack(source[params.sourceBase + id.y * params.sourceRow + id.x * params.sourcePixel + id.z]);
  for (var j = 0u; j < min(4u, params.channels - 4u * id.z); j++) {
    let at = params.first + ((4u * id.z + j) * params.planeHeight + id.y) * params.planeWidth + id.x;
    planes[at] = pack(vec4f(value[j]));
  }
}
