// One tile of the pyramid: means of box × box pixels as float16, two to a word.
//
// Layout: image row-major f32; tile has rows of $TILE pixels, $TILE/2 words each, whatever part of it is used. Where
// the image is coarser than the level (`repeat` > 1) a pixel is repeated. Boxes are cut at the image's edge.
// Grid: x over pairs of tile columns, y over tile rows.

struct Params {
  imageWidth: u32,
  imageHeight: u32,
  // Tile's first pixel on its level, and how much of the tile is used.
  x: u32,
  y: u32,
  width: u32,
  height: u32,
  box: u32,
  repeat: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read_write> tile: array<u32>;

fn meanAt(x: u32, y: u32) -> f32 {
  let left = (params.x + x) * params.box / params.repeat;
  let top = (params.y + y) * params.box / params.repeat;
  let right = min(left + params.box, params.imageWidth);
  let bottom = min(top + params.box, params.imageHeight);
  if (x >= params.width || left >= right || top >= bottom) {
    return 0.0;
  }
  var sum = 0.0;
  for (var v = top; v < bottom; v++) {
    let row = v * params.imageWidth;
    for (var u = left; u < right; u++) {
      sum += image[row + u];
    }
  }
  // Halves end at 65504; what is packed beyond is indeterminate.
  return clamp(sum / f32((right - left) * (bottom - top)), -65504.0, 65504.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= $TILEu / 2u || id.y >= params.height) {
    return;
  }
  tile[id.y * ($TILEu / 2u) + id.x] = pack2x16float(vec2f(meanAt(2u * id.x, id.y), meanAt(2u * id.x + 1u, id.y)));
}
