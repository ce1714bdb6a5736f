// One Stockham pass of radix $RADIX over many complex lines, from `source` to `result`.
//
// Element n of line b lies at n·elementStride + b·lineStride. Every pass reads at stride length/$RADIX and writes so
// that after the last pass the spectrum is in natural order: no bit reversal, no in-place hazards.
// roots[m] = exp(−2πi·m / length), from f64 on the host: WGSL's own sin and cos promise only 2⁻¹¹.
// Grid: x covers the butterflies of a line (rows) or the lines (columns), whichever is contiguous in memory.
// Preconditions: length divisible by $RADIX·done; source ≠ result. $ROWS picks the mapping; $SIGN is −1 or +1.
#include "lib/complex.wgsl"
#include "fft/butterfly.wgsl"

struct Params {
  length: u32,
  // Product of the radices of the passes before.
  done: u32,
  lines: u32,
  elementStride: u32,
  lineStride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;
@group(0) @binding(3) var<storage, read> roots: array<vec2f>;

#if ROWS
@compute @workgroup_size(64, 1)
#else
@compute @workgroup_size(32, 2)
#endif
fn main(@builtin(global_invocation_id) id: vec3u) {
#if ROWS
  let butterfly = id.x;
  let line = id.y;
#else
  let butterfly = id.y;
  let line = id.x;
#endif
  let count = params.length / $RADIXu;
  if (butterfly >= count || line >= params.lines) {
    return;
  }
  let base = line * params.lineStride;
  let k = butterfly % params.done;
  let rootStep = k * (count / params.done);
  var v: array<vec2f, $RADIX>;
#for R 0 $RADIX
  v[$R] = source[base + (butterfly + $Ru * count) * params.elementStride];
#endfor
#for R 1 $RADIX
  {
    let root = roots[$Ru * rootStep];
    v[$R] = mul(v[$R], vec2f(root.x, root.y * -f32($SIGN)));
  }
#endfor
#if RADIX == 2
  dft2(&v);
#else
  dft$RADIX(&v, f32($SIGN));
#endif
  let out = (butterfly - k) * $RADIXu + k;
#for R 0 $RADIX
  result[base + (out + $Ru * params.done) * params.elementStride] = v[$R];
#endfor
}
