// Discrete Fourier transforms of 2, 3, 4, 5 and 8 values in registers. `s` is −1 forwards, +1 backwards; v is
// replaced by its transform in natural order. Constants: Winograd's small transforms, as in any FFT text.

fn dft2(v: ptr<function, array<vec2f, 2>>) {
  let a = (*v)[0];
  let b = (*v)[1];
  (*v)[0] = a + b;
  (*v)[1] = a - b;
}

fn dft3(v: ptr<function, array<vec2f, 3>>, s: f32) {
  let sum = (*v)[1] + (*v)[2];
  let difference = mulI((*v)[1] - (*v)[2]) * (s * 0.86602540378443865);
  let middle = (*v)[0] - 0.5 * sum;
  (*v)[0] = (*v)[0] + sum;
  (*v)[1] = middle + difference;
  (*v)[2] = middle - difference;
}

fn dft4(v: ptr<function, array<vec2f, 4>>, s: f32) {
  let a = (*v)[0] + (*v)[2];
  let b = (*v)[0] - (*v)[2];
  let c = (*v)[1] + (*v)[3];
  let d = mulI((*v)[1] - (*v)[3]) * s;
  (*v)[0] = a + c;
  (*v)[1] = b + d;
  (*v)[2] = a - c;
  (*v)[3] = b - d;
}

fn dft5(v: ptr<function, array<vec2f, 5>>, s: f32) {
  let a = (*v)[1] + (*v)[4];
  let b = (*v)[2] + (*v)[3];
  let c = mulI((*v)[1] - (*v)[4]) * s;
  let d = mulI((*v)[2] - (*v)[3]) * s;
  let x = (*v)[0];
  // cos and sin of 2π/5 and 4π/5.
  let m1 = x + 0.30901699437494745 * a - 0.80901699437494745 * b;
  let m2 = x - 0.80901699437494745 * a + 0.30901699437494745 * b;
  let n1 = 0.95105651629515353 * c + 0.58778525229247314 * d;
  let n2 = 0.58778525229247314 * c - 0.95105651629515353 * d;
  (*v)[0] = x + a + b;
  (*v)[1] = m1 + n1;
  (*v)[2] = m2 + n2;
  (*v)[3] = m2 - n2;
  (*v)[4] = m1 - n1;
}

fn dft8(v: ptr<function, array<vec2f, 8>>, s: f32) {
  var even = array<vec2f, 4>((*v)[0], (*v)[2], (*v)[4], (*v)[6]);
  var odd = array<vec2f, 4>((*v)[1], (*v)[3], (*v)[5], (*v)[7]);
  dft4(&even, s);
  dft4(&odd, s);
  let r = 0.70710678118654752;
  odd[1] = r * (odd[1] + s * mulI(odd[1]));
  odd[2] = s * mulI(odd[2]);
  odd[3] = r * (s * mulI(odd[3]) - odd[3]);
  (*v)[0] = even[0] + odd[0];
  (*v)[1] = even[1] + odd[1];
  (*v)[2] = even[2] + odd[2];
  (*v)[3] = even[3] + odd[3];
  (*v)[4] = even[0] - odd[0];
  (*v)[5] = even[1] - odd[1];
  (*v)[6] = even[2] - odd[2];
  (*v)[7] = even[3] - odd[3];
}
