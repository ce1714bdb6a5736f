import type { GpuContext } from '../../gpu/context.ts';
import { fieldStages, type SimulatedField, type SimulationJob, simulateField } from './field.ts';
import { breathe, image } from './imaging.ts';
import type { SimulationParameters } from './parameters.ts';
import type { PlacedParticle } from './placement.ts';
import { cameraResponses } from './response.ts';
import { varianceAround } from './signalToNoise.ts';

export { type SimulatedField, type SimulationJob, simulateField } from './field.ts';
export { defaultSimulation, type SimulationParameters } from './parameters.ts';

export interface SimulatedMicrograph {
  readonly width: number;
  readonly height: number;
  /** Electrons counted in each pixel; of an integrating camera, its signal in electrons. */
  readonly counts: Float32Array<ArrayBuffer>;
  /** What the counts would be without noise and the random structure of ice and carbon. */
  readonly clean: Float32Array<ArrayBuffer>;
  /** True centres, px. */
  readonly truth: readonly PlacedParticle[];
  /** 1 where nothing shall be picked; undefined where there is no contamination. */
  readonly contamination: Uint8Array<ArrayBuffer> | undefined;
  /** Electrons counted on a pixel, on average. */
  readonly dosePerPixel: number;
  /**
   * Variance of the particles' clean picture over the variance of all noise per pixel, both within half a diameter of the
   * centres; 0 without particles.
   */
  readonly signalToNoise: number;
}

/**
 * A micrograph with its truth: weak phase objects, contrast transfer, structured solvent, contaminants, counted electrons.
 * The same parameters give the same picture. What is assumed stands in README.md of this folder.
 * @throws UsageError for parameters that make no micrograph.
 */
export async function simulateMicrograph(
  context: GpuContext,
  parameters: SimulationParameters,
  { signal, onProgress, volume }: SimulationJob = {},
): Promise<SimulatedMicrograph> {
  const total = fieldStages.length + 1;
  const report = (stage: string, done: number): void => onProgress?.({ stage, done, total });
  const field = await simulateField(context, parameters, {
    signal,
    volume,
    onProgress: ({ stage, done }) => report(stage, done),
  });
  await breathe(signal);
  report('Counting electrons', fieldStages.length);
  const { width, height, truth, contamination, dosePerPixel } = field;
  const counts = await countElectrons(field, signal);
  const expected = expectedCounts(field);
  let noise = counts.map((count, i) => count - (expected[i] ?? 0));
  if (parameters.camera === 'integrating') {
    noise = await image(context, noise, width, height, cameraResponses.integrating.noise);
    for (let i = 0; i < counts.length; i++) counts[i] = (expected[i] ?? 0) + (noise[i] ?? 0);
  }
  const clean = cleanPicture(field);
  for (let i = 0; i < noise.length; i++) noise[i] = (counts[i] ?? 0) - (clean[i] ?? 0);
  const radius = parameters.diameterAngstrom / parameters.pixelSizeAngstrom / 2;
  const signalVariance = varianceAround(field, field.particleContrast ?? field.contrast, radius);
  const noiseVariance = varianceAround(field, noise, radius);
  const signalToNoise = noiseVariance > 0 ? (dosePerPixel ** 2 * signalVariance) / noiseVariance : 0;
  report('Done', total);
  return { width, height, counts, clean, truth, contamination, dosePerPixel, signalToNoise };
}

/** What the counts would be without solvent and counting noise: dose · transmission · (1 + contrast). */
export function cleanPicture({
  contrast,
  transmission,
  dosePerPixel,
}: SimulatedField): Float32Array<ArrayBuffer> {
  return contrast.map((change, i) => dosePerPixel * (transmission?.[i] ?? 1) * (1 + change));
}

/** The mean of what is counted on each pixel. */
export function expectedCounts({
  contrast,
  solvent,
  transmission,
  dosePerPixel,
}: SimulatedField): Float32Array<ArrayBuffer> {
  return contrast.map(
    (change, i) => dosePerPixel * (transmission?.[i] ?? 1) * Math.max(0, 1 + change + (solvent[i] ?? 0)),
  );
}

/** Pixels between two looks at the abort signal. */
const countingChunk = 1 << 19;

async function countElectrons(
  field: SimulatedField,
  signal: AbortSignal | undefined,
): Promise<Float32Array<ArrayBuffer>> {
  const counts = expectedCounts(field);
  for (let i = 0; i < counts.length; i++) {
    if (i % countingChunk === 0) await breathe(signal);
    counts[i] = field.random.poisson(counts[i] ?? 0);
  }
  return counts;
}
