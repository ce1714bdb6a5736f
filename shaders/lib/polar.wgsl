// Rings of a picture as Fourier series over the angle: `angles` samples a ring, of which `modes` frequencies from 0 on
// are kept. For workgroups of 64 threads, each of which fills its own root from the host's table: a driver's own cosines
// may be off by 5e-4.

const angles = 64u;
const modes = 25u;
const pi = 3.14159265358979;

// cos and sin of 2πa/64.
var<workgroup> roots: array<vec2f, 64>;

fn times(a: vec2f, b: vec2f) -> vec2f {
  return vec2f(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);
}
