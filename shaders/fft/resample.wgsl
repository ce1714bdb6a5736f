// Copies half spectra into ones of another size, low frequencies to low frequencies, times a radial transfer
// function: band-pass and Fourier crop (or zero padding) in one pass over memory.
//
// Layout: plane × row ky (0 … height−1, negative frequencies in the upper half) × kx (0 … ⌊width/2⌋), complex.
// Frequencies of the transfer function are cycles per *source* pixel.
// Frequencies that the source does not have are zero; so is the Nyquist row and column of a result of even size that is
// smaller than the source, where the sign of a frequency can't be told any more. With $KEEP they are copied like the
// others, the row from the source's negative frequency. Where the result is larger, the source's Nyquist row and column
// stand for two frequencies of the result: each gets one half.
// Grid: x over result kx, y over result ky, z over planes.
#include "fft/transfer.wgsl"

struct Params {
  sourceWidth: u32,
  sourceHeight: u32,
  width: u32,
  height: u32,
  samplesPerCycle: f32,
  // Everything that the two transforms leave unnormalised.
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;
@group(0) @binding(3) var<storage, read> transfer: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = params.width / 2u + 1u;
  if (id.x >= columns || id.y >= params.height) {
    return;
  }
  let kx = i32(id.x);
  let ky = select(i32(id.y), i32(id.y) - i32(params.height), 2u * id.y >= params.height && id.y > 0u);
  let sourceColumns = params.sourceWidth / 2u + 1u;
  let sourceHeight = i32(params.sourceHeight);
  var value = vec2f(0.0);
  let known = id.x < sourceColumns && 2 * abs(ky) <= sourceHeight;
#if KEEP
  let lost = false;
#else
  let lost = (params.width < params.sourceWidth && 2u * id.x == params.width)
    || (params.height < params.sourceHeight && 2u * id.y == params.height);
#endif
  if (known && !lost) {
    let row = u32(select(ky, ky + sourceHeight, ky < 0));
    let k = length(vec2f(f32(kx) / f32(params.sourceWidth), f32(ky) / f32(params.sourceHeight)));
    var factor = transferAt(k, params.samplesPerCycle) * params.scale;
    if (params.width > params.sourceWidth && 2u * id.x == params.sourceWidth) {
      factor *= 0.5;
    }
    if (params.height > params.sourceHeight && 2 * abs(ky) == sourceHeight) {
      factor *= 0.5;
    }
    value = source[(id.z * params.sourceHeight + row) * sourceColumns + id.x] * factor;
  }
  result[(id.z * params.height + id.y) * columns + id.x] = value;
}
