import type { GpuContext } from '../../gpu/context.ts';
import type { LoadedPlane } from '../load.ts';
import { powerSpectrum } from '../powerSpectrum.ts';
import { bandAmplitudes } from './bands.ts';
import { findForeignBodies } from './bodies.ts';
import { smearedBorder } from './border.ts';
import { type Preview, readPreview } from './preview.ts';
import type { QualityFeatures } from './score.ts';
import { spectrumFeatures } from './spectrum.ts';

/** What a preview alone tells: some tenths of a second on the processor, in pieces that let others in between. */
export async function previewFeatures(preview: Preview, diameterSamples?: number): Promise<QualityFeatures> {
  const bands = bandAmplitudes(preview);
  await breath();
  const bodies = findForeignBodies(preview, diameterSamples);
  await breath();
  return { bands, bodies, trendRange: preview.trendRange, smearedBorder: smearedBorder(preview) };
}

/** A worker that measures has tiles to give out, too. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export interface QualityLengths {
  readonly pixelSizeAngstrom: number | undefined;
  readonly diameterAngstrom: number | undefined;
}

/** The smallest picture that has a spectrum, px. */
const leastSide = 32;
/** With coarser pixels the rings of ice are at Nyquist or beyond, so that a spectrum tells nothing that counts. */
const coarsestAngstrom = 1.6;

/**
 * Measures what the quality of a loaded micrograph is judged by: on a preview of 512 px at most, and with a known pixel
 * size and fine enough pixels by the amplitude spectrum in full resolution. `scoreQuality` makes a score and a sentence of it.
 * @param size of the micrograph, px.
 * @param lengths pixel size of the file and diameter of the particles, as far as they are known.
 */
export async function measureQuality(
  context: GpuContext,
  loaded: LoadedPlane,
  size: { readonly width: number; readonly height: number },
  { pixelSizeAngstrom, diameterAngstrom }: QualityLengths,
): Promise<QualityFeatures> {
  const preview = await readPreview(context, loaded, size);
  const sampleAngstrom = preview.pixelsPerSample * (pixelSizeAngstrom ?? 0);
  const isSized = sampleAngstrom > 0 && diameterAngstrom !== undefined;
  const features = await previewFeatures(preview, isSized ? diameterAngstrom / sampleAngstrom : undefined);
  const { width, height } = loaded.plane;
  if (pixelSizeAngstrom === undefined || Math.min(width, height) < leastSide) return features;
  if (pixelSizeAngstrom * loaded.bin > coarsestAngstrom) return features;
  const spectrum = spectrumFeatures(await powerSpectrum(context, loaded, pixelSizeAngstrom));
  return { ...features, spectrum };
}
