// A part of some planes, one after another in row-major float32, as a tensor. Pixel (x, y) of the result region shows
// (firstX + x, firstY + y) of the planes, which go on as their own mirror images beyond all edges: … 1 0 | 0 1 2 …
// The tensor lies as lib/tensor.wgsl says.
// Grid: x over columns · groups of the result region, y over rows.
#include "lib/tensor.wgsl"

struct Params {
  width: u32,
  height: u32,
  groups: u32,
  resultRow: u32,
  resultPixel: u32,
  resultBase: u32,
  planeWidth: u32,
  planeHeight: u32,
  channels: u32,
  firstX: i32,
  firstY: i32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> result: array<$RESULT>;
@group(0) @binding(2) var<storage, read> planes: array<$SOURCE>;

fn folded(at: i32, length: i32) -> u32 {
  let period = 2 * length;
  let i = (at % period + period) % period;
  return u32(min(i, period - 1 - i));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width * params.groups || id.y >= params.height) {
    return;
  }
  let x = id.x / params.groups;
  let group = id.x % params.groups;
  let u = folded(params.firstX + i32(x), i32(params.planeWidth));
  let v = folded(params.firstY + i32(id.y), i32(params.planeHeight));
  var value = vec4f(0.0);
  for (var j = 0u; j < min(4u, params.channels - 4u * group); j++) {
    value[j] = planes[((4u * group + j) * params.planeHeight + v) * params.planeWidth + u];
  }
  result[params.resultBase + id.y * params.resultRow + x * params.resultPixel + group] = pack(value);
}
