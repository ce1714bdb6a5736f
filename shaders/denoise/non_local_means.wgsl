// Non-local means of rows of an image (Buades, Coll, Morel 2005): every pixel becomes a mean of the pixels of a search
// window about it, weighted by how much their surroundings look alike: w = exp(−max(0, d − floor) · slope), d the mean
// squared difference of two patches of the guide, an image of the same size. The pixel itself has the largest weight that any
// other has. Beyond its edges the image goes on as its own mirror image.
//
// A workgroup keeps the guide about its 16 × 16 pixels in workgroup memory. For one offset after another it takes squared
// differences, then sums them along rows, then along columns, so that the size of a patch hardly costs anything.
// $PATCH and $SEARCH: radii of patch and window, px.
//
// Layout: row-major f32, all three of width × height.
// Grid: x over columns / 16, y over rows / 16 from `firstRow` on.

struct Params {
  width: u32,
  height: u32,
  firstRow: u32,
  floor: f32,
  slope: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read> guide: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

const side = 16u;
const patch_radius = $PATCHu;
const search_radius = $SEARCHu;
/// Sides of the guide that is looked at, and of the differences.
const near_side = side + 2u * (patch_radius + search_radius);
const difference_side = side + 2u * patch_radius;

var<workgroup> near: array<f32, near_side * near_side>;
var<workgroup> squares: array<f32, difference_side * difference_side>;
var<workgroup> sums: array<f32, difference_side * side>;

fn mirrored(at: i32, size: u32) -> u32 {
  let period = 2 * i32(size);
  let inside = ((at % period) + period) % period;
  return u32(select(inside, period - 1 - inside, inside >= i32(size)));
}

@compute @workgroup_size(16, 16)
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let origin = vec2i(i32(group.x * side), i32(params.firstRow + group.y * side));
  let margin = i32(patch_radius + search_radius);
  for (var i = thread; i < near_side * near_side; i += side * side) {
    let x = mirrored(origin.x + i32(i % near_side) - margin, params.width);
    let y = mirrored(origin.y + i32(i / near_side) - margin, params.height);
    near[i] = guide[y * params.width + x];
  }
  workgroupBarrier();
  let place = origin + vec2i(local.xy);
  let patch_pixels = f32((2u * patch_radius + 1u) * (2u * patch_radius + 1u));
  var sum = 0.0;
  var weights = 0.0;
  var largest = 0.0;
  for (var v = 0u; v <= 2u * search_radius; v++) {
    for (var u = 0u; u <= 2u * search_radius; u++) {
      if (u == search_radius && v == search_radius) {
        continue;
      }
      for (var i = thread; i < difference_side * difference_side; i += side * side) {
        let x = i % difference_side;
        let y = i / difference_side;
        let difference = near[(y + search_radius) * near_side + x + search_radius] - near[(y + v) * near_side + x + u];
        squares[i] = difference * difference;
      }
      workgroupBarrier();
      for (var i = thread; i < difference_side * side; i += side * side) {
        let at = (i / side) * difference_side + i % side;
        var along = 0.0;
        for (var k = 0u; k <= 2u * patch_radius; k++) {
          along += squares[at + k];
        }
        sums[i] = along;
      }
      workgroupBarrier();
      var total = 0.0;
      for (var k = 0u; k <= 2u * patch_radius; k++) {
        total += sums[(local.y + k) * side + local.x];
      }
      let weight = exp(-max(0.0, total / patch_pixels - params.floor) * params.slope);
      let x = mirrored(place.x + i32(u) - i32(search_radius), params.width);
      let y = mirrored(place.y + i32(v) - i32(search_radius), params.height);
      sum += weight * image[y * params.width + x];
      weights += weight;
      largest = max(largest, weight);
    }
  }
  if (u32(place.x) >= params.width || u32(place.y) >= params.height) {
    return;
  }
  let at = u32(place.y) * params.width + u32(place.x);
  // Where nothing looks alike, the pixel stays.
  let own = max(largest, 1e-20);
  result[at] = (sum + own * image[at]) / (weights + own);
}
