// Adds up to eight strips of stored samples, times a weight of +1 or −1, to a float32 sum. Several frames at once, since
// the sum is read and written once for all of them, which costs more than the samples do.
//
// Layout: sum row-major f32, width columns, four pixels in a vec4f; samples as they lie in the file, little-endian: row r
// of frame f at byte firstByte + f · frameBytes + r · rowBytes, frameBytes being a multiple of 16.
// PACKED: rows follow one another without a gap, which is the way of nearly every file. An invocation then takes 16 bytes
// of each frame, which are 32, 16, 8 or 4 pixels. Whole numbers are added as such, several to a word where they are small
// (8-bit ones in lanes of 16 bits, 4-bit ones in lanes of 8), and go to the sum once; floats go to it one by one in the
// order of the frames, so that the sum has the same bits however many come at once.
// Without PACKED an invocation takes four pixels, each of which finds its row and its bytes.
// Grid: x over columns of workgroups, y over rows of them: item = y · columns + x.
// Preconditions: PACKED sum and samples start at whole items; a last item that is not full may write rubbish behind the
// last pixel, where the buffers go on to a whole item. At most 8 frames: the lanes hold no more than 17 and 257.

struct Params {
  firstByte: u32,
  frameBytes: u32,
  frames: u32,
  // First vec4f of the sum.
  firstQuad: u32,
  items: u32,
  columns: u32,
  width: u32,
  // Pixels of a frame in all.
  count: u32,
  rowBytes: u32,
  weight: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
#if PACKED
@group(0) @binding(1) var<storage, read> samples: array<vec4u>;
#else
@group(0) @binding(1) var<storage, read> samples: array<u32>;
#endif
@group(0) @binding(2) var<storage, read_write> sum: array<vec4f>;

#if PACKED
fn addItem(item: u32) {
  var at = params.firstByte / 16u + item;
  let step = params.frameBytes / 16u;
#if TYPE == uint4
  let quad = params.firstQuad + 8u * item;
  let lanes = vec4u(0x0f0f0f0fu);
  var even = vec4u();
  var odd = vec4u();
  for (var frame = 0u; frame < params.frames; frame++) {
    let words = samples[at];
    even += words & lanes;
    odd += (words >> vec4u(4u)) & lanes;
    at += step;
  }
#for I 0 4
  sum[quad + $($I+$I)u] += params.weight * vec4f(
    (vec4u(even[$I], odd[$I], even[$I], odd[$I]) >> vec4u(0u, 0u, 8u, 8u)) & vec4u(255u));
  sum[quad + $($I+$I)u + 1u] += params.weight * vec4f(
    (vec4u(even[$I], odd[$I], even[$I], odd[$I]) >> vec4u(16u, 16u, 24u, 24u)) & vec4u(255u));
#endfor
#endif
#if BYTES
  let quad = params.firstQuad + 4u * item;
  let lanes = vec4u(0x00ff00ffu);
  var even = vec4u();
  var odd = vec4u();
  for (var frame = 0u; frame < params.frames; frame++) {
#if TYPE == int8
    // Signed bytes become unsigned ones that are 128 too large.
    let words = samples[at] ^ vec4u(0x80808080u);
#else
    let words = samples[at];
#endif
    even += words & lanes;
    odd += (words >> vec4u(8u)) & lanes;
    at += step;
  }
#if TYPE == int8
  let surplus = vec4f(128.0 * f32(params.frames));
#else
  let surplus = vec4f();
#endif
#for I 0 4
  sum[quad + $Iu] += params.weight
    * (vec4f((vec4u(even[$I], odd[$I], even[$I], odd[$I]) >> vec4u(0u, 0u, 16u, 16u)) & vec4u(65535u)) - surplus);
#endfor
#endif
#if TYPE == uint16
  let quad = params.firstQuad + 2u * item;
  var even = vec4u();
  var odd = vec4u();
  for (var frame = 0u; frame < params.frames; frame++) {
    let words = samples[at];
    even += words & vec4u(65535u);
    odd += words >> vec4u(16u);
    at += step;
  }
  sum[quad] += params.weight * vec4f(vec4u(even.x, odd.x, even.y, odd.y));
  sum[quad + 1u] += params.weight * vec4f(vec4u(even.z, odd.z, even.w, odd.w));
#endif
#if TYPE == int16
  let quad = params.firstQuad + 2u * item;
  var even = vec4i();
  var odd = vec4i();
  for (var frame = 0u; frame < params.frames; frame++) {
    let words = bitcast<vec4i>(samples[at]);
    even += (words << vec4u(16u)) >> vec4u(16u);
    odd += words >> vec4u(16u);
    at += step;
  }
  sum[quad] += params.weight * vec4f(vec4i(even.x, odd.x, even.y, odd.y));
  sum[quad + 1u] += params.weight * vec4f(vec4i(even.z, odd.z, even.w, odd.w));
#endif
#if TYPE == float16
  let quad = params.firstQuad + 2u * item;
  var first = sum[quad];
  var second = sum[quad + 1u];
  for (var frame = 0u; frame < params.frames; frame++) {
    let words = samples[at];
    first += params.weight * vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
    second += params.weight * vec4f(unpack2x16float(words.z), unpack2x16float(words.w));
    at += step;
  }
  sum[quad] = first;
  sum[quad + 1u] = second;
#endif
#if TYPE == float32
  let quad = params.firstQuad + item;
  var values = sum[quad];
  for (var frame = 0u; frame < params.frames; frame++) {
    values += params.weight * bitcast<vec4f>(samples[at]);
    at += step;
  }
  sum[quad] = values;
#endif
}
#else
fn byteAt(index: u32) -> u32 {
  return (samples[index / 4u] >> (8u * (index % 4u))) & 255u;
}

// `start` is the first byte of the row.
fn valueAt(start: u32, x: u32) -> f32 {
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

fn addItem(item: u32) {
  var values = sum[params.firstQuad + item];
  for (var lane = 0u; lane < 4u; lane++) {
    let pixel = 4u * item + lane;
    if (pixel < params.count) {
      let start = params.firstByte + (pixel / params.width) * params.rowBytes;
      for (var frame = 0u; frame < params.frames; frame++) {
        values[lane] += params.weight * valueAt(start + frame * params.frameBytes, pixel % params.width);
      }
    }
  }
  sum[params.firstQuad + item] = values;
}
#endif

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let item = id.y * params.columns + id.x;
  if (id.x >= params.columns || item >= params.items) {
    return;
  }
  addItem(item);
}
