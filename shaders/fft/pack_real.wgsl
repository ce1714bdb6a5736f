// The inverse of unpack_real: half + 1 spectrum values a row to the half complex values whose backward transform
// holds the (even, odd) pairs of the real row. Factor 1 (the caller divides by 2·half·rows once, elsewhere):
// Z[k] = (X[k] + conj X[half−k]) + i·w^−k·(X[k] − conj X[half−k]), twice the usual, to match a backward transform of
// length `half` that is normalised by 1 / (2·half). The imaginary parts of X[0] and X[half] count as 0.
// Layout: source rows × (half + 1), result rows × half. Grid: x over k in 0..half−1, y and z over rows.
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
  if (k >= params.half || row >= params.rows) {
    return;
  }
  let start = row * (params.half + 1u);
  var a = source[start + k];
  var b = conj(source[start + params.half - k]);
  if (k == 0u) {
    a.y = 0.0;
    b.y = 0.0;
  }
  let odd = mul(conj(roots[k]), a - b);
  result[row * params.half + k] = a + b + mulI(odd);
}
