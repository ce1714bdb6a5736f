// The corrected sum of a movie's rows: raw counts times the gain reference's factor. Where GAIN is not set there is
// none. A factor of 0 marks a defect of the detector; a sum that is not finite is as good as one.
// Includers declare params.width and params.rows (of the buffers), sum and, with GAIN, factors.

fn correctedAt(index: u32) -> f32 {
#if GAIN
  return sum[index] * factors[index];
#else
  return sum[index];
#endif
}

fn isDefect(index: u32) -> bool {
  let finite = (bitcast<u32>(sum[index]) & 0x7f800000u) != 0x7f800000u;
#if GAIN
  return !finite || factors[index] == 0.0;
#else
  return !finite;
#endif
}
