// Means of the probabilities 1 / (1 + e^−v) over squares of pool × pool pixels of a plane, as bytes: 255 is certain.
//
// Squares begin at the region's first pixel and are cut at its right and lower edge: the mean is over what is there. Sums
// run row by row in a fixed order, so a square gives the same byte in whatever plane it lies. Four squares of a row are
// a word of the result, the first in the lowest byte; rows begin at a word, squares beyond the region are 0.
// Grid: x over words of a row, y over rows of squares.

struct Params {
  // Index of the region's first pixel, and pixels from one row of the plane to the next.
  first: u32,
  row: u32,
  width: u32,
  height: u32,
  pool: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> plane: array<f32>;
@group(0) @binding(2) var<storage, read_write> bytes: array<u32>;

fn meanOf(column: u32, row: u32) -> f32 {
  let left = column * params.pool;
  let top = row * params.pool;
  if (left >= params.width) {
    return 0.0;
  }
  let right = min(params.width, left + params.pool);
  let bottom = min(params.height, top + params.pool);
  var sum = 0.0;
  for (var y = top; y < bottom; y++) {
    for (var x = left; x < right; x++) {
      sum += 1.0 / (1.0 + exp(-plane[params.first + y * params.row + x]));
    }
  }
  return sum / f32((right - left) * (bottom - top));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = (params.width + params.pool - 1u) / params.pool;
  let words = (columns + 3u) / 4u;
  if (id.x >= words || id.y * params.pool >= params.height) {
    return;
  }
  let column = 4u * id.x;
  let means = vec4f(
    meanOf(column, id.y),
    meanOf(column + 1u, id.y),
    meanOf(column + 2u, id.y),
    meanOf(column + 3u, id.y),
  );
  bytes[id.y * words + id.x] = pack4x8unorm(means);
}
