import type { Random } from '../../core/random.ts';
import { contaminationAt } from './contaminantMaps.ts';
import { type Contaminant, type ContaminantCounts, randomContaminants } from './contaminants.ts';
import { drawProtein, type ProteinFamily } from './families.ts';
import type { Optics } from './optics.ts';
import { type PlacedParticle, placeAggregate, placeParticles } from './placement.ts';
import type { VolumeSpectrum } from './projector.ts';
import { type Blob, randomRotation } from './shapes.ts';

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

/** Copies of one protein, or of pieces of one, in random turns. */
export interface ProteinCopies {
  /** Of solid protein, in units of the extent; or a real density. */
  readonly density: readonly Blob[] | VolumeSpectrum;
  /** Of the blobs, px. */
  readonly extentPx: number;
  readonly places: readonly TurnedParticle[];
}

export interface TurnedParticle extends PlacedParticle {
  /** Row-major 3 × 3. */
  readonly rotation: readonly number[];
}

/** A specimen and the beam it is put in, as numbers: before anything is painted, and before any noise. */
export interface SceneContents {
  readonly pixelSizeAngstrom: number;
  readonly optics: Optics;
  /** What the protein is: a family's name, or 'volume N' with the number in the list. */
  readonly protein: string;
  /** Longest extent, px. */
  readonly extentPx: number;
  readonly contaminants: readonly Contaminant[];
  /** All protein: particles, heaps and fragments, in the order in which they are drawn. */
  readonly copies: readonly ProteinCopies[];
  readonly particles: readonly PlacedParticle[];
  /** Places of those in heaps, where nobody can say what a particle is, `heapExtents` about each. */
  readonly heaps: readonly PlacedParticle[];
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
/** Radius of what belongs to a heap about each of its members, in extents. */
export const heapExtents = 0.6;

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
  const chance = (of: number): boolean => random.uniform() < of * contamination;

  const counts: { -readonly [kind in keyof ContaminantCounts]: number } = {};
  for (const kind of Object.keys(usual) as (keyof ContaminantCounts)[]) {
    const [often, most] = usual[kind];
    if (chance(often)) counts[kind] = 1 + random.integer(most);
  }
  const stated = workingDiameterPx * pixelSizeAngstrom;
  // Contamination has no favourite size, so it is drawn about the particle's own: what is as large misleads most.
  const contaminants = randomContaminants(random, { width: side, height: side, pixelSizeAngstrom }, counts, {
    smallestAngstrom: 0.5 * stated,
    largestAngstrom: 7 * stated,
  });

  const density = volume ?? drawProtein(random, family);
  const usualPx = settings.pixelSizeAngstrom === undefined ? 24 : extentPx;
  const isContaminated = atPlaces(contaminationAt(contaminants, pixelSizeAngstrom), side);
  const particles = drawParticles(random, isContaminated, extentPx, usualPx, side);
  const turned = (place: PlacedParticle): TurnedParticle => ({ ...place, rotation: randomRotation(random) });
  const places = particles.map(turned);
  const heaps: PlacedParticle[] = [];
  if (chance(chanceOfHeaps)) {
    for (let heap = 1 + random.integer(3); heap > 0; heap--) {
      const members = placeAggregate(random, 5 + random.integer(16), side, side, extentPx);
      places.push(...members.map(turned));
      heaps.push(...members);
    }
  }
  const copies: ProteinCopies[] = [{ density, extentPx, places }];
  if (chance(chanceOfFragments)) {
    const size = extentPx * random.between(0.25, 0.5);
    const other = drawProtein(random, families[random.integer(Math.max(1, families.length))] ?? 'globule');
    const pieces = Array.from({ length: 3 + random.integer(40) }, () =>
      turned({ x: random.between(0, side), y: random.between(0, side) }),
    );
    copies.push({ density: other, extentPx: size, places: pieces });
  }
  const isInHeap = atPlaces((u, v) => heaps.some((place) => isInHeapOf(place, extentPx, u, v)), side);
  return {
    pixelSizeAngstrom,
    optics,
    protein: volume ? `volume ${chosen}` : family,
    extentPx,
    contaminants,
    copies,
    // Those that a heap swallowed are no particles of their own.
    particles: particles.filter((place) => !isInHeap(place)),
    heaps,
  };
}

/** Whether a pixel belongs to a heap, as far as this member of it says. */
function isInHeapOf({ x, y }: PlacedParticle, extentPx: number, column: number, row: number): boolean {
  const radius = heapExtents * extentPx;
  return (column - x) ** 2 + (row - y) ** 2 <= radius * radius;
}

function drawParticles(
  random: Random,
  isForbidden: (place: PlacedParticle) => boolean,
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
    isForbidden,
    clusters,
    attempts: 12,
  });
}

/** Asks at the pixel where a place is; beyond the edges, at the one next to it. */
function atPlaces(
  isMarked: (column: number, row: number) => boolean,
  side: number,
): (place: PlacedParticle) => boolean {
  const inside = (at: number): number => Math.max(0, Math.min(side - 1, Math.round(at)));
  return ({ x, y }) => isMarked(inside(x), inside(y));
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
