import type { Random } from '../../core/random.ts';
import { highpass, lowpass, product } from '../../fft/transfer.ts';
import type { RadialTransfer } from '../../fft/transform.ts';
import { interactionConstant } from './optics.ts';
import { type Border, drawBorder } from './sceneBorder.ts';
import type { ContentSettings, Range, SceneContents } from './sceneContents.ts';
import { proteinPotentialVolt } from './volume.ts';

/** How scenes are imaged. */
export interface ImagingSettings {
  /** Drawn evenly in the logarithm. See `TrainingScene.signalToNoise`. */
  readonly signalToNoise: Range;
  /** Scales how often ice is of uneven thickness and pictures were smoothed by somebody: 1 as in the README, 0 never. */
  readonly effects: number;
  /** Amplitude of the long waves in the noise, at most, where that of its white part is 0.55 to 1. */
  readonly longWaves: number;
  /** Half-amplitude wavelength of the high-pass, in diameters; 0 for none. */
  readonly highpassDiameters: number;
}

/**
 * Parts of the noise's power: white of counting, long waves of uneven ice with (1 + (k·length)²)^−fall, and ice seen
 * through the transfer function.
 */
export interface NoiseColours {
  readonly white: number;
  readonly slow: number;
  readonly ice: number;
  readonly lengthPx: number;
  readonly fall: number;
}

/** Ice of uneven thickness: values at knots across the canvas, 4 × 4. */
export interface Slope {
  /** In the particles' deviation. */
  readonly amplitude: number;
  readonly knots: readonly number[];
}

export const slopeKnots = 4;

/** All that is drawn of a scene besides its contents and the noise of its pixels. */
export interface SceneImaging {
  /** Deviation of carbon's own structure, rad. */
  readonly textureRadians: number;
  readonly signalToNoise: number;
  readonly colours: NoiseColours;
  readonly border: Border;
  readonly slope: Slope | undefined;
  /** Half-amplitude wavelength of somebody's smoothing, px; 0 for none. */
  readonly smoothingPx: number;
}

/** One after the other, where no pixels are drawn between. */
export function drawImaging(
  random: Random,
  settings: ImagingSettings & ContentSettings,
  contents: SceneContents,
  side: number,
): SceneImaging {
  return {
    textureRadians: drawTexture(random, contents),
    signalToNoise: drawSignalToNoise(random, settings),
    colours: drawColours(random, settings),
    ...drawFinish(random, settings, side),
  };
}

/** Carbon is amorphous: its own structure is white, of a strength like the particles'. */
export function drawTexture(random: Random, { optics, extentPx, pixelSizeAngstrom }: SceneContents): number {
  const perVoltAngstrom = interactionConstant(optics.voltageKilovolt);
  return (
    random.between(0.15, 0.7) * perVoltAngstrom * proteinPotentialVolt * (extentPx / 2) * pixelSizeAngstrom
  );
}

export function drawSignalToNoise(random: Random, { signalToNoise }: ImagingSettings): number {
  return Math.exp(random.between(Math.log(signalToNoise.low), Math.log(signalToNoise.high)));
}

export function drawColours(random: Random, { longWaves }: ImagingSettings): NoiseColours {
  return {
    white: random.between(0.3, 1),
    slow: random.between(0, longWaves) ** 2,
    ice: random.between(0, 0.6) ** 2,
    lengthPx: Math.exp(random.between(Math.log(3), Math.log(30))),
    fall: random.between(0.8, 1.8),
  };
}

/** What happens to the picture once the electrons are counted. */
export function drawFinish(
  random: Random,
  settings: ImagingSettings & ContentSettings,
  side: number,
): Pick<SceneImaging, 'border' | 'slope' | 'smoothingPx'> {
  const { effects } = settings;
  const border = drawBorder(random, settings, side);
  const slope =
    random.uniform() < 0.4 * effects
      ? {
          amplitude: random.between(0, 3),
          knots: Array.from({ length: slopeKnots ** 2 }, () => random.normal()),
        }
      : undefined;
  return { border, slope, smoothingPx: random.uniform() < 0.25 * effects ? random.between(1, 14) : 0 };
}

/** The picker's high-pass, and somebody's smoothing. */
export function finishTransfer(
  { highpassDiameters, workingDiameterPx }: ImagingSettings & ContentSettings,
  { smoothingPx }: SceneImaging,
): RadialTransfer {
  return product(
    ...(highpassDiameters > 0 ? [highpass(highpassDiameters * workingDiameterPx)] : []),
    ...(smoothingPx > 0 ? [lowpass(smoothingPx)] : []),
  );
}
