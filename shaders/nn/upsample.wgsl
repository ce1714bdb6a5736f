// Nearest-neighbour up-sampling by two: result(x, y) = source(x/2, y/2).
// Layout: channels last in vec4, slices as in conv/direct.wgsl; width and height are the result's.
// Grid: x over columns · channels4, y over rows.

struct Params {
  width: u32,
  height: u32,
  sourceWidth: u32,
  channels4: u32,
  sourceStride4: u32,
  sourceOffset4: u32,
  resultStride4: u32,
  resultOffset4: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width * params.channels4 || id.y >= params.height) {
    return;
  }
  let x = id.x / params.channels4;
  let c = id.x % params.channels4;
  let origin = ((id.y / 2u) * params.sourceWidth + x / 2u) * params.sourceStride4 + params.sourceOffset4 + c;
  let at = (id.y * params.width + x) * params.resultStride4 + params.resultOffset4 + c;
  result[at] = source[origin];
}
