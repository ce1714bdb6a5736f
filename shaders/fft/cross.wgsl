// The cross spectrum of two half spectra, conj(A)·B·H: its backward transform is the cross-correlation
// c(s) = mean over x of a(x)·b(x + s), whose peak is at the shift of b against a. The zero frequency is left out, so that
// means do not matter. A stack of reference planes, or one for all ($SHARED).
// Layout: plane × row ky × kx. Grid: x over kx, y over ky, z over planes.
#include "lib/complex.wgsl"
#include "fft/transfer.wgsl"

struct Params {
  width: u32,
  height: u32,
  samplesPerCycle: f32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> reference: array<vec2f>;
@group(0) @binding(2) var<storage, read> moving: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec2f>;
@group(0) @binding(4) var<storage, read> transfer: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = params.width / 2u + 1u;
  if (id.x >= columns || id.y >= params.height) {
    return;
  }
  let ky = min(id.y, params.height - id.y);
  let k = length(vec2f(f32(id.x) / f32(params.width), f32(ky) / f32(params.height)));
  let inPlane = id.y * columns + id.x;
  let at = id.z * params.height * columns + inPlane;
#if SHARED
  let a = reference[inPlane];
#else
  let a = reference[at];
#endif
  let factor = select(transferAt(k, params.samplesPerCycle) * params.scale, 0.0, inPlane == 0u);
  result[at] = mul(conj(a), moving[at]) * factor;
}
