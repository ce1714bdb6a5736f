// Moments of the finite values of chunks of 1024 pixels, for the CPU to put together in 64 bits: pixels, a centre near
// their mean, sum and squared sum of deviations from it, least and largest value. A chunk without any has 0 pixels.
//
// Layout: image f32 as bits, `count` values; result six f32 a chunk.
// Grid: x over chunks, one invocation each, so that the order of additions is the same on every machine.

struct Params {
  count: u32,
  chunks: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> image: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

const chunk = 1024u;
const largest = 3.4028234e38;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.chunks) {
    return;
  }
  let start = id.x * chunk;
  let end = min(start + chunk, params.count);
  var count = 0.0;
  var origin = 0.0;
  var total = 0.0;
  var least = largest;
  var most = -largest;
  for (var i = start; i < end; i++) {
    let bits = image[i];
    if ((bits & 0x7f800000u) != 0x7f800000u) {
      let value = bitcast<f32>(bits);
      if (count == 0.0) {
        origin = value;
      }
      count += 1.0;
      total += value - origin;
      least = min(least, value);
      most = max(most, value);
    }
  }
  let centre = origin + total / max(count, 1.0);
  var deviations = 0.0;
  var squares = 0.0;
  for (var i = start; i < end; i++) {
    let bits = image[i];
    if ((bits & 0x7f800000u) != 0x7f800000u) {
      let deviation = bitcast<f32>(bits) - centre;
      deviations += deviation;
      squares += deviation * deviation;
    }
  }
  let at = 6u * id.x;
  result[at] = count;
  result[at + 1u] = centre;
  result[at + 2u] = deviations;
  result[at + 3u] = squares;
  result[at + 4u] = least;
  result[at + 5u] = most;
}
