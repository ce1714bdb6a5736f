/** Examples from simulation: what the Wiener filter makes of a scene, and what was there. */
import { createRandom } from '../../../core/random.ts';
import type { ProteinFamily } from '../../simulation/families.ts';
import { grainyProteins } from '../../simulation/grainyProtein.ts';
import {
  defaultScenes,
  type SceneSettings,
  type TrainingScene,
  TrainingScenes,
} from '../../simulation/scenes.ts';
import type { RefinerSettings } from '../network/settings.ts';
import { SceneFilter } from './sceneFilter.ts';

/** A patch in standard deviations of its Wiener filter's picture; row-major, side × side. */
export interface SimulatedExample {
  readonly side: number;
  /** What the filter leaves of the clean picture, and of two fields of noise. */
  readonly signal: Float32Array<ArrayBuffer>;
  readonly noises: readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  /** Not filtered, of mean 0, in units in which the filter's picture is as strong. */
  readonly clean: Float32Array<ArrayBuffer>;
  /** The noise before the filter: the clean picture and this are the target that a second exposure would be. */
  readonly secondNoise: Float32Array<ArrayBuffer>;
  /** Of `clean`. */
  readonly variance: number;
  /** How much each pixel counts: particles and their surroundings are what a denoiser is looked at for. */
  readonly importance: Float32Array<ArrayBuffer>;
}

/** Edge of a scene: with pixels of 8 Å, as much as 1085 of 1.77 Å show. */
const scenePx = 240;
/** How much of it is left out at each side, where the filter misses what lies beyond. */
const marginPx = 10;
/** Edge of an example, px. */
export const examplePx = 88;
/** Of each scene two times two examples are cut, one anywhere in each quarter. */
export const examplesPerScene = 4;

export interface SimulationSettings {
  readonly seed: number;
  readonly families: readonly ProteinFamily[];
  /** Proteins with grain, of the same families: how many, and how often one of them is taken. */
  readonly grainy: { readonly count: number; readonly share: number };
  /** How often there is contamination, times what the picker is trained with. */
  readonly contamination: number;
}

/** What a pixel outside of all particles counts, and how far one of them reaches, in extents from its centre. */
const groundImportance = 0.2;
const reachExtents = 0.55;

/** Filters that pass less of the signal for what they show are those of pictures with next to none. */
const leastStrength = 0.03;

/** An endless source; example n is a pure function of the settings and n. Those of one scene are best asked for one after another. */
export class SimulatedExamples {
  private readonly scenes: TrainingScenes;
  private readonly filter: SceneFilter;
  private latest: { readonly scene: number; readonly examples: readonly SimulatedExample[] } | undefined;

  constructor(
    private readonly settings: SimulationSettings,
    private readonly refiner: RefinerSettings,
  ) {
    this.scenes = new TrainingScenes(sceneSettings(settings, refiner));
    this.filter = new SceneFilter(scenePx);
  }

  at(index: number): SimulatedExample {
    const scene = Math.floor(index / examplesPerScene);
    if (this.latest?.scene !== scene) this.latest = { scene, examples: this.ofScene(scene) };
    const example = this.latest.examples[index % examplesPerScene];
    if (!example) throw new RangeError(`There is no example ${index}.`);
    return example;
  }

  private ofScene(index: number): SimulatedExample[] {
    const { filter, settings } = this;
    const scene = this.scenes.at(index);
    const random = createRandom(
      (Math.imul(settings.seed, 0x9e3779b1) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0,
    );
    const signal = scene.clean?.slice() ?? new Float32Array(scenePx * scenePx);
    const [one, two] = [scene.image, scene.second].map((image) =>
      image.map((value, i) => value - (signal[i] ?? 0)),
    );
    const parts: Parts = {
      clean: signal.slice(),
      secondNoise: two?.slice() ?? signal,
      signal,
      one: one ?? signal,
      two: two ?? signal,
    };
    const gain = filter.gain(random, parts.clean, parts.one);
    filter.filter(parts.one, parts.two, gain);
    filter.filter(signal, new Float32Array(signal.length), gain);
    const scale = 1 / (deviationOf(signal, parts.one) || 1);
    const strength = Math.max(leastStrength, strengthOf(parts));
    for (const values of [parts.clean, parts.secondNoise])
      for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / strength;
    const room = scenePx / 2 - marginPx - examplePx;
    return Array.from({ length: examplesPerScene }, (_, quarter) => {
      const left = marginPx + (quarter % 2) * (scenePx / 2 - marginPx) + random.integer(room + 1);
      const top = marginPx + (quarter >> 1) * (scenePx / 2 - marginPx) + random.integer(room + 1);
      return this.cut(parts, scene, scale, left, top);
    });
  }

  private cut(
    { clean, secondNoise, signal, one, two }: Parts,
    { particles, extentPx }: TrainingScene,
    scale: number,
    left: number,
    top: number,
  ): SimulatedExample {
    const part = (picture: Float32Array): Float32Array<ArrayBuffer> => inner(picture, left, top);
    const target = part(clean);
    centre(target);
    const example = {
      side: examplePx,
      signal: part(signal),
      noises: [part(one), part(two)] as const,
      clean: target,
      secondNoise: part(secondNoise),
    };
    for (const values of [example.signal, ...example.noises, target, example.secondNoise])
      this.standardise(values, scale);
    const places = particles.map(({ x, y }) => ({ x: x - left, y: y - top }));
    return {
      ...example,
      variance: meanSquare(target),
      importance: importanceOf(places, reachExtents * extentPx),
    };
  }

  private standardise(values: Float32Array, scale: number): void {
    const { clip } = this.refiner;
    for (let i = 0; i < values.length; i++)
      values[i] = Math.max(-clip, Math.min(clip, scale * (values[i] ?? 0)));
  }
}

/** Pictures of a whole scene. */
interface Parts {
  readonly clean: Float32Array<ArrayBuffer>;
  readonly secondNoise: Float32Array<ArrayBuffer>;
  /** Filtered, as are the two fields of noise. */
  readonly signal: Float32Array<ArrayBuffer>;
  readonly one: Float32Array<ArrayBuffer>;
  readonly two: Float32Array<ArrayBuffer>;
}

/** Scenes of the denoiser's pixel size, neither high-passed nor clipped, from noise alone to what needs no denoising. */
function sceneSettings(
  { seed, families, grainy, contamination }: SimulationSettings,
  { workingPixelAngstrom }: RefinerSettings,
): SceneSettings {
  return {
    ...defaultScenes,
    seed,
    families,
    volumes: grainyProteins(createRandom(seed), families, grainy.count),
    volumeShare: grainy.share,
    sizePx: scenePx,
    pixelSizeAngstrom: workingPixelAngstrom,
    signalToNoise: { low: 0.02, high: 2.5 },
    contamination,
    effects: 0,
    longWaves: 1.6,
    highpassDiameters: 0,
    clip: 1e6,
    withClean: true,
  };
}

function inner(picture: Float32Array, left: number, top: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(examplePx * examplePx);
  for (let y = 0; y < examplePx; y++) {
    const from = (y + top) * scenePx + left;
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
    const { x, y } = particle;
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

/**
 * The factor by which a filtered picture is best taken to be the clean one: 1 with the filter of the true spectra. One of wrong
 * spectra is off by a factor that nobody sees in its picture, and that no place in it tells: targets are divided by it.
 */
function strengthOf({ clean, signal, one }: Parts): number {
  let mean = 0;
  for (const value of clean) mean += value / clean.length;
  let [shared, seen] = [0, 0];
  for (let i = 0; i < clean.length; i++) {
    shared += (signal[i] ?? 0) * ((clean[i] ?? 0) - mean);
    seen += (signal[i] ?? 0) ** 2 + (one[i] ?? 0) ** 2;
  }
  return seen > 0 ? shared / seen : 0;
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
