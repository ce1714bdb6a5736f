// Median and 1.4826 · MAD of every ninth pixel of a scene's first picture: of sorted values, the one at half their number. By
// radix selection, eight bits at a time; one workgroup a scene.
// Layout: pictures $PICTURES a scene; measured is 8 f32 a scene, of which the fifth and sixth are written.
// Grid: x over scenes.

struct Params {
  side: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pictures: array<f32>;
@group(0) @binding(2) var<storage, read_write> measured: array<f32>;

const threads = 256u;
var<workgroup> counts: array<atomic<u32>, 256>;
// Bits that are known, and the rank among values that have them.
var<workgroup> known: vec2u;

// Whole numbers that are ordered as the floats are.
fn keyOf(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn valueOf(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, (key & 0x80000000u) != 0u));
}

fn valueAt(first: u32, i: u32, centre: f32, isDistance: bool) -> f32 {
  let value = pictures[first + 9u * i];
  return select(value, abs(value - centre), isDistance);
}

fn middleOf(first: u32, count: u32, centre: f32, isDistance: bool, thread: u32) -> f32 {
  if (thread == 0u) {
    known = vec2u(0u, count / 2u);
  }
  for (var shift = 24i; shift >= 0; shift -= 8) {
    atomicStore(&counts[thread], 0u);
    let begun = workgroupUniformLoad(&known);
    let above = select(0xffffffffu << (u32(shift + 8) & 31u), 0u, shift == 24);
    for (var i = thread; i < count; i += threads) {
      let key = keyOf(valueAt(first, i, centre, isDistance));
      if ((key & above) == begun.x) {
        atomicAdd(&counts[(key >> u32(shift)) & 255u], 1u);
      }
    }
    workgroupBarrier();
    if (thread == 0u) {
      var rank = begun.y;
      var digit = 0u;
      for (; digit < 255u; digit++) {
        let here = atomicLoad(&counts[digit]);
        if (rank < here) {
          break;
        }
        rank -= here;
      }
      known = vec2u(begun.x | (digit << u32(shift)), rank);
    }
    workgroupBarrier();
  }
  return valueOf(workgroupUniformLoad(&known).x);
}

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let area = params.side * params.side;
  let first = $PICTURESu * group.x * area;
  let count = area / 9u;
  let centre = middleOf(first, count, 0.0, false, thread);
  let deviation = 1.4826 * middleOf(first, count, centre, true, thread);
  if (thread == 0u) {
    measured[8u * group.x + 4u] = centre;
    measured[8u * group.x + 5u] = select(1.0, deviation, deviation > 0.0);
  }
}
