import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { filterPlane } from '../../fft/filter.ts';
import { product } from '../../fft/transfer.ts';
import { FourierTransforms, type RadialTransfer } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { contrastTransfer, interactionConstant, type Optics } from './optics.ts';
import { type PlacedParticle, placeParticles } from './placement.ts';
import { projectParticles } from './projection.ts';
import { type ParticleShape, particleBlobs } from './shapes.ts';

export interface SimulationParameters {
  /** Edge of the square micrograph, px; columns only where `height` is given. */
  readonly size: number;
  /** Rows, px, of a micrograph that is no square. */
  readonly height?: number | undefined;
  readonly seed: number;
  /** How many to place; fewer come out when they don't fit. */
  readonly particles: number;
  readonly shape: ParticleShape;
  /** Longest extent of a particle, Å. */
  readonly diameterAngstrom: number;
  readonly pixelSizeAngstrom: number;
  /** Electrons per Å² over the whole exposure. */
  readonly doseElectronsPerSquareAngstrom: number;
  readonly optics: Optics;
}

export const defaultSimulation: SimulationParameters = {
  size: 2048,
  seed: 1,
  particles: 200,
  shape: 'barrel',
  diameterAngstrom: 150,
  pixelSizeAngstrom: 1.5,
  doseElectronsPerSquareAngstrom: 40,
  optics: {
    voltageKilovolt: 300,
    sphericalAberrationMm: 2.7,
    amplitudeContrast: 0.1,
    defocusAngstrom: 15000,
    envelopeAngstromSquared: 60,
  },
};

export interface SimulatedMicrograph {
  readonly width: number;
  readonly height: number;
  /** Electrons counted in each pixel. */
  readonly counts: Float32Array<ArrayBuffer>;
  /** What the counts would be without solvent and counting noise: dose · (1 + contrast). */
  readonly clean: Float32Array<ArrayBuffer>;
  /** True centres, px. */
  readonly truth: readonly PlacedParticle[];
  /** Variance of the clean image over the variance of all noise, within half a diameter of the centres. */
  readonly signalToNoise: number;
}

/** Mean inner potential of protein above that of vitreous ice, V (about 5.2 against 3.5). */
const proteinPotentialVolt = 1.7;
/** Relative intensity fluctuations that the ice itself makes, rms. */
const solventContrast = 0.02;

/** What the beam sees, before electrons are counted. Pictures are width × height, row-major. */
export interface SimulatedField {
  readonly width: number;
  readonly height: number;
  /** Relative change of intensity by the particles, and by the ice around them. */
  readonly contrast: Float32Array<ArrayBuffer>;
  readonly solvent: Float32Array<ArrayBuffer>;
  /** True centres, px. */
  readonly truth: readonly PlacedParticle[];
  /** Electrons on a pixel over the whole exposure, on average. */
  readonly dosePerPixel: number;
  /** Goes on behind the draws for the field. */
  readonly random: Random;
}

/** What is done before electrons are counted. */
const fieldStages = ['Placing particles', 'Imaging particles', 'Imaging solvent'] as const;

/**
 * A micrograph with its truth: weak phase objects, contrast transfer, structured solvent, counted electrons. The same
 * parameters give the same picture.
 * @throws UsageError for parameters that make no micrograph.
 */
export async function simulateMicrograph(
  context: GpuContext,
  parameters: SimulationParameters,
  { signal, onProgress }: JobOptions = {},
): Promise<SimulatedMicrograph> {
  const total = fieldStages.length + 1;
  const report = (stage: string, done: number): void => onProgress?.({ stage, done, total });
  const field = await simulateField(context, parameters, {
    signal,
    onProgress: ({ stage, done }) => report(stage, done),
  });
  await breathe(signal);
  report('Counting electrons', fieldStages.length);
  const { width, height, truth } = field;
  const { counts, clean } = await countElectrons(field, signal);
  const radius = parameters.diameterAngstrom / parameters.pixelSizeAngstrom / 2;
  const signalToNoise = measureSignalToNoise(clean, counts, truth, width, height, radius);
  report('Done', total);
  return { width, height, counts, clean, truth, signalToNoise };
}

/**
 * Particles and ice as the microscope images them. The same parameters give the same field.
 * @throws UsageError for parameters that make no micrograph.
 */
export async function simulateField(
  context: GpuContext,
  parameters: SimulationParameters,
  { signal, onProgress }: JobOptions = {},
): Promise<SimulatedField> {
  checkParameters(parameters);
  const { size: width, height = width, pixelSizeAngstrom, diameterAngstrom, optics } = parameters;
  const enter = async (index: number): Promise<void> => {
    await breathe(signal);
    onProgress?.({ stage: fieldStages[index] ?? '', done: index, total: fieldStages.length });
  };

  await enter(0);
  const random = createRandom(parameters.seed);
  const diameterPx = diameterAngstrom / pixelSizeAngstrom;
  const truth = placeParticles(random, parameters.particles, width, height, diameterPx);
  const blobs = particleBlobs(parameters.shape);
  const thickness = projectParticles(random, blobs, truth, width, height, diameterPx, pixelSizeAngstrom);

  await enter(1);
  const transfer = contrastTransfer(optics);
  const perPixel: RadialTransfer = (k) => transfer(k / pixelSizeAngstrom);
  const phasePerAngstrom = interactionConstant(optics.voltageKilovolt) * proteinPotentialVolt;
  // Weak phase: intensity is 1 + 2·phase, convolved with the transfer function (its sign is in the transfer).
  const contrast = await image(context, thickness, width, height, (k) => 2 * phasePerAngstrom * perPixel(k));

  await enter(2);
  const white = new Float32Array(width * height);
  for (let i = 0; i < white.length; i++) white[i] = random.normal();
  // Power 1 / (1 + (100 Å·k)²): long waves of ice thickness over a white ground.
  const colour: RadialTransfer = (k) => 1 / Math.sqrt(1 + ((100 * k) / pixelSizeAngstrom) ** 2);
  const solvent = await image(context, white, width, height, product(colour, perPixel));
  scaleToRms(solvent, solventContrast);

  const dosePerPixel = parameters.doseElectronsPerSquareAngstrom * pixelSizeAngstrom ** 2;
  return { width, height, contrast, solvent, truth, dosePerPixel, random };
}

/** What the counts would be without solvent and counting noise: dose · (1 + contrast). */
export function cleanPicture({ contrast, dosePerPixel }: SimulatedField): Float32Array<ArrayBuffer> {
  return contrast.map((change) => dosePerPixel * (1 + change));
}

/** Lets a waiting abort arrive. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

function checkParameters(parameters: SimulationParameters): void {
  const { size, height = size, particles, diameterAngstrom } = parameters;
  const { pixelSizeAngstrom, doseElectronsPerSquareAngstrom } = parameters;
  const shape = height === size ? `${size}` : `${size} × ${height}`;
  if (![size, height].every((side) => Number.isInteger(side) && side >= 32 && side <= 16384)) {
    throw new UsageError(`A micrograph of ${shape} px can't be simulated: choose a size from 32 to 16384.`);
  }
  if (!Number.isInteger(particles) || particles < 0 || particles > 100000) {
    throw new UsageError(`${particles} particles can't be simulated: choose from 0 to 100000.`);
  }
  for (const [name, value] of Object.entries({
    diameterAngstrom,
    pixelSizeAngstrom,
    doseElectronsPerSquareAngstrom,
  })) {
    if (!(value > 0 && Number.isFinite(value)))
      throw new UsageError(`${name} must be above 0, but is ${value}.`);
  }
  if (diameterAngstrom / pixelSizeAngstrom > Math.min(size, height) / 2) {
    throw new UsageError(
      `A particle of ${diameterAngstrom} Å does not fit a micrograph of ${shape} px at ${pixelSizeAngstrom} Å: take a larger size.`,
    );
  }
}

/** Uploads, filters and reads back an image. */
async function image(
  context: GpuContext,
  data: Float32Array<ArrayBuffer>,
  width: number,
  height: number,
  transfer: RadialTransfer,
): Promise<Float32Array<ArrayBuffer>> {
  const transforms = new FourierTransforms(context);
  const source = { buffer: context.upload('simulation', data), width, height };
  try {
    const result = await filterPlane(context, transforms, source, transfer);
    try {
      return new Float32Array(await context.read(result.buffer, width * height * 4));
    } finally {
      context.free(result.buffer);
    }
  } finally {
    context.free(source.buffer);
    transforms.destroy();
  }
}

function scaleToRms(values: Float32Array, wanted: number): void {
  let sum = 0;
  for (const value of values) sum += value * value;
  const factor = sum > 0 ? wanted / Math.sqrt(sum / values.length) : 0;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
}

/** Pixels between two looks at the abort signal. */
const countingChunk = 1 << 19;

async function countElectrons(
  { contrast, solvent, dosePerPixel, random }: SimulatedField,
  signal: AbortSignal | undefined,
): Promise<{ counts: Float32Array<ArrayBuffer>; clean: Float32Array<ArrayBuffer> }> {
  const counts = new Float32Array(contrast.length);
  const clean = new Float32Array(contrast.length);
  for (let i = 0; i < counts.length; i++) {
    if (i % countingChunk === 0) await breathe(signal);
    const signalPart = contrast[i] ?? 0;
    clean[i] = dosePerPixel * (1 + signalPart);
    counts[i] = random.poisson(dosePerPixel * Math.max(0, 1 + signalPart + (solvent[i] ?? 0)));
  }
  return { counts, clean };
}

/** Over the particles' area; 0 without particles. */
function measureSignalToNoise(
  clean: Float32Array,
  counts: Float32Array,
  truth: readonly PlacedParticle[],
  width: number,
  height: number,
  radius: number,
): number {
  let n = 0;
  let signalSum = 0;
  let signalSquares = 0;
  let noiseSum = 0;
  let noiseSquares = 0;
  for (const { x, y } of truth) {
    for (let v = Math.max(0, Math.ceil(y - radius)); v <= Math.min(height - 1, y + radius); v++) {
      for (let u = Math.max(0, Math.ceil(x - radius)); u <= Math.min(width - 1, x + radius); u++) {
        if ((u - x) ** 2 + (v - y) ** 2 > radius ** 2) continue;
        const value = clean[v * width + u] ?? 0;
        const noise = (counts[v * width + u] ?? 0) - value;
        n++;
        signalSum += value;
        signalSquares += value * value;
        noiseSum += noise;
        noiseSquares += noise * noise;
      }
    }
  }
  if (n === 0) return 0;
  return (signalSquares / n - (signalSum / n) ** 2) / (noiseSquares / n - (noiseSum / n) ** 2);
}
