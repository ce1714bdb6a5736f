import type { Random } from '../../core/random.ts';
import { type ContaminantCounts, drawContaminants } from './contaminants.ts';
import { drawProtein, type ProteinFamily } from './families.ts';
import type { Optics } from './optics.ts';
import { type PlacedParticle, placeAggregate, placeParticles } from './placement.ts';
import { addProjection } from './projection.ts';
import { addTile, VolumeProjector, type VolumeSpectrum } from './projector.ts';
import { type Blob, randomRotation } from './shapes.ts';
import { emptySpecimen, markDisc, type Specimen } from './specimen.ts';
import { proteinPotentialVolt } from './volume.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What scenes are drawn from. */
export interface ContentSettings {
  /** Diameter that the user states, in pixels of the scene. */
  readonly workingDiameterPx: number;
  /** Longest extent of the particle over the diameter stated: people state one too large more often than too small. */
  readonly extents: Range;
  /** Where given, pixels are so long in all scenes, and particles as wide as their proteins are: `extents` has no part. */
  readonly pixelSizeAngstrom?: number;
  readonly families: readonly ProteinFamily[];
  /** Real densities, and how often one of them is taken, 0 … 1. */
  readonly volumes: readonly VolumeSpectrum[];
  readonly volumeShare: number;
  /** Scales how often each distractor comes: 1 as in the README, 0 never. */
  readonly contamination: number;
}

/** A specimen and the beam it is put in, before any noise. */
export interface SceneContents {
  readonly pixelSizeAngstrom: number;
  readonly optics: Optics;
  /** What the protein is: a family's name, or 'volume N' with the number in the list. */
  readonly protein: string;
  /** Longest extent, px. */
  readonly extentPx: number;
  /** V·Å of all protein. */
  readonly protein2d: Float32Array<ArrayBuffer>;
  readonly particles: readonly PlacedParticle[];
  readonly specimen: Specimen;
  /** 1 in heaps of protein, where nobody can say what a particle is. */
  readonly heaps: Uint8Array<ArrayBuffer>;
}

/** How often each distractor comes, and how many of it then, at most. */
const usual: Readonly<Record<keyof ContaminantCounts, readonly [chance: number, most: number]>> = {
  crystals: [0.22, 3],
  hexagonal: [0.1, 1],
  carbon: [0.15, 1],
  gold: [0.08, 12],
  ethane: [0.18, 4],
  dirt: [0.35, 30],
};
const chanceOfHeaps = 0.15;
const chanceOfFragments = 0.15;
const chanceOfCrowd = 0.25;
const chanceOfClusters = 0.12;
const chanceOfNone = 0.05;

/** Draws what is on a canvas of side × side pixels. */
export function drawContents(random: Random, settings: ContentSettings, side: number): SceneContents {
  const { workingDiameterPx, extents, families, volumes, volumeShare, contamination } = settings;
  const drawnPx = workingDiameterPx * random.between(extents.low, extents.high);
  const isVolume = volumes.length > 0 && (families.length === 0 || random.uniform() < volumeShare);
  const chosen = random.integer(isVolume ? volumes.length : Math.max(1, families.length));
  const volume = isVolume ? volumes[chosen] : undefined;
  const family = families[chosen] ?? 'globule';
  const extentAngstrom = volume?.diameterAngstrom ?? logBetween(random, 70, 320);
  const pixelSizeAngstrom = settings.pixelSizeAngstrom ?? extentAngstrom / drawnPx;
  const extentPx = extentAngstrom / pixelSizeAngstrom;
  const optics = drawOptics(random);
  const canvas = { data: new Float32Array(side * side), width: side, height: side };
  const specimen = emptySpecimen(side, side, pixelSizeAngstrom);
  const chance = (of: number): boolean => random.uniform() < of * contamination;

  const counts: { -readonly [kind in keyof ContaminantCounts]: number } = {};
  for (const kind of Object.keys(usual) as (keyof ContaminantCounts)[]) {
    const [often, most] = usual[kind];
    if (chance(often)) counts[kind] = 1 + random.integer(most);
  }
  const stated = workingDiameterPx * pixelSizeAngstrom;
  // Contamination has no favourite size, so it is drawn about the particle's own: what is as large misleads most.
  drawContaminants(random, specimen, counts, {
    smallestAngstrom: 0.5 * stated,
    largestAngstrom: 7 * stated,
  });

  const project = volume
    ? ofVolume(random, volume, pixelSizeAngstrom, canvas)
    : ofBlobs(random, drawProtein(random, family), extentPx, pixelSizeAngstrom, canvas);
  const usualPx = settings.pixelSizeAngstrom === undefined ? 24 : extentPx;
  const particles = drawParticles(random, specimen, extentPx, usualPx, side);
  for (const place of particles) project(place);
  const heaps = new Uint8Array(side * side);
  if (chance(chanceOfHeaps)) {
    for (let heap = 1 + random.integer(3); heap > 0; heap--) {
      for (const place of placeAggregate(random, 5 + random.integer(16), side, side, extentPx)) {
        project(place);
        markDisc(heaps, specimen, place, 0.6 * extentPx);
      }
    }
  }
  if (chance(chanceOfFragments)) {
    const size = extentPx * random.between(0.25, 0.5);
    const other = families[random.integer(Math.max(1, families.length))] ?? 'globule';
    const pieces = ofBlobs(random, drawProtein(random, other), size, pixelSizeAngstrom, canvas);
    for (let piece = 3 + random.integer(40); piece > 0; piece--)
      pieces({ x: random.between(0, side), y: random.between(0, side) });
  }
  return {
    pixelSizeAngstrom,
    optics,
    protein: volume ? `volume ${chosen}` : family,
    extentPx,
    protein2d: canvas.data,
    // Those that a heap swallowed are no particles of their own.
    particles: particles.filter((place) => !isMarked(heaps, specimen, place)),
    specimen,
    heaps,
  };
}

function drawParticles(
  random: Random,
  specimen: Specimen,
  extentPx: number,
  usualPx: number,
  side: number,
): PlacedParticle[] {
  // From a nearly empty picture to one that is full: particles in a field of 16 × 16 usual diameters.
  const inField = logBetween(random, 25, 450);
  const count = random.uniform() < chanceOfNone ? 0 : Math.ceil(inField * (side / (16 * usualPx)) ** 2);
  const spacing = random.uniform() < chanceOfCrowd ? random.between(0.5, 0.8) : random.between(0.8, 1.15);
  const clusters = random.uniform() < chanceOfClusters ? 1 + random.integer(5) : 0;
  return placeParticles(random, count, side, side, extentPx, {
    spacingDiameters: spacing,
    marginPx: -extentPx / 2,
    isForbidden: (place) => isMarked(specimen.contamination, specimen, place),
    clusters,
    attempts: 12,
  });
}

/** Whether a mask is set at a place; beyond the edges, where it is next to it. */
export function isMarked(
  mask: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { x, y }: PlacedParticle,
): boolean {
  const column = Math.max(0, Math.min(width - 1, Math.round(x)));
  const row = Math.max(0, Math.min(height - 1, Math.round(y)));
  return mask[row * width + column] === 1;
}

interface Canvas {
  readonly data: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

function ofVolume(random: Random, volume: VolumeSpectrum, pixelSizeAngstrom: number, canvas: Canvas) {
  const projector = new VolumeProjector(volume, pixelSizeAngstrom);
  return (place: PlacedParticle): void => addTile(canvas, projector.project(randomRotation(random), place));
}

function ofBlobs(
  random: Random,
  blobs: readonly Blob[],
  extentPx: number,
  pixelSizeAngstrom: number,
  canvas: Canvas,
) {
  const dense = blobs.map((blob) => ({ ...blob, weight: blob.weight * proteinPotentialVolt }));
  return (place: PlacedParticle): void =>
    addProjection(canvas, dense, randomRotation(random), place, extentPx, pixelSizeAngstrom);
}

function drawOptics(random: Random): Optics {
  const voltageKilovolt = random.uniform() < 0.7 ? 300 : 200;
  return {
    voltageKilovolt,
    sphericalAberrationMm: 2.7,
    amplitudeContrast: random.between(0.07, 0.1),
    defocusAngstrom: random.between(5_000, 35_000),
    envelopeAngstromSquared: random.between(20, 350),
    phaseShiftRadians: random.uniform() < 0.06 ? Math.PI * random.between(0.3, 0.6) : 0,
  };
}

function logBetween(random: Random, low: number, high: number): number {
  return Math.exp(random.between(Math.log(low), Math.log(high)));
}
