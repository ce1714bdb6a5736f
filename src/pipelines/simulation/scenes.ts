import { type ComplexField, complexField } from '../../fft/cpuField.ts';
import { Fourier2d } from '../../fft/cpuFourier.ts';
import { trainingFamilies } from './families.ts';
import { contrastTransfer, interactionConstant, type Optics } from './optics.ts';
import type { PlacedParticle } from './placement.ts';
import { type Border, insideBorder, smear } from './sceneBorder.ts';
import {
  type CanvasSettings,
  canvasSide,
  marginOf,
  sceneRandom,
  seenParticles,
  smearDoubtDiameters,
} from './sceneCanvas.ts';
import { type ContentSettings, drawContents, type SceneContents } from './sceneContents.ts';
import {
  drawColours,
  drawFinish,
  drawSignalToNoise,
  drawTexture,
  finishTransfer,
  type ImagingSettings,
  type NoiseColours,
  type SceneImaging,
} from './sceneImaging.ts';
import { paintContents, type SceneMaps } from './sceneMaps.ts';
import {
  robustScale,
  type Scale,
  slowField,
  strengthOf,
  sumOf,
  sumOfSquares,
  varianceOf,
} from './sceneNumbers.ts';

export interface SceneSettings extends ContentSettings, ImagingSettings, CanvasSettings {
  /** Values end at ± so many deviations. */
  readonly clip: number;
  /** Whether the clean picture comes too: it costs a third more. */
  readonly withClean: boolean;
}

export const defaultScenes: SceneSettings = {
  seed: 1,
  sizePx: 192,
  workingDiameterPx: 24,
  extents: { low: 0.66, high: 1.18 },
  families: trainingFamilies,
  volumes: [],
  volumeShare: 0.3,
  contamination: 1,
  signalToNoise: { low: 0.003, high: 1.5 },
  effects: 1,
  longWaves: 0.7,
  highpassDiameters: 4,
  clip: 6,
  withClean: false,
};

/** A patch to learn from, at the scale where a particle has the working diameter; row-major, sizePx × sizePx. */
export interface TrainingScene {
  readonly sizePx: number;
  /** High-passed, (v − median) / (1.4826 · MAD), clipped; particles dark: as the picker prepares a micrograph. */
  readonly image: Float32Array<ArrayBuffer>;
  /** The same specimen with other noise, as a second half of a movie would show it. */
  readonly second: Float32Array<ArrayBuffer>;
  /** Without noise, in the units of `image`; the contaminants are in it, ice's own structure is noise. Where asked for. */
  readonly clean: Float32Array<ArrayBuffer> | undefined;
  /** Centres, px; those up to half a diameter beyond the edges too. Where two overlap, both are there. */
  readonly particles: readonly PlacedParticle[];
  /** 1 on crystals, ice, carbon, gold, ethane, dirt, heaps and smeared borders. */
  readonly contamination: Uint8Array<ArrayBuffer>;
  /** 1 where the particle output should not be judged: heaps of protein, and where a smeared border begins. */
  readonly ignore: Uint8Array<ArrayBuffer>;
  /**
   * Variance of the clean particles within half their extent of a centre over the variance of all noise per pixel, both in
   * the patch and before the high-pass; without particles, what it would be for usual ones.
   */
  readonly signalToNoise: number;
  readonly protein: string;
  /** Longest extent of the particle, px. */
  readonly extentPx: number;
  readonly pixelSizeAngstrom: number;
  readonly defocusAngstrom: number;
  readonly optics: Optics;
}

/** Phases beyond this are no weak ones, rad: a soft limit keeps gold and crystals from outshining all. */
export const strongestPhase = 0.6;

/** Standard normal numbers of a scene's pixels, in the order in which they were drawn. */
export interface SceneGrain {
  /** Of carbon's structure, pixel by pixel of the canvas; read where there is some. */
  readonly film: Float64Array;
  /** Of the noise, two a frequency, as `Fourier2d` lays its spectrum out: real and imaginary parts. */
  readonly waves: Float64Array;
}

interface Scratch {
  readonly contrasts: ComplexField;
  readonly noise: ComplexField;
  readonly pair: ComplexField;
  readonly clean: ComplexField;
  /** 2 · CTF / pixels, where it is. */
  readonly transfer: Float32Array;
  readonly waves: Float32Array;
  readonly finish: Float32Array;
  readonly grain: SceneGrain;
}

/**
 * An endless source of scenes. Scene n is a pure function of the settings and n: any number of threads may share the work,
 * and give the same scenes as one. Sources of the numbers: README.md in this folder.
 */
export class TrainingScenes {
  private readonly side: number;
  /** From the canvas's edge to the patch's, px. */
  private readonly offset: number;
  private readonly fourier: Fourier2d;
  /** Memory that every scene uses anew: without it, a fifth of the time is spent on collecting it. */
  private readonly scratch: Scratch;

  constructor(readonly settings: SceneSettings) {
    this.side = canvasSide(settings);
    this.offset = marginOf(settings);
    this.fourier = new Fourier2d(this.side, this.side);
    const pixels = this.side * this.side;
    this.scratch = {
      contrasts: complexField(pixels),
      noise: complexField(pixels),
      pair: complexField(pixels),
      clean: complexField(pixels),
      transfer: new Float32Array(pixels),
      waves: new Float32Array(pixels),
      finish: new Float32Array(pixels),
      grain: { film: new Float64Array(pixels), waves: new Float64Array(2 * pixels) },
    };
  }

  /** @param index from 0. */
  at(index: number): TrainingScene {
    const { settings, side } = this;
    const { grain } = this.scratch;
    const random = sceneRandom(settings, index);
    const contents = drawContents(random, settings, side);
    const maps = paintContents(contents, side);
    const textureRadians = drawTexture(random, contents);
    const { carbon } = maps.specimen;
    for (let i = 0; i < carbon.length; i++) if ((carbon[i] ?? 0) > 0) grain.film[i] = random.normal();
    const signalToNoise = drawSignalToNoise(random, settings);
    const colours = drawColours(random, settings);
    for (let i = 0; i < grain.waves.length; i++) grain.waves[i] = random.normal();
    const finish = drawFinish(random, settings, side);
    return this.imaged(contents, { textureRadians, signalToNoise, colours, ...finish }, grain, maps);
  }

  /** The scene of what was drawn: what the GPU's scenes are judged by. */
  imaged(
    contents: SceneContents,
    imaging: SceneImaging,
    grain: SceneGrain,
    maps: SceneMaps = paintContents(contents, this.side),
  ): TrainingScene {
    const { settings, side } = this;
    const { border, signalToNoise } = imaging;
    const { clean, dirt } = this.contrasts(contents, maps, imaging, grain);
    const part = { side, offset: this.offset, size: settings.sizePx };
    const strength = strengthOf(clean, contents, part);
    const noise = this.noise(imaging.colours, grain);
    const louder = strength / Math.sqrt(signalToNoise * varianceOf(noise.re, part));
    const { pair, clean: still } = this.scratch;
    const ground = still.re;
    const { loss } = maps.specimen;
    const slope = slowField(imaging.slope, side, strength);
    for (let i = 0; i < ground.length; i++) {
      const passed = Math.exp(-(loss[i] ?? 0));
      const bare = (1 + (clean[i] ?? 0) + (dirt[i] ?? 0)) * passed + (slope[i] ?? 0);
      // Counting noise grows with the root of what is counted.
      const grain = louder * Math.sqrt(passed);
      ground[i] = bare;
      pair.re[i] = bare + grain * (noise.re[i] ?? 0);
      pair.im[i] = bare + grain * (noise.im[i] ?? 0);
    }
    for (const data of [pair.re, pair.im, ground]) smear(data, side, border);
    const finish = this.fourier.radialTable(finishTransfer(settings, imaging), this.scratch.finish);
    this.fourier.filter(pair, finish);
    const scale = robustScale(pair.re);
    if (settings.withClean) this.fourier.filter(still, finish);
    return {
      sizePx: settings.sizePx,
      image: this.cut(pair.re, scale),
      second: this.cut(pair.im, scale),
      clean: settings.withClean ? this.cut(ground, scale) : undefined,
      ...this.labels(contents, maps, border),
      signalToNoise,
      protein: contents.protein,
      extentPx: contents.extentPx,
      pixelSizeAngstrom: contents.pixelSizeAngstrom,
      defocusAngstrom: contents.optics.defocusAngstrom,
      optics: contents.optics,
    };
  }

  /** Scene after scene, from `first` on, without end. */
  *from(first = 0): Generator<TrainingScene, never> {
    for (let index = first; ; index++) yield this.at(index);
  }

  /** Relative intensities that protein, and all else, make through the transfer function: 2 · CTF ⊛ phase. */
  private contrasts(
    { optics, pixelSizeAngstrom }: SceneContents,
    { protein, specimen }: SceneMaps,
    { textureRadians }: SceneImaging,
    grain: SceneGrain,
  ) {
    const perVoltAngstrom = interactionConstant(optics.voltageKilovolt);
    const { contrasts: field, transfer: table } = this.scratch;
    for (let i = 0; i < protein.length; i++) {
      field.re[i] = perVoltAngstrom * (protein[i] ?? 0);
      const film = specimen.carbon[i] ?? 0;
      const phase = perVoltAngstrom * (specimen.potential[i] ?? 0);
      field.im[i] =
        strongestPhase * Math.tanh(phase / strongestPhase) +
        (film > 0 ? film * textureRadians * (grain.film[i] ?? 0) : 0);
    }
    const transfer = contrastTransfer(optics);
    this.fourier.radialTable((k) => 2 * transfer(k / pixelSizeAngstrom), table);
    this.fourier.filter(field, table);
    return { clean: field.re, dirt: field.im };
  }

  /**
   * Two fields of noise of one spectrum: white of counting, long waves of uneven ice, and ice seen through the transfer
   * function, in drawn parts; their deviation is about 1. The transfer function is the one that `contrasts` has left.
   */
  private noise({ white, slow, ice, lengthPx, fall }: NoiseColours, grain: SceneGrain) {
    const { fourier } = this;
    const { noise: field, waves, transfer } = this.scratch;
    fourier.radialTable((k) => (1 + (k * lengthPx) ** 2) ** -fall, waves);
    const [waveScale, iceScale] = [slow / sumOf(waves), ice / sumOfSquares(transfer)];
    const flat = white / waves.length;
    const factor = 1 / Math.sqrt(white + slow + ice);
    // White noise has a white spectrum: it is drawn there, and comes back once.
    for (let i = 0; i < waves.length; i++) {
      const power = flat + waveScale * (waves[i] ?? 0) + iceScale * (transfer[i] ?? 0) ** 2;
      const amplitude = factor * Math.sqrt(power);
      field.re[i] = amplitude * (grain.waves[2 * i] ?? 0);
      field.im[i] = amplitude * (grain.waves[2 * i + 1] ?? 0);
    }
    fourier.backward(field);
    return field;
  }

  private cut(data: Float32Array, { centre, deviation }: Scale): Float32Array<ArrayBuffer> {
    const { sizePx, clip } = this.settings;
    const offset = this.offset;
    const result = new Float32Array(sizePx * sizePx);
    for (let y = 0; y < sizePx; y++) {
      for (let x = 0; x < sizePx; x++) {
        const value = ((data[(y + offset) * this.side + x + offset] ?? 0) - centre) / deviation;
        result[y * sizePx + x] = Math.max(-clip, Math.min(clip, value));
      }
    }
    return result;
  }

  private labels({ particles }: SceneContents, { specimen, heaps }: SceneMaps, border: Border) {
    const { side, offset } = this;
    const { sizePx, workingDiameterPx } = this.settings;
    const contamination = new Uint8Array(sizePx * sizePx);
    const ignore = new Uint8Array(sizePx * sizePx);
    for (let y = 0; y < sizePx; y++) {
      for (let x = 0; x < sizePx; x++) {
        const at = y * sizePx + x;
        const from = (y + offset) * side + x + offset;
        const inside = insideBorder(x + offset, y + offset, side, border);
        const isHeap = heaps[from] === 1;
        if (isHeap || inside < 0 || specimen.contamination[from] === 1) contamination[at] = 1;
        if (isHeap || Math.abs(inside) < workingDiameterPx * smearDoubtDiameters) ignore[at] = 1;
      }
    }
    return { contamination, ignore, particles: seenParticles(particles, border, this.settings) };
  }
}
