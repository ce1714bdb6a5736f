// Adds stored samples, times a weight of +1 or −1, to a float32 sum.
//
// Layout: sum row-major f32, width columns, seen as vec4f ("quads" of four pixels in reading order); samples as they lie
// in the file, little-endian, row r at byte r · rowBytes of the strip.
// PACKED: rows follow one another without a gap, so that a quad is one, two or four whole words (uint4: half a word) and
// no row has to be found; this is the way of nearly every file. Without it every pixel finds its row and its bytes.
// Grid: x over columns of workgroups, y over rows of them: quad = y · columns + x.
// Preconditions: sum and samples start at a whole quad; a last quad that is not full may write rubbish behind the last
// pixel, where the buffer goes on to a multiple of 8 pixels.

struct Params {
  // First byte of samples; PACKED: a multiple of 4.
  firstByte: u32,
  firstQuad: u32,
  quads: u32,
  columns: u32,
  width: u32,
  // Pixels in all.
  count: u32,
  rowBytes: u32,
  weight: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> samples: array<u32>;
@group(0) @binding(2) var<storage, read_write> sum: array<vec4f>;

#if PACKED
fn valuesOf(quad: u32) -> vec4f {
  let first = params.firstByte / 4u;
#if TYPE == uint4
  let word = samples[first + quad / 2u] >> (16u * (quad & 1u));
  return vec4f((vec4u(word) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u));
#endif
#if TYPE == uint8
  return vec4f((vec4u(samples[first + quad]) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
#endif
#if TYPE == int8
  return vec4f((vec4i(bitcast<i32>(samples[first + quad])) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
#endif
#if TYPE == uint16
  let words = vec2u(samples[first + 2u * quad], samples[first + 2u * quad + 1u]);
  return vec4f((words.xxyy >> vec4u(0u, 16u, 0u, 16u)) & vec4u(65535u));
#endif
#if TYPE == int16
  let words = bitcast<vec2i>(vec2u(samples[first + 2u * quad], samples[first + 2u * quad + 1u]));
  return vec4f((words.xxyy << vec4u(16u, 0u, 16u, 0u)) >> vec4u(16u));
#endif
#if TYPE == float16
  return vec4f(unpack2x16float(samples[first + 2u * quad]), unpack2x16float(samples[first + 2u * quad + 1u]));
#endif
#if TYPE == float32
  let at = first + 4u * quad;
  return bitcast<vec4f>(vec4u(samples[at], samples[at + 1u], samples[at + 2u], samples[at + 3u]));
#endif
}
#else
fn byteAt(index: u32) -> u32 {
  return (samples[index / 4u] >> (8u * (index % 4u))) & 255u;
}

fn valueAt(row: u32, x: u32) -> f32 {
  let start = params.firstByte + row * params.rowBytes;
#if TYPE == uint4
  return f32((byteAt(start + x / 2u) >> (4u * (x % 2u))) & 15u);
#endif
#if TYPE == uint8
  return f32(byteAt(start + x));
#endif
#if TYPE == int8
  return f32(bitcast<i32>(byteAt(start + x) << 24u) >> 24u);
#endif
#if TYPE == uint16
  return f32(byteAt(start + 2u * x) | (byteAt(start + 2u * x + 1u) << 8u));
#endif
#if TYPE == int16
  return f32(bitcast<i32>((byteAt(start + 2u * x) << 16u) | (byteAt(start + 2u * x + 1u) << 24u)) >> 16u);
#endif
#if TYPE == float16
  return unpack2x16float(byteAt(start + 2u * x) | (byteAt(start + 2u * x + 1u) << 8u)).x;
#endif
#if TYPE == float32
  let at = start + 4u * x;
  return bitcast<f32>(byteAt(at) | (byteAt(at + 1u) << 8u) | (byteAt(at + 2u) << 16u) | (byteAt(at + 3u) << 24u));
#endif
}

fn valuesOf(quad: u32) -> vec4f {
  var values = vec4f();
  for (var lane = 0u; lane < 4u; lane++) {
    let pixel = 4u * quad + lane;
    if (pixel < params.count) {
      values[lane] = valueAt(pixel / params.width, pixel % params.width);
    }
  }
  return values;
}
#endif

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.y * params.columns + id.x;
  if (id.x >= params.columns || quad >= params.quads) {
    return;
  }
  sum[params.firstQuad + quad] += params.weight * valuesOf(quad);
}
