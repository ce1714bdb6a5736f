// Rows of `half` complex values, the transform of (even, odd) pairs of 2·half real ones, to the half + 1 values of
// the real transform: X[k] = (Z[k] + conj Z[half−k])/2 − i/2·w^k·(Z[k] − conj Z[half−k]), w = exp(−2πi / (2·half)).
// For rows that `fft/line.wgsl` can't unpack itself, since they need several passes.
// Layout: source rows × half, result rows × (half + 1). Grid: x over k in 0..half, y and z over rows.
#include "lib/complex.wgsl"

struct Params {
  half: u32,
  rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;
// exp(−2πi·m / (2·half))
@group(0) @binding(3) var<storage, read> roots: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let k = id.x;
  let row = id.z * groups.y + id.y;
  if (k > params.half || row >= params.rows) {
    return;
  }
  let a = source[row * params.half + k % params.half];
  let b = conj(source[row * params.half + (params.half - k) % params.half]);
  let odd = mul(roots[k], a - b);
  result[row * (params.half + 1u) + k] = 0.5 * (a + b - mulI(odd));
}
