import type { JobOptions } from '../../core/progress.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { product } from '../../fft/transfer.ts';
import type { RadialTransfer } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { drawContaminants } from './contaminantMaps.ts';
import { iceContrast, iceRings, iceSpectrum, iceThickness, iceTransmission, showsIceRings } from './ice.ts';
import { addInto, breathe, image, scaleToRms, whiteNoise } from './imaging.ts';
import { contrastTransfer, interactionConstant } from './optics.ts';
import { checkParameters, type SimulationParameters } from './parameters.ts';
import { type PlacedParticle, placeAggregate, placeParticles } from './placement.ts';
import { addProjection } from './projection.ts';
import { addTile, VolumeProjector, VolumeSpectrum } from './projector.ts';
import { cameraResponses } from './response.ts';
import { particleBlobs, randomRotation } from './shapes.ts';
import { dosePerPixelOf } from './signalToNoise.ts';
import { emptySpecimen, markDisc, type Specimen } from './specimen.ts';
import { type ParticleVolume, proteinPotentialVolt } from './volume.ts';

/** What the beam sees, before electrons are counted. Pictures are width × height, row-major. */
export interface SimulatedField {
  readonly width: number;
  readonly height: number;
  /** Relative change of intensity by what lies in the ice: particles, and contaminants where there are any. */
  readonly contrast: Float32Array<ArrayBuffer>;
  /** The particles' alone, for the signal-to-noise ratio; `contrast` itself where nothing else is there. */
  readonly particleContrast?: Float32Array<ArrayBuffer> | undefined;
  /** Relative change by random structure: of the ice, of carbon film, and the speckle of hexagonal ice. */
  readonly solvent: Float32Array<ArrayBuffer>;
  /** What part of the intensity comes through, against the mean; undefined where it is even. */
  readonly transmission?: Float32Array<ArrayBuffer> | undefined;
  /** 1 where nothing shall be picked; undefined where there is no contamination. */
  readonly contamination?: Uint8Array<ArrayBuffer> | undefined;
  /** True centres, px. */
  readonly truth: readonly PlacedParticle[];
  /** Electrons counted on a pixel over the whole exposure, on average. */
  readonly dosePerPixel: number;
  /** Goes on behind the draws for the field. */
  readonly random: Random;
}

export interface SimulationJob extends JobOptions {
  /** Particles are projections of it, and not of a shape. */
  readonly volume?: ParticleVolume | undefined;
}

/** What is done before electrons are counted. */
export const fieldStages = ['Placing particles', 'Imaging particles', 'Imaging solvent'] as const;

/** Particles between two looks at the abort signal. */
const particlesAtOnce = 32;

/** Keeps the draws for what is extra apart from those for the particles, which are then the same without it. */
const contaminantSeed = 0x0c0ffee5;
const aggregateSeed = 0x0a99e9a7;
const iceSeed = 0x01ce1ce1;
const textureSeed = 0x07e87e87;
/** Rms contrast of carbon film's own structure, and of crystalline ice's speckle: chosen values. */
const carbonContrast = 0.06;
const speckleContrast = 0.06;
/** Phases beyond this are no weak ones, rad: a soft limit keeps gold and crystals from outshining all. */
const strongestPhase = 0.6;
/** A heap's mark reaches so far from the centres in it, diameters. */
const heapRadius = 0.6;

/**
 * Particles and ice as the microscope images them. The same parameters give the same field.
 * @throws UsageError for parameters that make no micrograph.
 */
export async function simulateField(
  context: GpuContext,
  parameters: SimulationParameters,
  { signal, onProgress, volume }: SimulationJob = {},
): Promise<SimulatedField> {
  checkParameters(parameters);
  const { size: width, height = width, pixelSizeAngstrom, optics } = parameters;
  const enter = async (index: number): Promise<void> => {
    await breathe(signal);
    onProgress?.({ stage: fieldStages[index] ?? '', done: index, total: fieldStages.length });
  };

  await enter(0);
  const random = createRandom(parameters.seed);
  const specimen = drawSpecimen(parameters, width, height);
  const truth = placeTruth(random, parameters, specimen, width, height);
  const thickness = new Float32Array(width * height);
  const project = projectorOf(parameters, { data: thickness, width, height }, volume);
  for (const [i, place] of truth.entries()) {
    if (i % particlesAtOnce === 0) await breathe(signal);
    project(random, place);
  }
  const kept = await drawAggregates(parameters, specimen, truth, project, signal);

  await enter(1);
  const camera = cameraResponses[parameters.camera];
  const transfer = contrastTransfer(optics);
  const perPixel: RadialTransfer = (k) => transfer(k / pixelSizeAngstrom) * camera.modulation(k);
  const perVoltAngstrom = interactionConstant(optics.voltageKilovolt);
  // Weak phase: intensity is 1 + 2·phase, convolved with the transfer function (its sign is in the transfer).
  const particleContrast = await image(
    context,
    thickness,
    width,
    height,
    (k) => 2 * perVoltAngstrom * proteinPotentialVolt * perPixel(k),
  );
  let contrast = particleContrast;
  if (specimen) {
    const phase = specimen.potential.map(
      (potential) => strongestPhase * Math.tanh((perVoltAngstrom * potential) / strongestPhase),
    );
    contrast = await image(context, phase, width, height, (k) => 2 * perPixel(k));
    addInto(contrast, particleContrast);
  }

  await enter(2);
  const solvent = await image(
    context,
    whiteNoise(random, width * height),
    width,
    height,
    product((k) => iceSpectrum(k / pixelSizeAngstrom), perPixel),
  );
  scaleToRms(solvent, iceContrast(parameters.iceNanometre));
  if (specimen) await addTextures(context, parameters, specimen, solvent, perPixel);

  const field = {
    width,
    height,
    contrast,
    particleContrast,
    solvent,
    transmission: transmissionOf(parameters, specimen, width, height),
    contamination: specimen?.contamination,
    truth: kept,
    random,
  };
  return { ...field, dosePerPixel: dosePerPixelOf(parameters, field) };
}

/** Undefined where nothing but particles is asked for. */
function drawSpecimen(
  { seed, contaminants, contaminantSizes, aggregates, pixelSizeAngstrom }: SimulationParameters,
  width: number,
  height: number,
): Specimen | undefined {
  const isClean = aggregates === 0 && Object.values(contaminants).every((count) => count === 0);
  if (isClean) return undefined;
  const specimen = emptySpecimen(width, height, pixelSizeAngstrom);
  const random = createRandom((seed ^ contaminantSeed) >>> 0);
  drawContaminants(random, specimen, contaminants, contaminantSizes);
  return specimen;
}

function placeTruth(
  random: Random,
  { particles, diameterAngstrom, pixelSizeAngstrom, spacingDiameters }: SimulationParameters,
  specimen: Specimen | undefined,
  width: number,
  height: number,
): readonly PlacedParticle[] {
  const diameterPx = diameterAngstrom / pixelSizeAngstrom;
  return placeParticles(random, particles, width, height, diameterPx, {
    spacingDiameters,
    ...(specimen
      ? {
          isForbidden: ({ x, y }) => specimen.contamination[Math.round(y) * width + Math.round(x)] === 1,
        }
      : {}),
  });
}

type Project = (random: Random, place: PlacedParticle) => void;

/** Adds a particle in a random orientation, in Å of solid protein. */
function projectorOf(
  { diameterAngstrom, pixelSizeAngstrom, shape }: SimulationParameters,
  canvas: { readonly data: Float32Array<ArrayBuffer>; readonly width: number; readonly height: number },
  volume: ParticleVolume | undefined,
): Project {
  if (volume) {
    const projector = new VolumeProjector(new VolumeSpectrum(volume), pixelSizeAngstrom);
    return (random, place) =>
      addTile(canvas, projector.project(randomRotation(random), place), 1 / proteinPotentialVolt);
  }
  const blobs = particleBlobs(shape);
  const diameterPx = diameterAngstrom / pixelSizeAngstrom;
  return (random, place) =>
    addProjection(canvas, blobs, randomRotation(random), place, diameterPx, pixelSizeAngstrom);
}

/** Heaps of particles, marked as contamination. @returns the truth that no heap has swallowed. */
async function drawAggregates(
  { seed, aggregates, diameterAngstrom, pixelSizeAngstrom }: SimulationParameters,
  specimen: Specimen | undefined,
  truth: readonly PlacedParticle[],
  project: Project,
  signal: AbortSignal | undefined,
): Promise<readonly PlacedParticle[]> {
  if (!specimen || aggregates === 0) return truth;
  const { width, height, contamination } = specimen;
  const random = createRandom((seed ^ aggregateSeed) >>> 0);
  const diameterPx = diameterAngstrom / pixelSizeAngstrom;
  for (let heap = 0; heap < aggregates; heap++) {
    await breathe(signal);
    for (const place of placeAggregate(random, 5 + random.integer(16), width, height, diameterPx)) {
      project(random, place);
      markDisc(contamination, specimen, place, heapRadius * diameterPx);
    }
  }
  return truth.filter(({ x, y }) => contamination[Math.round(y) * width + Math.round(x)] !== 1);
}

/** Carbon film's structure, and the rings of crystalline ice where the pixels are small enough. */
async function addTextures(
  context: GpuContext,
  { seed, pixelSizeAngstrom }: SimulationParameters,
  specimen: Specimen,
  solvent: Float32Array<ArrayBuffer>,
  perPixel: RadialTransfer,
): Promise<void> {
  const random = createRandom((seed ^ textureSeed) >>> 0);
  const { width, height } = specimen;
  const add = async (weights: Float32Array, rms: number, transfer: RadialTransfer): Promise<void> => {
    if (!weights.some((weight) => weight > 0)) return;
    const texture = await image(context, whiteNoise(random, weights.length), width, height, transfer);
    scaleToRms(texture, rms);
    for (let i = 0; i < texture.length; i++)
      solvent[i] = (solvent[i] ?? 0) + (texture[i] ?? 0) * (weights[i] ?? 0);
  };
  await add(specimen.carbon, carbonContrast, perPixel);
  if (showsIceRings(pixelSizeAngstrom))
    await add(specimen.crystal, speckleContrast, (k) => iceRings(k / pixelSizeAngstrom));
}

function transmissionOf(
  { seed, iceNanometre, iceVariationNanometre }: SimulationParameters,
  specimen: Specimen | undefined,
  width: number,
  height: number,
): Float32Array<ArrayBuffer> | undefined {
  const isEven = iceVariationNanometre === 0 || iceNanometre === 0;
  if (isEven && !specimen) return undefined;
  const random = createRandom((seed ^ iceSeed) >>> 0);
  const result = isEven
    ? new Float32Array(width * height).fill(1)
    : iceThickness(random, width, height, iceNanometre, iceVariationNanometre).map((thickness) =>
        iceTransmission(thickness - iceNanometre),
      );
  if (specimen)
    for (let i = 0; i < result.length; i++) result[i] = (result[i] ?? 0) * Math.exp(-(specimen.loss[i] ?? 0));
  return result;
}
