// Copies a half spectrum into one of another size, low frequencies to low frequencies, times a radial transfer
// function: band-pass and Fourier crop (or zero padding) in one pass over memory.
//
// Layout: row ky (0 … height−1, negative frequencies in the upper half) × kx (0 … width/2), complex.
// transfer[i] holds H at |k| = i / samplesPerCycle cycles per *source* pixel, read with linear interpolation.
// Frequencies that the source does not have are zero; so is the result's Nyquist row and column when it is smaller
// than the source, where the sign of a frequency can't be told any more. Where the result is larger, the source's
// Nyquist row and column stand for two frequencies of the result: each gets one half.
// Grid: x over result kx, y over result ky.

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

fn transferAt(k: f32) -> f32 {
  let at = k * params.samplesPerCycle;
  let last = arrayLength(&transfer) - 1u;
  let low = min(u32(at), last);
  return mix(transfer[low], transfer[min(low + 1u, last)], at - floor(at));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = params.width / 2u + 1u;
  if (id.x >= columns || id.y >= params.height) {
    return;
  }
  let kx = i32(id.x);
  let ky = select(i32(id.y), i32(id.y) - i32(params.height), id.y > params.height / 2u);
  let sourceKx = i32(params.sourceWidth / 2u);
  let sourceKy = i32(params.sourceHeight / 2u);
  var value = vec2f(0.0);
  let known = kx <= sourceKx && abs(ky) <= sourceKy;
  let nyquistX = params.width < params.sourceWidth && 2u * id.x == params.width;
  let nyquistY = params.height < params.sourceHeight && 2u * id.y == params.height;
  if (known && !nyquistX && !nyquistY) {
    let row = u32(select(ky, ky + i32(params.sourceHeight), ky < 0));
    let k = length(vec2f(f32(kx) / f32(params.sourceWidth), f32(ky) / f32(params.sourceHeight)));
    var factor = transferAt(k) * params.scale;
    if (params.width > params.sourceWidth && kx == sourceKx) {
      factor *= 0.5;
    }
    if (params.height > params.sourceHeight && abs(ky) == sourceKy && params.sourceHeight % 2u == 0u) {
      factor *= 0.5;
    }
    value = source[row * u32(sourceKx + 1) + id.x] * factor;
  }
  result[id.y * columns + id.x] = value;
}
