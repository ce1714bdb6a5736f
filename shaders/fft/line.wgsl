// One pass of the Fourier transform of many complex lines: $TILE transforms of SIZE values a workgroup, all their radices
// in workgroup memory, by decimation in frequency in place (Gentleman and Sande 1966). The first radix reads from `source`,
// the last writes to `result`, so a value goes through workgroup memory once less than there are radices, with one barrier.
//
// A line of N values that is longer than a tile takes several passes, as in Stockham's scheme with SIZE as the radix:
// transform b of a line takes the values b + r·N/SIZE; k = b mod done; value r is multiplied by exp(±2πi·r·k / (SIZE·done))
// and result r goes to (b − k)·SIZE + k + r·done. After the last pass the spectrum is in natural order.
//
// Transform g belongs to column g mod side; element e of its line lies at start + column + e·stride + line·jump, in units
// of the binding's element. roots[m] = exp(−2πi·m / length of the table), from f64: WGSL's own sin and cos promise 2⁻¹¹.
// $ACROSS: neighbouring threads have neighbouring transforms (columns) and not neighbouring values of one (rows);
// $WRITEACROSS the same for the result. $SWIZZLED spreads rows over the banks of workgroup memory: of 2048 values the seven
// kinds of access would serve 16 threads in 58 turns, and do it in 8 (counted, 32 banks of 4 bytes).
// $LOAD: complex; real: f32, imaginary part 0; half: the first half of a Hermitian line of odd length; hermitian: half + 1
// values of a real line of 2·SIZE as SIZE pairs (even, odd). $STORE: complex; real: the real part; half: the first half;
// unpack: the spectrum of pairs as half + 1 values of the real line. $CHIRP, $FACTORS: tables that are multiplied to what
// is read (beyond `length` it is 0) and written, $CONJUGATE their conjugates; $CUT: nothing is written beyond `length`.
// Grid: any 2-D grid of at least count / $TILE workgroups.
#include "lib/complex.wgsl"
#include "fft/butterfly.wgsl"

struct Params {
  // Transforms: lines × perLine.
  count: u32,
  side: u32,
  // N / SIZE.
  perLine: u32,
  done: u32,
  sourceStart: u32,
  sourceStride: u32,
  sourceJump: u32,
  resultStart: u32,
  resultStride: u32,
  resultJump: u32,
  // Steps in the table for the first root of SIZE, of SIZE·done.
  rootStep: u32,
  passStep: u32,
  length: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
#if LOAD == real
@group(0) @binding(1) var<storage, read> source: array<f32>;
#else
@group(0) @binding(1) var<storage, read> source: array<vec2f>;
#endif
#if STORE == real
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
#else
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;
#endif
#if ROOTS
@group(0) @binding($ROOTS) var<storage, read> roots: array<vec2f>;
#endif
#if CHIRP
@group(0) @binding($CHIRP) var<storage, read> chirp: array<vec2f>;
#endif
#if FACTORS
@group(0) @binding($FACTORS) var<storage, read> factors: array<vec2f>;
#endif

const SIZE = $SIZEu;
const TILE = $TILEu;
const LANES = $LANESu;

var<workgroup> values: array<vec2f, SIZE * TILE>;

fn cell(r: u32, column: u32) -> u32 {
#if ACROSS
  return r * TILE + column;
#else
#if SWIZZLED
  return column * SIZE + (r ^ (((r >> 4u) ^ (r >> 5u) ^ (r >> 8u)) & 15u));
#else
  return column * SIZE + r;
#endif
#endif
}

#if ROOTS
fn root(index: u32) -> vec2f {
  let w = roots[index];
  return vec2f(w.x, -DIRECTION * w.y);
}
#endif

fn tableFactor(value: vec2f) -> vec2f {
#if CONJUGATE
  return conj(value);
#else
  return value;
#endif
}

// Where a transform reads and writes.
struct Place {
  inside: bool,
  source: u32,
  result: u32,
  // Number within the line, and that modulo `done`.
  b: u32,
  k: u32,
}

fn placeOf(transform: u32) -> Place {
  let column = transform % params.side;
  let rest = transform / params.side;
  let line = rest / params.perLine;
  let b = rest % params.perLine;
  return Place(
    transform < params.count,
    params.sourceStart + column + line * params.sourceJump,
    params.resultStart + column + line * params.resultJump,
    b,
    b % params.done,
  );
}

fn readElement(place: Place, e: u32) -> vec2f {
#if CHIRP
  if (e >= params.length) {
    return vec2f(0.0);
  }
#endif
  let at = place.source + e * params.sourceStride;
#if LOAD == complex
  let value = source[at];
#endif
#if LOAD == real
  let value = vec2f(source[at], 0.0);
#endif
#if LOAD == half
  let low = e <= params.length / 2u;
  var value = source[place.source + select(params.length - e, e, low) * params.sourceStride];
  // A real line's mean is real, whatever stands there.
  value.y = select(select(-value.y, value.y, low), 0.0, e == 0u);
#endif
#if LOAD == hermitian
  var a = source[at];
  var b = conj(source[place.source + (SIZE - e) * params.sourceStride]);
  if (e == 0u) {
    a.y = 0.0;
    b.y = 0.0;
  }
  let value = a + b + mulI(mul(conj(roots[e]), a - b));
#endif
#if CHIRP
  return mul(value, tableFactor(chirp[e]));
#else
  return value;
#endif
}

fn readValue(place: Place, r: u32) -> vec2f {
  let value = readElement(place, place.b + r * params.perLine);
#if TWIDDLED
  return mul(value, root(r * place.k * params.passStep));
#else
  return value;
#endif
}

#if STORE == unpack
#else
fn writeValue(place: Place, r: u32, transformed: vec2f) {
  let e = (place.b - place.k) * SIZE + place.k + r * params.done;
#if CUT
  if (e >= params.length) {
    return;
  }
#endif
#if STORE == half
  if (e > params.length / 2u) {
    return;
  }
#endif
#if FACTORS
  let value = mul(transformed, tableFactor(factors[e]));
#else
  let value = transformed;
#endif
#if STORE == real
  result[place.result + e * params.resultStride] = value.x;
#else
  result[place.result + e * params.resultStride] = value;
#endif
}
#endif

#if STAGED
// The pass of one radix over sub-transforms of `span` values, in place, with the roots for the next.
#for S 2 11
fn stage$S(lane: u32, column: u32, span: u32) {
  let step = span / $Su;
  for (var b = lane; b < SIZE / $Su; b += LANES) {
    let n = b % step;
    let base = (b - n) * $Su + n;
    var v: array<vec2f, $S>;
#for I 0 $S
    v[$I] = values[cell(base + $Iu * step, column)];
#endfor
    dft$S(&v);
    let rootIndex = n * (SIZE / span) * params.rootStep;
    values[cell(base, column)] = v[0];
#for I 1 $S
    values[cell(base + $Iu * step, column)] = mul(v[$I], root($Iu * rootIndex));
#endfor
  }
}
#endfor
#endif

// Where decimation has put frequency k of SIZE; for k < SIZE / $LAST, where the last butterfly k begins.
fn reversed(k: u32) -> u32 {
  var rest = k;
  var at = 0u;
#if STAGES == 1
  return rest;
#else
  at += (rest % $FIRSTu) * $SPAN1u;
  rest /= $FIRSTu;
#if MID1
  at += (rest % $MID1u) * $SPAN2u;
  rest /= $MID1u;
#endif
#if MID2
  at += (rest % $MID2u) * $SPAN3u;
  rest /= $MID2u;
#endif
#if MID3
  at += (rest % $MID3u) * $SPAN4u;
  rest /= $MID3u;
#endif
#if MID4
  at += (rest % $MID4u) * $SPAN5u;
  rest /= $MID4u;
#endif
  return at + rest;
#endif
}

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let firstTransform = (group.y * groups.x + group.x) * TILE;
#if ACROSS
  let column = thread % TILE;
  let lane = thread / TILE;
#else
  let column = thread / LANES;
  let lane = thread % LANES;
#endif
  let place = placeOf(firstTransform + column);

  for (var b = lane; b < SIZE / $FIRSTu; b += LANES) {
    var v: array<vec2f, $FIRST>;
    if (place.inside) {
#for I 0 $FIRST
      v[$I] = readValue(place, b + $Iu * (SIZE / $FIRSTu));
#endfor
    }
    dft$FIRST(&v);
#if ONLY
    if (place.inside) {
#for I 0 $FIRST
      writeValue(place, b + $Iu * (SIZE / $FIRSTu), v[$I]);
#endfor
    }
#else
    values[cell(b, column)] = v[0];
#for I 1 $FIRST
    values[cell(b + $Iu * (SIZE / $FIRSTu), column)] = mul(v[$I], root($Iu * b * params.rootStep));
#endfor
#endif
  }
#if MID1
  workgroupBarrier();
  stage$MID1(lane, column, $SPAN1u);
#endif
#if MID2
  workgroupBarrier();
  stage$MID2(lane, column, $SPAN2u);
#endif
#if MID3
  workgroupBarrier();
  stage$MID3(lane, column, $SPAN3u);
#endif
#if MID4
  workgroupBarrier();
  stage$MID4(lane, column, $SPAN4u);
#endif

#if STORE == unpack
#if STAGES == 1
#else
  workgroupBarrier();
  stage$LAST(lane, column, $LASTu);
#endif
  workgroupBarrier();
  if (place.inside) {
    for (var k = lane; k <= SIZE / 2u; k += LANES) {
      let a = values[cell(reversed(k % SIZE), column)];
      let b = conj(values[cell(reversed((SIZE - k) % SIZE), column)]);
      let odd = mulI(mul(roots[k], a - b));
      result[place.result + k] = 0.5 * (a + b - odd);
      result[place.result + SIZE - k] = 0.5 * conj(a + b + odd);
    }
  }
#else
#if STAGES == 1
#else
  workgroupBarrier();
#if WRITEACROSS
  let writeColumn = thread % TILE;
  let writeLane = thread / TILE;
#else
  let writeColumn = thread / LANES;
  let writeLane = thread % LANES;
#endif
  let writePlace = placeOf(firstTransform + writeColumn);
  if (writePlace.inside) {
    for (var b = writeLane; b < SIZE / $LASTu; b += LANES) {
      let at = reversed(b);
      var v: array<vec2f, $LAST>;
#for I 0 $LAST
      v[$I] = values[cell(at + $Iu, writeColumn)];
#endfor
      dft$LAST(&v);
#for I 0 $LAST
      writeValue(writePlace, b + $Iu * (SIZE / $LASTu), v[$I]);
#endfor
    }
  }
#endif
#endif
}
