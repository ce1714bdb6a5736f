// A radial transfer function from a table: transfer[i] holds H at |k| = i / samplesPerCycle cycles per pixel, read with
// linear interpolation. Who includes it binds `transfer: array<f32>`.

fn transferAt(k: f32, samplesPerCycle: f32) -> f32 {
  let at = k * samplesPerCycle;
  let last = arrayLength(&transfer) - 1u;
  let low = min(u32(at), last);
  return mix(transfer[low], transfer[min(low + 1u, last)], at - floor(at));
}
