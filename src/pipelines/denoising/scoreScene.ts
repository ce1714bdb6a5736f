/**
 * The scenes on which denoisers are compared (`shared/reference/baselines.md`): particles of one density map under
 * Gaussian noise of a known spectrum, on the processor, from a seed.
 */
import { createRandom } from '../../core/random.ts';
import { complexField } from '../../fft/cpuField.ts';
import { Fourier2d } from '../../fft/cpuFourier.ts';
import { contrastTransfer, type Optics } from '../simulation/optics.ts';
import { type PlacedParticle, placeParticles } from '../simulation/placement.ts';
import { addTile, VolumeProjector, type VolumeSpectrum } from '../simulation/projector.ts';
import { randomRotation } from '../simulation/shapes.ts';
import { areaVariance, particleArea } from './score.ts';

export interface ScoreSceneSettings {
  /** Edge of the square picture, px, with factors 2, 3 and 5. */
  readonly size: number;
  readonly pixelSizeAngstrom: number;
  /** How many to place; fewer come out when they don't fit. */
  readonly particles: number;
  /** What counts as a particle's area. */
  readonly areaRadiusAngstrom: number;
  readonly optics: Optics;
  readonly seed: number;
}

/**
 * The comparison's own; `scoreDefociAngstrom` go into its optics one after another. How many particles there are is not
 * said there: with 60, which cover half of the picture, filters restore nearly what they did there (README.md).
 */
export const scoreSettings: ScoreSceneSettings = {
  size: 1024,
  pixelSizeAngstrom: 1.77,
  particles: 60,
  areaRadiusAngstrom: 90,
  optics: {
    voltageKilovolt: 300,
    sphericalAberrationMm: 2.7,
    amplitudeContrast: 0.1,
    defocusAngstrom: 18000,
    envelopeAngstromSquared: 0,
  },
  seed: 1,
};

export const scoreDefociAngstrom = [10000, 18000, 25000] as const;
/** Variance of the clean picture over the particle area, over the variance of noise per pixel. */
export const scoreSignalToNoise = [0.1, 0.03, 0.01] as const;

export interface ScoreScene {
  readonly settings: ScoreSceneSettings;
  readonly width: number;
  readonly height: number;
  /** True centres, px. */
  readonly truth: readonly PlacedParticle[];
  /** 1 within the particles. */
  readonly area: Uint8Array<ArrayBuffer>;
  /** Particles through the transfer function; its variance over the particle area is 1. */
  readonly clean: Float32Array<ArrayBuffer>;
  /** Of variance 1. */
  readonly noise: Float32Array<ArrayBuffer>;
}

/** Part of the noise's variance that is white; the rest are the long waves of `longWaves`. */
const whitePart = 0.7;

/** Power of the other part against frequency, 1/Å. */
const longWaves = (perAngstrom: number): number => 1 / (1 + (100 * perAngstrom) ** 2);

/** The same settings draw the same scene; scenes that differ in their optics alone hold the same particles and white noise. */
export function drawScoreScene(volume: VolumeSpectrum, settings: ScoreSceneSettings): ScoreScene {
  const { size, pixelSizeAngstrom: pixel, particles, areaRadiusAngstrom, optics, seed } = settings;
  const random = createRandom(seed);
  const radiusPx = areaRadiusAngstrom / pixel;
  const truth = placeParticles(random, particles, size, size, 2 * radiusPx);
  const projector = new VolumeProjector(volume, pixel);
  const fourier = new Fourier2d(size, size);

  const picture = complexField(size * size);
  const canvas = { data: picture.re, width: size, height: size };
  for (const place of truth) addTile(canvas, projector.project(randomRotation(random), place));
  const transfer = contrastTransfer(optics);
  fourier.filter(
    picture,
    fourier.radialTable((k) => transfer(k / pixel)),
  );
  const clean = Float32Array.from(picture.re);
  const area = particleArea({ width: size, height: size }, truth, radiusPx);
  scale(clean, 1 / Math.sqrt(areaVariance(clean, area)));

  const noise = Float32Array.from(clean, () => random.normal());
  const waves = complexField(size * size);
  for (let i = 0; i < noise.length; i++) waves.re[i] = random.normal();
  fourier.filter(
    waves,
    fourier.radialTable((k) => Math.sqrt(longWaves(k / pixel))),
  );
  const whole = new Uint8Array(size * size).fill(1);
  const ofWaves = Math.sqrt((1 - whitePart) / areaVariance(waves.re, whole));
  const ofWhite = Math.sqrt(whitePart / areaVariance(noise, whole));
  for (let i = 0; i < noise.length; i++) noise[i] = ofWhite * (noise[i] ?? 0) + ofWaves * (waves.re[i] ?? 0);
  return { settings, width: size, height: size, truth, area, clean, noise };
}

/** The scene as it would be recorded: its signal-to-noise ratio is exact, the noise's variance stays 1. */
export function recordedPicture(
  { clean, noise }: ScoreScene,
  signalToNoise: number,
): Float32Array<ArrayBuffer> {
  const amplitude = Math.sqrt(signalToNoise);
  return noise.map((value, i) => value + amplitude * (clean[i] ?? 0));
}

function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
}
