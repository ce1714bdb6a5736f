// One step of Newton's method towards the top of the cross-correlation between its pixels: the correlation is the
// Fourier series c(s) = Σ w·H·Re(conj(A)·B·exp(2πi·k·s)) over the half spectrum, so value, slope and curvature at any
// shift are sums over it, exact but for rounding. $STEP sum: GROUPS workgroups a plane add up their rows; 8 values each:
// c, cx, cy, cxx, cxy, cyy, Σ w·H·|A|², Σ w·H·|B|². $STEP move: one workgroup a plane adds these in fixed order and moves
// shifts[plane] = (x, y, coefficient before the move, 0), at most half a pixel; where c is not curved like a top it stays.
// w is 2 where the other half of the spectrum has a partner; the Nyquist row and column of even sizes, which a
// shift between pixels does not define, and the zero frequency are left out.
// Angles: whole pixels in u32 modulo the size, and only the fraction in f32.
// Grid: x over groups (1 in the move), y over planes.
#include "lib/complex.wgsl"
#if STEP == sum
#include "fft/transfer.wgsl"
#endif

struct Params {
  width: u32,
  height: u32,
  groups: u32,
  samplesPerCycle: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
#if STEP == sum
@group(0) @binding(1) var<storage, read> reference: array<vec2f>;
@group(0) @binding(2) var<storage, read> moving: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<storage, read> shifts: array<vec4f>;
@group(0) @binding(5) var<storage, read> transfer: array<f32>;
#else
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read_write> shifts: array<vec4f>;
#endif

const turn = 6.283185307179586;

#if STEP == sum
var<workgroup> partial: array<array<f32, 8>, 64>;

// k·s / size for a signed frequency, as a fraction of a turn around 0.
fn phase(k: i32, shift: f32, size: u32) -> f32 {
  let whole = round(shift);
  let length = i32(size);
  let steps = u32(((i32(whole) % length) + length) % length);
  let turns = (u32((k + length) % length) * steps) % size;
  return (f32(turns) + f32(k) * (shift - whole)) / f32(size);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let columns = params.width / 2u + 1u;
  let plane = group.y;
  let start = plane * params.height * columns;
  let shift = shifts[plane];
  var all: array<f32, 8>;
  for (var row = group.x; row < params.height; row += params.groups) {
    if (2u * row == params.height) {
      continue;
    }
    let ky = select(i32(row), i32(row) - i32(params.height), 2u * row > params.height);
    let y = turn * f32(ky) / f32(params.height);
    let phaseY = phase(ky, shift.y, params.height);
    for (var kx = thread; 2u * kx < params.width; kx += 64u) {
      let inPlane = row * columns + kx;
      if (inPlane == 0u) {
        continue;
      }
#if SHARED
      let a = reference[inPlane];
#else
      let a = reference[start + inPlane];
#endif
      let b = moving[start + inPlane];
      let k = length(vec2f(f32(kx) / f32(params.width), f32(ky) / f32(params.height)));
      let factor = transferAt(k, params.samplesPerCycle) * select(2.0, 1.0, kx == 0u);
      let x = turn * f32(kx) / f32(params.width);
      let angle = turn * fract(phaseY + phase(i32(kx), shift.x, params.width));
      let c = factor * mul(mul(conj(a), b), vec2f(cos(angle), sin(angle)));
      all[0] += c.x;
      all[1] -= x * c.y;
      all[2] -= y * c.y;
      all[3] -= x * x * c.x;
      all[4] -= x * y * c.x;
      all[5] -= y * y * c.x;
      all[6] += factor * dot(a, a);
      all[7] += factor * dot(b, b);
    }
  }
  partial[thread] = all;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) {
#for I 0 8
      partial[thread][$I] += partial[thread + half][$I];
#endfor
    }
  }
  workgroupBarrier();
  if (thread < 8u) {
    sums[(plane * params.groups + group.x) * 8u + thread] = partial[0][thread];
  }
}
#else
var<workgroup> total: array<f32, 8>;

@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let plane = group.y;
  var sum = 0.0;
  for (var part = 0u; part < params.groups; part++) {
    sum += sums[(plane * params.groups + part) * 8u + thread];
  }
  total[thread] = sum;
  workgroupBarrier();
  if (thread == 0u) {
    let gradient = vec2f(total[1], total[2]);
    let determinant = total[3] * total[5] - total[4] * total[4];
    let before = shifts[plane];
    var step = vec2f(0.0);
    if (total[3] < 0.0 && determinant > 0.0) {
      step = vec2f(total[4] * gradient.y - total[5] * gradient.x, total[4] * gradient.x - total[3] * gradient.y) / determinant;
      step *= min(1.0, 0.5 / max(length(step), 1e-9));
    }
    let power = total[6] * total[7];
    let coefficient = select(0.0, total[0] * inverseSqrt(power), power > 0.0);
    shifts[plane] = vec4f(before.xy + step, coefficient, 0.0);
  }
}
#endif
