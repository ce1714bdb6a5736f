// Random numbers from a counter: the same four words in, the same numbers out, whichever thread asks. The hash is pcg4d of
// Jarzynski and Olano, Hash functions for GPU rendering, Journal of Computer Graphics Techniques 9(3), 2020: rounds of
// linear congruential steps of each word that feed one another.

fn mixedWords(counter: vec4u) -> vec4u {
  var v = counter * 1664525u + 1013904223u;
  for (var round = 0u; round < 2u; round++) {
    if (round == 1u) {
      v ^= v >> vec4u(16u);
    }
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
  }
  return v;
}

// Two independent standard normal numbers (Box and Muller 1958), of 23 bits: none is beyond 5.8.
fn normals(counter: vec4u) -> vec2f {
  let bits = mixedWords(counter) >> vec4u(9u);
  let uniform01 = (f32(bits.x) + 0.5) / 8388608.0;
  let angle = 3.14159265358979 * (f32(bits.y) / 4194304.0 - 1.0);
  return sqrt(max(0.0, -2.0 * log(uniform01))) * vec2f(cos(angle), sin(angle));
}
