// In place: value → (value − mean) · scale, cut at ± clip; what is not finite becomes 0. Row-major f32, `count` values.
// The bits are read as whole numbers, since WGSL may assume that no float is NaN or infinite; both differences are
// halved, so that none overflows.
// Grid: x over columns of 64 workgroups' worth, y over rows of them: index = (y · columns + x).

struct Params {
  count: u32,
  columns: u32,
  mean: f32,
  scale: f32,
  clip: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> image: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.columns + id.x;
  if (id.x >= params.columns || index >= params.count) {
    return;
  }
  let bits = image[index];
  var value = 0.0;
  if ((bits & 0x7f800000u) != 0x7f800000u) {
    value = (0.5 * bitcast<f32>(bits) - 0.5 * params.mean) * (2.0 * params.scale);
    value = clamp(value, -params.clip, params.clip);
  }
  image[index] = bitcast<u32>(value);
}
