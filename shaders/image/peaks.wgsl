// Local maxima of an image above a floor, refined by a parabola through the neighbours along x and y.
//
// A pixel is a peak when no neighbour is higher and none before it in reading order is as high, so of a plateau only
// the first pixel counts. Pixels outside of the rectangle "inside" count as −∞: beyond it there is no image, or a mirrored one,
// whose peaks at the edge would be as high as the true ones. Only pixels of the core rectangle are reported; the
// margin around it is there to be looked at. Whole pixels and the offset from them stay apart, so that a peak is the
// same number to the last bit whichever tile it lies in. The order of the list is not fixed, the host sorts.
// Where the image is followed by planes of log-odds of the offset (offsetPlaneX and Y are their first elements, 0 where
// there are none), the offset is their logistic function less a half, times the span, instead of the parabola's.
// Grid: x over core columns, y over core rows.

struct Params {
  width: u32,
  height: u32,
  coreX: u32,
  coreY: u32,
  coreWidth: u32,
  coreHeight: u32,
  capacity: u32,
  insideLeft: u32,
  insideTop: u32,
  insideRight: u32,
  insideBottom: u32,
  offsetPlaneX: u32,
  offsetPlaneY: u32,
  offsetSpan: f32,
  floor: f32,
}

struct Peak {
  x: u32,
  y: u32,
  offsetX: f32,
  offsetY: f32,
  value: f32,
}

struct Found {
  count: atomic<u32>,
  list: array<Peak>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read_write> found: Found;

const lowest = -3.4028234e38;

fn valueAt(x: u32, y: u32) -> f32 {
  // Unsigned wrap-around: −1 is far outside.
  if (x < params.insideLeft || y < params.insideTop || x >= params.insideRight || y >= params.insideBottom) {
    return lowest;
  }
  return image[y * params.width + x];
}

// Offset of the top of the parabola through (−1, before), (0, peak), (1, after).
fn vertex(before: f32, peak: f32, after: f32) -> f32 {
  let curvature = before - 2.0 * peak + after;
  if (before == lowest || after == lowest || curvature > -1e-6) {
    return 0.0;
  }
  return clamp(0.5 * (before - after) / curvature, -0.5, 0.5);
}

// A learnt offset of a pixel, at most half the span.
fn learnt(plane: u32, at: u32) -> f32 {
  return (1.0 / (1.0 + exp(-image[plane + at])) - 0.5) * params.offsetSpan;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.coreWidth || id.y >= params.coreHeight) {
    return;
  }
  let x = params.coreX + id.x;
  let y = params.coreY + id.y;
  let value = valueAt(x, y);
  if (!(value > params.floor)) {
    return;
  }
  let left = valueAt(x - 1u, y);
  let right = valueAt(x + 1u, y);
  let above = valueAt(x, y - 1u);
  let below = valueAt(x, y + 1u);
  let before = max(max(valueAt(x - 1u, y - 1u), above), max(valueAt(x + 1u, y - 1u), left));
  let after = max(max(valueAt(x - 1u, y + 1u), below), max(valueAt(x + 1u, y + 1u), right));
  if (value <= before || value < after) {
    return;
  }
  var offset = vec2f(vertex(left, value, right), vertex(above, value, below));
  if (params.offsetPlaneX > 0u) {
    let pixel = y * params.width + x;
    offset = vec2f(learnt(params.offsetPlaneX, pixel), learnt(params.offsetPlaneY, pixel));
  }
  let at = atomicAdd(&found.count, 1u);
  if (at < params.capacity) {
    found.list[at] = Peak(x, y, offset.x, offset.y, value);
  }
}
