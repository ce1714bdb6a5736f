// Moments of the finite values of chunks of 1024 pixels, for the CPU to put together in 64 bits: pixels, an origin, sum
// and squared sum of deviations from it, least and largest value. A chunk without any has 0 pixels. The origin is the
// middle one of three pixels: near the mean, so that no digits are lost, even where one of them is hot.
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

fn isFinite(bits: u32) -> bool {
  return (bits & 0x7f800000u) != 0x7f800000u;
}

fn finiteAt(index: u32) -> f32 {
  let bits = image[min(index, params.count - 1u)];
  return bitcast<f32>(select(0u, bits, isFinite(bits)));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.chunks) {
    return;
  }
  let start = id.x * chunk;
  let end = min(start + chunk, params.count);
  let a = finiteAt(start);
  let b = finiteAt(start + chunk / 3u);
  let c = finiteAt(start + 2u * chunk / 3u);
  let origin = max(min(a, b), min(max(a, b), c));
  var count = 0.0;
  var deviations = 0.0;
  var squares = 0.0;
  var least = largest;
  var most = -largest;
  for (var i = start; i < end; i++) {
    let bits = image[i];
    if (isFinite(bits)) {
      let value = bitcast<f32>(bits);
      let deviation = value - origin;
      count += 1.0;
      deviations += deviation;
      squares += deviation * deviation;
      least = min(least, value);
      most = max(most, value);
    }
  }
  let at = 6u * id.x;
  result[at] = count;
  result[at + 1u] = origin;
  result[at + 2u] = deviations;
  result[at + 3u] = squares;
  result[at + 4u] = least;
  result[at + 5u] = most;
}
