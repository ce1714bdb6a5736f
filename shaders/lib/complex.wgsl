// Complex numbers as vec2f (re, im).
fn mul(a: vec2f, b: vec2f) -> vec2f {
  return vec2f(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);
}

fn conj(a: vec2f) -> vec2f {
  return vec2f(a.x, -a.y);
}

// i·a
fn mulI(a: vec2f) -> vec2f {
  return vec2f(-a.y, a.x);
}
