// After a pass of count_digits.wgsl: finds the digit in which each of the two wanted ranks lies, adds it to what is
// known, and clears the counts for the next pass.
//
// Layout: state: for each wanted value the known bits, then for each its rank among those that agree with them; counts
// 2 × 256. After the last pass the known bits are the keys.
// Grid: one workgroup; each thread has a wanted value of its own.

struct Params {
  shift: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> state: array<u32, 4>;
@group(0) @binding(2) var<storage, read_write> counts: array<u32, 512>;

@compute @workgroup_size(2)
fn main(@builtin(local_invocation_index) which: u32) {
  // What agrees so far was counted once.
  let first = select(256u * which, 0u, state[0] == state[1]);
  var rank = state[2u + which];
  var digit = 0u;
  for (; digit < 255u; digit++) {
    let here = counts[first + digit];
    if (rank < here) {
      break;
    }
    rank -= here;
  }
  storageBarrier();
  state[2u + which] = rank;
  state[which] |= digit << params.shift;
  for (var i = 0u; i < 256u; i++) {
    counts[256u * which + i] = 0u;
  }
}
