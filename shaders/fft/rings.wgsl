// Sums over the rings of two half spectra (or of one, $PAIR false): for each ring q of frequencies |k|, in cycles a pixel,
// with (q − ½)·ringWidth ≤ |k| < (q + ½)·ringWidth: Σ w·Re(a·conj b), Σ w·|a|², Σ w·|b|², Σ w. w is 2 where the other half
// of the spectrum has a partner, so the last is the number of frequencies.
// One workgroup a ring: each thread takes some rows and walks the few columns of the ring there; added up in fixed order.
// Layout: plane × row ky × kx; result plane × ring, vec4f. Grid: x over rings, y over planes.
#include "lib/complex.wgsl"

struct Params {
  width: u32,
  height: u32,
  rings: u32,
  ringWidth: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;
#if PAIR
@group(0) @binding(3) var<storage, read> b: array<vec2f>;
#endif

var<workgroup> partial: array<vec4f, 64>;

// Square of the frequency at which a ring begins.
fn ringStart(ring: u32) -> f32 {
  let edge = max(f32(ring) - 0.5, 0.0) * params.ringWidth;
  return edge * edge;
}

fn squaredFrequency(kx: u32, ky: i32) -> f32 {
  let x = f32(kx) / f32(params.width);
  let y = f32(ky) / f32(params.height);
  return x * x + y * y;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let ring = group.x;
  let columns = params.width / 2u + 1u;
  let height = i32(params.height);
  let start = group.y * params.height * columns;
  let low = ringStart(ring);
  let high = ringStart(ring + 1u);
  let lastRow = min(i32(ceil(sqrt(high) * f32(height))), height / 2);
  // With an even height the Nyquist row is there once.
  let firstRow = select(-lastRow, 1 - lastRow, 2 * lastRow == height);
  var sum = vec4f(0.0);
  for (var ky = firstRow + i32(thread); ky <= lastRow; ky += 64) {
    let row = start + u32(select(ky, ky + height, ky < 0)) * columns;
    let rest = low - squaredFrequency(0u, ky);
    // A column before where the ring begins, since the root is not exact.
    var kx = u32(max(sqrt(max(rest, 0.0)) * f32(params.width) - 1.0, 0.0));
    while (kx < columns && squaredFrequency(kx, ky) < low) {
      kx++;
    }
    while (kx < columns && squaredFrequency(kx, ky) < high) {
      let weight = select(2.0, 1.0, kx == 0u || 2u * kx == params.width);
      let first = a[row + kx];
#if PAIR
      let second = b[row + kx];
#else
      let second = first;
#endif
      sum += weight * vec4f(dot(first, second), dot(first, first), dot(second, second), 1.0);
      kx++;
    }
  }
  partial[thread] = sum;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) {
      partial[thread] += partial[thread + half];
    }
  }
  if (thread == 0u) {
    result[group.y * params.rings + ring] = partial[0];
  }
}
