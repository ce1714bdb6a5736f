// A picture in the corner of a larger plane that is 0 elsewhere, and the same with its squares; row-major f32. Sums over
// discs of either leave out what lies beyond the edge.
// Grid: one thread a value of the padded plane, 8 × 8.

struct Params {
  width: u32,
  height: u32,
  padded_width: u32,
  padded_height: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read_write> padded: array<f32>;
@group(0) @binding(3) var<storage, read_write> squares: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.padded_width || id.y >= params.padded_height) {
    return;
  }
  var value = 0.0;
  if (id.x < params.width && id.y < params.height) {
    value = image[id.y * params.width + id.x];
  }
  let at = id.y * params.padded_width + id.x;
  padded[at] = value;
  squares[at] = value * value;
}
