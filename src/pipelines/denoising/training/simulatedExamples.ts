/** Examples from simulation: what the Wiener filter makes of a scene, and what was there. */
import { createRandom } from '../../../core/random.ts';
import type { ProteinFamily } from '../../simulation/families.ts';
import { defaultScenes, type SceneSettings, TrainingScenes } from '../../simulation/scenes.ts';
import type { RefinerSettings } from '../network/settings.ts';
import { SceneFilter } from './sceneFilter.ts';

/** A patch in standard deviations of its Wiener filter's picture; row-major, side × side. */
export interface SimulatedExample {
  readonly side: number;
  /** What the filter leaves of the clean picture, and of two fields of noise. */
  readonly signal: Float32Array<ArrayBuffer>;
  readonly noises: readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  /** Not filtered, of mean 0. */
  readonly clean: Float32Array<ArrayBuffer>;
  /** The noise before the filter: the clean picture and this are the target that a second exposure would be. */
  readonly secondNoise: Float32Array<ArrayBuffer>;
  /** Of `clean`. */
  readonly variance: number;
  /** How much each pixel counts: particles and their surroundings are what a denoiser is looked at for. */
  readonly importance: Float32Array<ArrayBuffer>;
}

/** Edge of a scene, and how much of it is left out at each side, where the filter misses what lies beyond. */
const scenePx = 108;
const marginPx = 10;
/** Edge of an example, px. */
export const examplePx = scenePx - 2 * marginPx;

export interface SimulationSettings {
  readonly seed: number;
  readonly families: readonly ProteinFamily[];
  /** How often there is contamination, times what the picker is trained with. */
  readonly contamination: number;
}

/** What a pixel outside of all particles counts, and how far one of them reaches, in extents from its centre. */
const groundImportance = 0.2;
const reachExtents = 0.55;

/** An endless source; example n is a pure function of the settings and n. */
export class SimulatedExamples {
  private readonly scenes: TrainingScenes;
  private readonly filter = new SceneFilter(scenePx);

  constructor(
    private readonly settings: SimulationSettings,
    private readonly refiner: RefinerSettings,
  ) {
    this.scenes = new TrainingScenes(sceneSettings(settings, refiner));
  }

  at(index: number): SimulatedExample {
    const { filter } = this;
    const scene = this.scenes.at(index);
    const random = createRandom(
      (Math.imul(this.settings.seed, 0x9e3779b1) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0,
    );
    const clean = scene.clean ?? new Float32Array(scenePx * scenePx);
    const noises = [scene.image, scene.second].map((image) =>
      image.map((value, i) => value - (clean[i] ?? 0)),
    );
    const [one = clean, two = clean] = noises;
    const ground = clean.slice();
    const gains = filter.gains(random, clean, [one, two]);
    const raw = two.slice();
    filter.filter(one, two, gains);
    filter.filter(clean, new Float32Array(clean.length), gains);
    const parts = [clean, one, two, ground, raw].map(inner);
    const [signal = clean, a = one, b = two, target = ground, second = raw] = parts;
    const scale = 1 / (deviationOf(signal, a) || 1);
    centre(target);
    for (const part of parts) this.standardise(part, scale);
    return {
      side: examplePx,
      signal,
      noises: [a, b],
      clean: target,
      secondNoise: second,
      variance: meanSquare(target),
      importance: importanceOf(scene.particles, reachExtents * scene.extentPx),
    };
  }

  private standardise(values: Float32Array, scale: number): void {
    const { clip } = this.refiner;
    for (let i = 0; i < values.length; i++)
      values[i] = Math.max(-clip, Math.min(clip, scale * (values[i] ?? 0)));
  }
}

/** Scenes of the denoiser's pixel size, neither high-passed nor clipped, from noise alone to what needs no denoising. */
function sceneSettings(
  { seed, families, contamination }: SimulationSettings,
  { workingPixelAngstrom }: RefinerSettings,
): SceneSettings {
  return {
    ...defaultScenes,
    seed,
    families,
    sizePx: scenePx,
    pixelSizeAngstrom: workingPixelAngstrom,
    signalToNoise: { low: 0.012, high: 1.2 },
    contamination,
    effects: 0,
    longWaves: 1.6,
    highpassDiameters: 0,
    clip: 1e6,
    withClean: true,
  };
}

function inner(picture: Float32Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(examplePx * examplePx);
  for (let y = 0; y < examplePx; y++) {
    const from = (y + marginPx) * scenePx + marginPx;
    result.set(picture.subarray(from, from + examplePx), y * examplePx);
  }
  return result;
}

function importanceOf(
  particles: readonly { readonly x: number; readonly y: number }[],
  reach: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(examplePx * examplePx).fill(groundImportance);
  for (const particle of particles) {
    const [x, y] = [particle.x - marginPx, particle.y - marginPx];
    for (let v = Math.max(0, Math.ceil(y - reach)); v <= Math.min(examplePx - 1, y + reach); v++)
      for (let u = Math.max(0, Math.ceil(x - reach)); u <= Math.min(examplePx - 1, x + reach); u++)
        if ((u - x) ** 2 + (v - y) ** 2 <= reach * reach) result[v * examplePx + u] = 1;
  }
  return result;
}

function centre(values: Float32Array): void {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) - mean;
}

function deviationOf(a: Float32Array, b: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const value = (a[i] ?? 0) + (b[i] ?? 0);
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / a.length - (sum / a.length) ** 2));
}

function meanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / Math.max(1, values.length);
}
