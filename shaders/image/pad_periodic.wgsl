// Extends an image at its right and lower edge to a size that is periodic without a jump: the pad cross-fades (3t² − 2t³)
// from the mirrored near edge to the mirrored far edge of the next period. An image that needs no pad is
// copied.
// Layout: row-major f32. Grid: x over padded columns, y over padded rows.

struct Params {
  width: u32,
  height: u32,
  paddedWidth: u32,
  paddedHeight: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

struct Blend {
  near: u32,
  far: u32,
  weight: f32,
}

fn blend(at: u32, size: u32, padded: u32) -> Blend {
  if (at < size) {
    return Blend(at, at, 0.0);
  }
  let t = (f32(at - size) + 0.5) / f32(padded - size);
  let near = u32(max(2 * i32(size) - 1 - i32(at), 0));
  let far = min(padded - 1u - at, size - 1u);
  return Blend(near, far, t * t * (3.0 - 2.0 * t));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.paddedWidth || id.y >= params.paddedHeight) {
    return;
  }
  let x = blend(id.x, params.width, params.paddedWidth);
  let y = blend(id.y, params.height, params.paddedHeight);
  let top = mix(source[y.near * params.width + x.near], source[y.near * params.width + x.far], x.weight);
  let bottom = mix(source[y.far * params.width + x.near], source[y.far * params.width + x.far], x.weight);
  result[id.y * params.paddedWidth + id.x] = mix(top, bottom, y.weight);
}
