import type { Random } from '../../core/random.ts';
import { type Place, polygon, rimOfHole, type Shape, wavering } from './outlines.ts';

/** What can lie on a grid besides particles. Heaps of protein are drawn with the particles: see `placement.ts`. */
export const contaminantKinds = ['crystals', 'hexagonal', 'carbon', 'gold', 'ethane', 'dirt'] as const;
export type ContaminantKind = (typeof contaminantKinds)[number];

/** How many of each; none where nothing is said. */
export type ContaminantCounts = Readonly<Partial<Record<ContaminantKind, number>>>;

/** Diameters of ice crystals and drops of ethane, Å. */
export interface ContaminantSizes {
  readonly smallestAngstrom: number;
  readonly largestAngstrom: number;
}

export const defaultSizes: ContaminantSizes = { smallestAngstrom: 250, largestAngstrom: 1500 };

/** What an outline is filled with; lengths in Å. `contaminantMaps.ts` says what it does to the beam. */
export type Matter =
  | {
      readonly kind: 'crystals';
      readonly thickness: number;
      /** From the outline to where it is as thick as that. */
      readonly rise: number;
      /** The top's tilt, per Å along a direction. */
      readonly slope: number;
      readonly cos: number;
      readonly sin: number;
      /** Lost in bands across it, so many rad per Å apart. */
      readonly diffracted: number;
      readonly bands: number;
      readonly phase: number;
    }
  | {
      readonly kind: 'hexagonal';
      /** Width of a grain. */
      readonly grain: number;
      readonly strength: number;
      readonly salt: number;
    }
  | { readonly kind: 'carbon'; readonly thickness: number }
  | { readonly kind: 'gold'; readonly radius: number }
  | { readonly kind: 'ethane'; readonly radius: number; readonly thickness: number }
  /** Denser than ice by a factor. */
  | { readonly kind: 'dirt'; readonly radius: number; readonly density: number };

/** Something in the beam, as numbers: the processor paints it, or the GPU. */
export interface Contaminant {
  readonly shape: Shape;
  readonly matter: Matter;
  /** Half the width of its edge, Å. */
  readonly softAngstrom: number;
}

/** The part of the grid that is looked at. */
export interface Field {
  /** Px. */
  readonly width: number;
  readonly height: number;
  readonly pixelSizeAngstrom: number;
}

const recipes: Readonly<
  Record<ContaminantKind, (random: Random, field: Field, sizes: ContaminantSizes) => Contaminant[]>
> = {
  crystals: crystals,
  hexagonal: (...from) => [hexagonalIce(...from)],
  carbon: (random, field) => [carbon(random, field)],
  gold: (random, field) => [gold(random, field)],
  ethane: (...from) => [ethane(...from)],
  dirt: (random, field) => [dirt(random, field)],
};

/** Draws contaminants, kind after kind. */
export function randomContaminants(
  random: Random,
  field: Field,
  counts: ContaminantCounts,
  sizes: ContaminantSizes = defaultSizes,
): Contaminant[] {
  const drawn: Contaminant[] = [];
  for (const kind of contaminantKinds)
    for (let i = 0; i < (counts[kind] ?? 0); i++) drawn.push(...recipes[kind](random, field, sizes));
  return drawn;
}

function anywhere(random: Random, { width, height, pixelSizeAngstrom }: Field): Place {
  return {
    x: random.between(0, width) * pixelSizeAngstrom,
    y: random.between(0, height) * pixelSizeAngstrom,
  };
}

function logBetween(random: Random, low: number, high: number): number {
  return Math.exp(random.between(Math.log(low), Math.log(high)));
}

/** A few crystals grown into one another, faceted or rounded: tilted tops, and bands that diffract. */
function crystals(random: Random, field: Field, sizes: ContaminantSizes): Contaminant[] {
  const place = anywhere(random, field);
  const diameter = logBetween(random, sizes.smallestAngstrom, sizes.largestAngstrom);
  const members = 1 + random.integer(3);
  const isFaceted = random.uniform() < 0.5;
  return Array.from({ length: members }, (_, member): Contaminant => {
    const radius = (diameter / 2) * (member === 0 ? 1 : random.between(0.4, 0.8));
    const away = member === 0 ? 0 : diameter / 2;
    const middle = { x: place.x + away * random.between(-1, 1), y: place.y + away * random.between(-1, 1) };
    const shape = isFaceted ? polygon(random, middle, radius) : wavering(random, middle, radius, 0.06);
    const thickness = radius * random.between(0.25, 0.9);
    const slope = random.between(0, 0.6) / radius;
    const direction = random.between(0, 2 * Math.PI);
    const [cos, sin] = [Math.cos(direction), Math.sin(direction)];
    const rise = radius * random.between(0.05, 0.5);
    // A crystal near a Bragg angle loses more, in bands across it (bend contours).
    const diffracted = random.uniform() < 0.6 ? random.between(0.05, 0.5) : 0;
    const bands = (2 * Math.PI) / (radius * random.between(0.5, 1.5));
    const phase = random.between(0, 2 * Math.PI);
    const softAngstrom = random.between(4, 15);
    const matter = { kind: 'crystals', thickness, rise, slope, cos, sin, diffracted, bands, phase } as const;
    return { shape, softAngstrom, matter };
  });
}

/**
 * A region of crystalline ice instead of vitreous: grains, each of which diffracts more or less of the beam away. Its
 * rings at 3.90, 3.67 and 3.44 Å are added by the imaging, where the pixels are small enough.
 */
function hexagonalIce(random: Random, field: Field, sizes: ContaminantSizes): Contaminant {
  const diameter = logBetween(random, 2 * sizes.smallestAngstrom, 4 * sizes.largestAngstrom);
  const shape = wavering(random, anywhere(random, field), diameter / 2, 0.2);
  const grain = Math.min(diameter / 4, logBetween(random, 60, 300));
  const strength = random.between(0.04, 0.2);
  const salt = random.integer(2 ** 31);
  return { shape, softAngstrom: grain / 2, matter: { kind: 'hexagonal', grain, strength, salt } };
}

/** The edge of a hole in the carbon film, or the rim of a bar: everything beyond a large circle. */
function carbon(random: Random, { width, height, pixelSizeAngstrom: pixel }: Field): Contaminant {
  const side = Math.min(width, height) * pixel;
  // Holes are 1.2 or 2 µm wide; in a small picture the edge is as good as straight.
  const radius = Math.max(random.between(0.5, 1.5) * side, random.between(4000, 10000));
  const angle = random.between(0, 2 * Math.PI);
  // The film takes up to 45 % of the way across.
  const inner = side * random.between(0.05, 0.5);
  const middle = {
    x: (width * pixel) / 2 - (radius - inner) * Math.cos(angle),
    y: (height * pixel) / 2 - (radius - inner) * Math.sin(angle),
  };
  const waves = Array.from({ length: 6 }, (_, n) => ({
    length: 60 * 2 ** n * random.between(0.7, 1.4),
    height: 0.03 * 60 * 2 ** n * Math.min(1, side / 2000) * random.between(0, 1),
    phase: random.between(0, 2 * Math.PI),
  }));
  const thickness = random.between(60, 300);
  const softAngstrom = random.between(10, 60);
  // The whole picture is reached, however far it is from the hole's centre.
  const shape = rimOfHole(middle, radius, waves, radius + 3 * (width + height) * pixel);
  return { shape, softAngstrom, matter: { kind: 'carbon', thickness } };
}

/** A bead of colloidal gold, of the usual 5, 10 or 15 nm. */
function gold(random: Random, field: Field): Contaminant {
  const place = anywhere(random, field);
  const radius = (([50, 100, 150][random.integer(3)] ?? 100) / 2) * random.between(0.9, 1.1);
  const shape: Shape = { kind: 'wavering', ...place, radius, reachAngstrom: radius, waves: [] };
  return { shape, softAngstrom: 0, matter: { kind: 'gold', radius } };
}

/** A drop of frozen ethane: round, smooth and domed, with a wavering outline. */
function ethane(random: Random, field: Field, sizes: ContaminantSizes): Contaminant {
  const radius = logBetween(random, sizes.smallestAngstrom, sizes.largestAngstrom) / 2;
  const shape = wavering(random, anywhere(random, field), radius, 0.07);
  const thickness = radius * random.between(0.3, 1);
  return { shape, softAngstrom: random.between(4, 12), matter: { kind: 'ethane', radius, thickness } };
}

/** Specks of ice and dust, smaller than particles are. */
function dirt(random: Random, field: Field): Contaminant {
  const radius = logBetween(random, 10, 60);
  const shape = wavering(random, anywhere(random, field), radius, 0.15);
  const density = random.between(0.5, 2.5);
  const softAngstrom = Math.max(4, field.pixelSizeAngstrom);
  return { shape, softAngstrom, matter: { kind: 'dirt', radius, density } };
}
