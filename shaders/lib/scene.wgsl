// What was drawn of a training scene, as src/pipelines/simulation/sceneRecords.ts packs it. Who includes it binds
// `scenes: array<Scene>`. Lengths in px unless they say Å.

struct Scene {
  seed: u32,
  index: u32,
  firstContaminant: u32,
  contaminants: u32,
  firstCopy: u32,
  copies: u32,
  // Å.
  pixelSize: f32,
  // Phase of 1 V over 1 Å, rad.
  perVoltAngstrom: f32,
  extent: f32,
  // Deviation of carbon's own structure, rad.
  texture: f32,
  // Phase of the transfer function in turns: square·k² + fourth·k⁴ + shift, k in cycles a pixel.
  square: f32,
  fourth: f32,
  shift: f32,
  // Parts of sine and cosine.
  sine: f32,
  cosine: f32,
  // exp(−envelope·k²).
  envelope: f32,
  signalToNoise: f32,
  // Parts of the noise's power.
  white: f32,
  slow: f32,
  ice: f32,
  waveLength: f32,
  waveFall: f32,
  // Widths of the smeared border.
  left: u32,
  top: u32,
  right: u32,
  bottom: u32,
  // Of uneven ice, in deviations of the particles.
  slope: f32,
  // Half-amplitude wavelength of somebody's smoothing, 0 for none.
  smoothing: f32,
  // Deviation of usual particles, where none are in the patch.
  usual: f32,
  knots: array<f32, 16>,
}

const tau = 6.283185307179586;

// Contrast transfer function with its envelope (Rohou and Grigorieff 2015), |k|² in cycles² a pixel².
fn transferOf(scene: u32, squared: f32) -> f32 {
  let turns = (scenes[scene].fourth * squared + scenes[scene].square) * squared + scenes[scene].shift;
  // Sines are exact near 0 only.
  let chi = tau * (turns - round(turns));
  let wave = scenes[scene].sine * sin(chi) + scenes[scene].cosine * cos(chi);
  return -wave * exp(-scenes[scene].envelope * squared);
}

// Power of the long waves, not normalised.
fn longWaves(scene: u32, squared: f32) -> f32 {
  let length = scenes[scene].waveLength;
  return pow(1.0 + squared * length * length, -scenes[scene].waveFall);
}

// |k|² at column kx and row ky of a half spectrum of a square.
fn squaredFrequency(kx: u32, ky: u32, side: u32) -> f32 {
  let x = f32(kx) / f32(side);
  let y = f32(min(ky, side - ky)) / f32(side);
  return x * x + y * y;
}
