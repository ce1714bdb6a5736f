// The sum of two tensors, activated; each base is that of the region's first item. Tensors lie as lib/tensor.wgsl says.
// Grid: x over columns · groups of the result region, y over rows.
#include "lib/tensor.wgsl"
#include "lib/activation.wgsl"

struct Params {
  width: u32,
  height: u32,
  groups: u32,
  resultRow: u32,
  resultPixel: u32,
  resultBase: u32,
  leftRow: u32,
  leftPixel: u32,
  leftBase: u32,
  rightRow: u32,
  rightPixel: u32,
  rightBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> result: array<$RESULT>;
@group(0) @binding(2) var<storage, read> left: array<$SOURCE>;
@group(0) @binding(3) var<storage, read> right: array<$SOURCE>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width * params.groups || id.y >= params.height) {
    return;
  }
  let x = id.x / params.groups;
  let group = id.x % params.groups;
  let a = unpack(left[params.leftBase + id.y * params.leftRow + x * params.leftPixel + group]);
  let b = unpack(right[params.rightBase + id.y * params.rightRow + x * params.rightPixel + group]);
  result[params.resultBase + id.y * params.resultRow + x * params.resultPixel + group] = pack(activate(a + b));
}
