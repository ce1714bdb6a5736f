// One pass of a radix selection: how often each value of the next eight bits occurs among the values that agree with
// what is known of the wanted ones. Two values of neighbouring rank are looked for at once (x and y).
//
// A float's key is a whole number that is ordered as the floats are. With $ABSOLUTE the values are |value − centre|.
// Layout: image f32, `count` values; state as in narrow_digits.wgsl; counts 2 × 256, zero before the first pass.
// Grid: x over workgroups: `stride` is 256 of their number.

struct Params {
  count: u32,
  stride: u32,
  // The next eight bits begin here: 24, 16, 8, 0.
  shift: u32,
  centre: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> image: array<u32>;
@group(0) @binding(2) var<storage, read> state: array<u32, 4>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>, 512>;

var<workgroup> local: array<atomic<u32>, 512>;

fn keyOf(bits: u32) -> u32 {
#if ABSOLUTE
  return bitcast<u32>(abs(bitcast<f32>(bits) - params.centre)) | 0x80000000u;
#else
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
#endif
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let prefix = vec2u(state[0], state[1]);
  // A shift by 32 is none: all agree before the first pass.
  let known = select(0u, 0xffffffffu << ((params.shift + 8u) & 31u), params.shift < 24u);
  for (var i = group.x * 256u + thread; i < params.count; i += params.stride) {
    let key = keyOf(image[i]);
    let digit = (key >> params.shift) & 255u;
    if ((key & known) == prefix.x) {
      atomicAdd(&local[digit], 1u);
    }
    // While the two agree they are counted once.
    if (prefix.y != prefix.x && (key & known) == prefix.y) {
      atomicAdd(&local[256u + digit], 1u);
    }
  }
  workgroupBarrier();
  for (var i = thread; i < 512u; i += 256u) {
    let found = atomicLoad(&local[i]);
    if (found > 0u) {
      atomicAdd(&counts[i], found);
    }
  }
}
