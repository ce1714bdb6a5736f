// How tensors are stored: $SOURCE, $RESULT are f32 (a plane: single numbers), vec4f or vec4h (packed: four channels an item).
// A tensor's item (x, y, group) lies at base + y·row + x·pixel + group; sums wrap around, so that a base may lie before its
// buffer's start.
#include "lib/half.wgsl"

#if SOURCE == f32
fn unpack(stored: $SOURCE) -> vec4f {
  return vec4f(stored, 0.0, 0.0, 0.0);
}
#else
fn unpack(stored: $SOURCE) -> vec4f {
  return vec4f(stored);
}
#endif

fn pack(value: vec4f) -> $RESULT {
#if RESULT == f32
  return value.x;
#else
#if RESULT == vec4h
  // Halves end at 65504; what is converted beyond is indeterminate.
  return vec4h(clamp(value, vec4f(-65504.0), vec4f(65504.0)));
#else
  return value;
#endif
#endif
}

// A coordinate as if the picture went on as its mirror image about its outermost pixels; unsigned wrap-around is a
// coordinate below 0.
fn mirrored(at: u32, length: u32) -> u32 {
  let i = abs(i32(at));
  return u32(min(i, 2 * i32(length) - 2 - i));
}
