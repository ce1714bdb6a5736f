// result = source: the most bytes that a shader moves.
// Grid: x over workgroups of 256 vec4 in y rows of `rowLength` vec4.
struct Params {
  length: u32,
  rowLength: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = id.y * params.rowLength + id.x;
  if (at < params.length) {
    result[at] = source[at];
  }
}
