import { UsageError } from '../../core/errors.ts';
import { iceTransmission } from './ice.ts';
import type { SimulationParameters } from './parameters.ts';
import type { PlacedParticle } from './placement.ts';
import { cameraResponses, meanPower } from './response.ts';

/** A picture's size, and where its particles are, px. */
interface Placed {
  readonly width: number;
  readonly height: number;
  readonly truth: readonly PlacedParticle[];
}

/** Relative changes of intensity by particles and by the ice's own structure. */
interface Contrasts extends Placed {
  readonly particleContrast: Float32Array;
  readonly solvent: Float32Array;
}

/**
 * Electrons counted on a pixel. For a wanted signal-to-noise ratio X: with N electrons the signal's variance is N²·c²
 * (c: of the contrast), the noise's N·m + N²·s² (m: what the camera does to white noise, s: of the structured ice), so
 * N = X·m / (c² − X·s²).
 */
export function dosePerPixelOf(parameters: SimulationParameters, field: Contrasts): number {
  const { signalToNoise, pixelSizeAngstrom, diameterAngstrom, iceNanometre } = parameters;
  const camera = cameraResponses[parameters.camera];
  if (signalToNoise === undefined) {
    const arriving = parameters.doseElectronsPerSquareAngstrom * pixelSizeAngstrom ** 2;
    return arriving * iceTransmission(iceNanometre) * camera.detectedPart;
  }
  const radius = diameterAngstrom / pixelSizeAngstrom / 2;
  const signal = varianceAround(field, field.particleContrast, radius);
  if (signal === 0) {
    throw new UsageError('Without particles there is no signal-to-noise ratio: give a dose instead.');
  }
  const structure = varianceAround(field, field.solvent, radius);
  const rest = signal - signalToNoise * structure;
  if (rest <= 0) {
    throw new UsageError(
      `A signal-to-noise ratio of ${signalToNoise} can't be reached: at any dose, the ice's own structure leaves ${Number((signal / structure).toPrecision(2))}; take thinner ice or larger particles.`,
    );
  }
  return (signalToNoise * meanPower(camera.noise)) / rest;
}

/** Electrons per Å² that hit the specimen, from those that are counted on a pixel. */
export function doseOf(
  dosePerPixel: number,
  { pixelSizeAngstrom, iceNanometre, camera }: SimulationParameters,
): number {
  const counted = iceTransmission(iceNanometre) * cameraResponses[camera].detectedPart;
  return dosePerPixel / counted / pixelSizeAngstrom ** 2;
}

/** The variance of a picture within a radius of the true centres; 0 without any. */
export function varianceAround(
  { width, height, truth }: Placed,
  picture: Float32Array,
  radius: number,
): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const { x, y } of truth) {
    for (let v = Math.max(0, Math.ceil(y - radius)); v <= Math.min(height - 1, y + radius); v++) {
      for (let u = Math.max(0, Math.ceil(x - radius)); u <= Math.min(width - 1, x + radius); u++) {
        if ((u - x) ** 2 + (v - y) ** 2 > radius ** 2) continue;
        const value = picture[v * width + u] ?? 0;
        count++;
        sum += value;
        squares += value * value;
      }
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}
