// Discrete Fourier transforms of 1 to 10 values in registers: v becomes its transform in natural order. DIRECTION is
// −1 forwards, +1 backwards. Even radices with an odd factor go by Good and Thomas (no roots between the factors), 8 and
// 9 by Cooley and Tukey. Numbers are cos and sin of 2π·m/radix.
const DIRECTION = f32($SIGN);

// a times the root for a quarter turn.
fn turn(a: vec2f) -> vec2f {
  return vec2f(-DIRECTION * a.y, DIRECTION * a.x);
}

fn dft1(v: ptr<function, array<vec2f, 1>>) {}

fn dft2(v: ptr<function, array<vec2f, 2>>) {
  let a = (*v)[0];
  let b = (*v)[1];
  (*v)[0] = a + b;
  (*v)[1] = a - b;
}

fn dft3(v: ptr<function, array<vec2f, 3>>) {
  let sum = (*v)[1] + (*v)[2];
  let difference = turn((*v)[1] - (*v)[2]) * 0.86602540378443865;
  let middle = (*v)[0] - 0.5 * sum;
  (*v)[0] = (*v)[0] + sum;
  (*v)[1] = middle + difference;
  (*v)[2] = middle - difference;
}

fn dft4(v: ptr<function, array<vec2f, 4>>) {
  let a = (*v)[0] + (*v)[2];
  let b = (*v)[0] - (*v)[2];
  let c = (*v)[1] + (*v)[3];
  let d = turn((*v)[1] - (*v)[3]);
  (*v)[0] = a + c;
  (*v)[1] = b + d;
  (*v)[2] = a - c;
  (*v)[3] = b - d;
}

fn dft5(v: ptr<function, array<vec2f, 5>>) {
  let x = (*v)[0];
  let a = (*v)[1] + (*v)[4];
  let b = (*v)[2] + (*v)[3];
  let c = turn((*v)[1] - (*v)[4]);
  let d = turn((*v)[2] - (*v)[3]);
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

fn dft6(v: ptr<function, array<vec2f, 6>>) {
  var a = array<vec2f, 3>((*v)[0], (*v)[2], (*v)[4]);
  var b = array<vec2f, 3>((*v)[3], (*v)[5], (*v)[1]);
  dft3(&a);
  dft3(&b);
  (*v)[0] = a[0] + b[0];
  (*v)[1] = a[1] - b[1];
  (*v)[2] = a[2] + b[2];
  (*v)[3] = a[0] - b[0];
  (*v)[4] = a[1] + b[1];
  (*v)[5] = a[2] - b[2];
}

fn dft7(v: ptr<function, array<vec2f, 7>>) {
  let x = (*v)[0];
  let a = (*v)[1] + (*v)[6];
  let b = (*v)[2] + (*v)[5];
  let c = (*v)[3] + (*v)[4];
  let d = turn((*v)[1] - (*v)[6]);
  let e = turn((*v)[2] - (*v)[5]);
  let f = turn((*v)[3] - (*v)[4]);
  let m1 = x + 0.62348980185873353 * a - 0.22252093395631440 * b - 0.90096886790241913 * c;
  let m2 = x - 0.22252093395631440 * a - 0.90096886790241913 * b + 0.62348980185873353 * c;
  let m3 = x - 0.90096886790241913 * a + 0.62348980185873353 * b - 0.22252093395631440 * c;
  let n1 = 0.78183148246802981 * d + 0.97492791218182361 * e + 0.43388373911755812 * f;
  let n2 = 0.97492791218182361 * d - 0.43388373911755812 * e - 0.78183148246802981 * f;
  let n3 = 0.43388373911755812 * d - 0.78183148246802981 * e + 0.97492791218182361 * f;
  (*v)[0] = x + a + b + c;
  (*v)[1] = m1 + n1;
  (*v)[2] = m2 + n2;
  (*v)[3] = m3 + n3;
  (*v)[4] = m3 - n3;
  (*v)[5] = m2 - n2;
  (*v)[6] = m1 - n1;
}

fn dft8(v: ptr<function, array<vec2f, 8>>) {
  var even = array<vec2f, 4>((*v)[0], (*v)[2], (*v)[4], (*v)[6]);
  var odd = array<vec2f, 4>((*v)[1], (*v)[3], (*v)[5], (*v)[7]);
  dft4(&even);
  dft4(&odd);
  let r = 0.70710678118654752;
  odd[1] = r * (odd[1] + turn(odd[1]));
  odd[2] = turn(odd[2]);
  odd[3] = r * (turn(odd[3]) - odd[3]);
  (*v)[0] = even[0] + odd[0];
  (*v)[1] = even[1] + odd[1];
  (*v)[2] = even[2] + odd[2];
  (*v)[3] = even[3] + odd[3];
  (*v)[4] = even[0] - odd[0];
  (*v)[5] = even[1] - odd[1];
  (*v)[6] = even[2] - odd[2];
  (*v)[7] = even[3] - odd[3];
}

fn dft9(v: ptr<function, array<vec2f, 9>>) {
  var a = array<vec2f, 3>((*v)[0], (*v)[3], (*v)[6]);
  var b = array<vec2f, 3>((*v)[1], (*v)[4], (*v)[7]);
  var c = array<vec2f, 3>((*v)[2], (*v)[5], (*v)[8]);
  dft3(&a);
  dft3(&b);
  dft3(&c);
  // Roots of a ninth, two ninths and four ninths of a turn.
  b[1] = 0.76604444311897804 * b[1] + 0.64278760968653933 * turn(b[1]);
  b[2] = 0.17364817766693035 * b[2] + 0.98480775301220806 * turn(b[2]);
  c[1] = 0.17364817766693035 * c[1] + 0.98480775301220806 * turn(c[1]);
  c[2] = -0.93969262078590838 * c[2] + 0.34202014332566873 * turn(c[2]);
#for I 0 3
  var v$I = array<vec2f, 3>(a[$I], b[$I], c[$I]);
  dft3(&v$I);
  (*v)[$I] = v$I[0];
  (*v)[3 + $I] = v$I[1];
  (*v)[6 + $I] = v$I[2];
#endfor
}

fn dft10(v: ptr<function, array<vec2f, 10>>) {
  var a = array<vec2f, 5>((*v)[0], (*v)[2], (*v)[4], (*v)[6], (*v)[8]);
  var b = array<vec2f, 5>((*v)[5], (*v)[7], (*v)[9], (*v)[1], (*v)[3]);
  dft5(&a);
  dft5(&b);
  (*v)[0] = a[0] + b[0];
  (*v)[1] = a[1] - b[1];
  (*v)[2] = a[2] + b[2];
  (*v)[3] = a[3] - b[3];
  (*v)[4] = a[4] + b[4];
  (*v)[5] = a[0] - b[0];
  (*v)[6] = a[1] + b[1];
  (*v)[7] = a[2] - b[2];
  (*v)[8] = a[3] + b[3];
  (*v)[9] = a[4] - b[4];
}
