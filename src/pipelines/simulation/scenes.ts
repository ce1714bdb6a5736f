import { createRandom, type Random } from '../../core/random.ts';
import { type ComplexField, complexField } from '../../fft/cpuField.ts';
import { Fourier2d } from '../../fft/cpuFourier.ts';
import { nextFastSize } from '../../fft/sizes.ts';
import { highpass, lowpass, product } from '../../fft/transfer.ts';
import { trainingFamilies } from './families.ts';
import { contrastTransfer, interactionConstant } from './optics.ts';
import type { PlacedParticle } from './placement.ts';
import { type Border, drawBorder, insideBorder, smear } from './sceneBorder.ts';
import {
  type ContentSettings,
  drawContents,
  isMarked,
  type Range,
  type SceneContents,
} from './sceneContents.ts';
import {
  robustScale,
  type Scale,
  slowField,
  strengthOf,
  sumOf,
  sumOfSquares,
  varianceOf,
} from './sceneNumbers.ts';
import { proteinPotentialVolt } from './volume.ts';

export interface SceneSettings extends ContentSettings {
  readonly seed: number;
  /** Edge of a scene, px. */
  readonly sizePx: number;
  /** Drawn evenly in the logarithm. See `TrainingScene.signalToNoise`. */
  readonly signalToNoise: Range;
  /** Scales how often ice is of uneven thickness and pictures were smoothed by somebody: 1 as in the README, 0 never. */
  readonly effects: number;
  /** Amplitude of the long waves in the noise, at most, where that of its white part is 0.55 to 1. */
  readonly longWaves: number;
  /** Half-amplitude wavelength of the high-pass, in diameters; 0 for none. */
  readonly highpassDiameters: number;
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
}

/** Room about the patch, so that fringes and what is cut by the edge look as in a larger picture; diameters. */
const marginDiameters = 1;
/** Phases beyond this are no weak ones, rad: a soft limit keeps gold and crystals from outshining all. */
const strongestPhase = 0.6;

interface Scratch {
  readonly contrasts: ComplexField;
  readonly noise: ComplexField;
  readonly pair: ComplexField;
  readonly clean: ComplexField;
  /** 2 · CTF / pixels, where it is. */
  readonly transfer: Float32Array;
  readonly waves: Float32Array;
  readonly finish: Float32Array;
}

/**
 * An endless source of scenes. Scene n is a pure function of the settings and n: any number of threads may share the work,
 * and give the same scenes as one. Sources of the numbers: README.md in this folder.
 */
export class TrainingScenes {
  private readonly side: number;
  private readonly fourier: Fourier2d;
  /** Memory that every scene uses anew: without it, a fifth of the time is spent on collecting it. */
  private readonly scratch: Scratch;

  constructor(readonly settings: SceneSettings) {
    this.side = nextFastSize(settings.sizePx + 2 * marginDiameters * settings.workingDiameterPx);
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
    };
  }

  /** @param index from 0. */
  at(index: number): TrainingScene {
    const { settings, side } = this;
    // Odd multiples keep scenes of neighbouring seeds apart.
    const random = createRandom((Math.imul(settings.seed, 0x9e3779b1) + Math.imul(index, 0x85ebca77)) >>> 0);
    const contents = drawContents(random, settings, side);
    const { clean, dirt } = this.contrasts(random, contents);
    const wanted = Math.exp(
      random.between(Math.log(settings.signalToNoise.low), Math.log(settings.signalToNoise.high)),
    );
    const part = { side, offset: this.offset, size: settings.sizePx };
    const strength = strengthOf(clean, contents, part);
    const noise = this.noise(random);
    const louder = strength / Math.sqrt(wanted * varianceOf(noise.re, part));
    const border = drawBorder(random, settings, side);
    const { pair, clean: still } = this.scratch;
    const ground = still.re;
    const { loss } = contents.specimen;
    const slope = slowField(
      random,
      side,
      random.uniform() < 0.4 * settings.effects ? strength * random.between(0, 3) : 0,
    );
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
    const finish = this.preparation(random);
    this.fourier.filter(pair, finish);
    const scale = robustScale(pair.re);
    if (settings.withClean) this.fourier.filter(still, finish);
    return {
      sizePx: settings.sizePx,
      image: this.cut(pair.re, scale),
      second: this.cut(pair.im, scale),
      clean: settings.withClean ? this.cut(ground, scale) : undefined,
      ...this.labels(contents, border),
      signalToNoise: wanted,
      protein: contents.protein,
      extentPx: contents.extentPx,
      pixelSizeAngstrom: contents.pixelSizeAngstrom,
      defocusAngstrom: contents.optics.defocusAngstrom,
    };
  }

  /** Scene after scene, from `first` on, without end. */
  *from(first = 0): Generator<TrainingScene, never> {
    for (let index = first; ; index++) yield this.at(index);
  }

  /** Relative intensities that protein, and all else, make through the transfer function: 2 · CTF ⊛ phase. */
  private contrasts(
    random: Random,
    { protein2d, specimen, optics, extentPx, pixelSizeAngstrom }: SceneContents,
  ) {
    const perVoltAngstrom = interactionConstant(optics.voltageKilovolt);
    const { contrasts: field, transfer: table } = this.scratch;
    // Carbon is amorphous: its own structure is white, of a strength like the particles'.
    const texture =
      random.between(0.15, 0.7) * perVoltAngstrom * proteinPotentialVolt * (extentPx / 2) * pixelSizeAngstrom;
    for (let i = 0; i < protein2d.length; i++) {
      field.re[i] = perVoltAngstrom * (protein2d[i] ?? 0);
      const film = specimen.carbon[i] ?? 0;
      const phase = perVoltAngstrom * (specimen.potential[i] ?? 0);
      field.im[i] =
        strongestPhase * Math.tanh(phase / strongestPhase) +
        (film > 0 ? film * texture * random.normal() : 0);
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
  private noise(random: Random) {
    const { fourier } = this;
    const { noise: field, waves, transfer } = this.scratch;
    const white = random.between(0.3, 1);
    const slow = random.between(0, this.settings.longWaves) ** 2;
    const ice = random.between(0, 0.6) ** 2;
    const length = Math.exp(random.between(Math.log(3), Math.log(30)));
    const fall = random.between(0.8, 1.8);
    fourier.radialTable((k) => (1 + (k * length) ** 2) ** -fall, waves);
    const [waveScale, iceScale] = [slow / sumOf(waves), ice / sumOfSquares(transfer)];
    const flat = white / waves.length;
    const factor = 1 / Math.sqrt(white + slow + ice);
    // White noise has a white spectrum: it is drawn there, and comes back once.
    for (let i = 0; i < waves.length; i++) {
      const power = flat + waveScale * (waves[i] ?? 0) + iceScale * (transfer[i] ?? 0) ** 2;
      const amplitude = factor * Math.sqrt(power);
      field.re[i] = amplitude * random.normal();
      field.im[i] = amplitude * random.normal();
    }
    fourier.backward(field);
    return field;
  }

  /** The picker's high-pass, and sometimes somebody's smoothing. */
  private preparation(random: Random): Float32Array {
    const { highpassDiameters, workingDiameterPx, effects } = this.settings;
    const smoothing = random.uniform() < 0.25 * effects ? lowpass(random.between(1, 14)) : undefined;
    return this.fourier.radialTable(
      product(
        ...(highpassDiameters > 0 ? [highpass(highpassDiameters * workingDiameterPx)] : []),
        ...(smoothing ? [smoothing] : []),
      ),
      this.scratch.finish,
    );
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

  private labels({ particles, specimen, heaps }: SceneContents, border: Border) {
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
        if (isHeap || Math.abs(inside) < workingDiameterPx / 4) ignore[at] = 1;
      }
    }
    const reach = workingDiameterPx / 2;
    const isNear = (v: number): boolean => v >= -reach && v <= sizePx - 1 + reach;
    return {
      contamination,
      ignore,
      particles: particles
        .filter((place) => insideBorder(place.x, place.y, side, border) >= 0)
        .filter((place) => !isMarked(specimen.contamination, specimen, place))
        .map(({ x, y }) => ({ x: x - offset, y: y - offset }))
        .filter(({ x, y }) => isNear(x) && isNear(y)),
    };
  }

  private get offset(): number {
    return (this.side - this.settings.sizePx) / 2;
  }
}
