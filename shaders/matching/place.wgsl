// Small pictures in the middle of which lies their centre → planes that are 0 elsewhere, the centre at pixel (0, 0) and what is
// left of and above it at the far edges, as a correlation by Fourier transform wants it.
// Layout: picture × row × column of (2·reach + 1)² values → plane × row × column; f32. A plane is larger than a picture.
// Grid: 8 × 8 over the pixels of a plane, z over planes.

struct Params {
  width: u32,
  height: u32,
  reach: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pictures: array<f32>;
@group(0) @binding(2) var<storage, read_write> planes: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  let reach = i32(params.reach);
  let x = select(i32(id.x), i32(id.x) - i32(params.width), 2u * id.x > params.width);
  let y = select(i32(id.y), i32(id.y) - i32(params.height), 2u * id.y > params.height);
  var value = 0.0;
  if (abs(x) <= reach && abs(y) <= reach) {
    let side = 2u * params.reach + 1u;
    value = pictures[(id.z * side + u32(y + reach)) * side + u32(x + reach)];
  }
  planes[(id.z * params.height + id.y) * params.width + id.x] = value;
}
