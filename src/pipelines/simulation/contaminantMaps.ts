import type { Random } from '../../core/random.ts';
import {
  type Contaminant,
  type ContaminantCounts,
  type ContaminantSizes,
  defaultSizes,
  type Matter,
  randomContaminants,
} from './contaminants.ts';
import { outlineOf } from './outlines.ts';
import { add, coverage, paintOutline, rimOf, type Specimen } from './specimen.ts';

/** Mean inner potentials, V: ice 3.5 (Harscher and Lichte 1998), carbon film 9 and gold 28 (Kirkland 2010, table C), ethane as other organic solids. */
export const potentials = { ice: 3.5, carbon: 9, gold: 28, ethane: 4 } as const;

/**
 * Thickness after which 1/e of the intensity is left in the picture, Å; the rest is scattered beyond the aperture or has
 * lost energy. Orders of magnitude for 300 kV: ice as in Rice et al. (2018), 3 to 4 thousand; heavier things less.
 */
export const freePaths = { ice: 3200, carbon: 1600, gold: 80, ethane: 3600 } as const;

/** @param distance from the outline, negative inside. @param dx, dy from the middle, Å. */
type Paint = (at: number, distance: number, dx: number, dy: number) => void;

/** Draws contaminants into the maps of a specimen. */
export function drawContaminants(
  random: Random,
  specimen: Specimen,
  counts: ContaminantCounts,
  sizes: ContaminantSizes = defaultSizes,
): void {
  for (const one of randomContaminants(random, specimen, counts, sizes)) paintContaminant(specimen, one);
}

/** Adds a contaminant to the maps. `shaders/simulation/contaminants.wgsl` says the same. */
export function paintContaminant(specimen: Specimen, { shape, matter, softAngstrom }: Contaminant): void {
  paintOutline(specimen, outlineOf(shape), softAngstrom, paintOf(specimen, matter, softAngstrom));
}

function paintOf(specimen: Specimen, matter: Matter, soft: number): Paint {
  switch (matter.kind) {
    case 'crystals': {
      const { thickness, rise, slope, cos, sin, diffracted, bands, phase } = matter;
      return (at, distance, dx, dy) => {
        const along = dx * cos + dy * sin;
        const height =
          thickness * Math.min(1, Math.max(0, -distance) / rise + 0.2) * Math.max(0.1, 1 + slope * along);
        const ice = height * coverage(distance, soft);
        add(specimen.potential, at, potentials.ice * ice);
        const band = 0.5 + 0.5 * Math.cos(bands * (along + 0.2 * dy) + phase);
        add(specimen.loss, at, ice / freePaths.ice + diffracted * band * band * (ice / thickness));
        specimen.crystal[at] = Math.max(specimen.crystal[at] ?? 0, coverage(distance, soft));
      };
    }
    case 'hexagonal': {
      const { grain, strength, salt } = matter;
      return (at, distance, dx, dy) => {
        const inside = coverage(distance, soft);
        add(specimen.loss, at, inside * strength * grainValue(dx / grain, dy / grain, salt));
        specimen.crystal[at] = Math.max(specimen.crystal[at] ?? 0, inside);
      };
    }
    case 'carbon':
      return (at, distance) => {
        const film = coverage(distance, soft);
        add(specimen.potential, at, potentials.carbon * matter.thickness * film);
        add(specimen.loss, at, (matter.thickness * film) / freePaths.carbon);
        specimen.carbon[at] = Math.max(specimen.carbon[at] ?? 0, film);
      };
    case 'gold':
      return (at, _distance, dx, dy) => {
        const chord = 2 * Math.sqrt(Math.max(0, matter.radius ** 2 - dx ** 2 - dy ** 2));
        add(specimen.potential, at, potentials.gold * chord);
        add(specimen.loss, at, chord / freePaths.gold);
      };
    case 'ethane': {
      const { radius, thickness } = matter;
      return (at, distance) => {
        const inside = Math.max(0, Math.min(radius, -distance)) / radius;
        const dome = thickness * Math.sqrt(inside * (2 - inside)) * coverage(distance, soft);
        add(specimen.potential, at, potentials.ethane * dome);
        add(specimen.loss, at, dome / freePaths.ethane);
      };
    }
    case 'dirt': {
      const { radius } = matter;
      const density = potentials.ice * matter.density;
      return (at, distance) => {
        const inside = Math.max(0, Math.min(radius, soft / 2 - distance)) / radius;
        const ball = 2 * radius * Math.sqrt(inside * (2 - inside));
        add(specimen.potential, at, density * ball);
        add(specimen.loss, at, ball / freePaths.ice);
      };
    }
  }
}

/**
 * Tells whether a pixel is marked as contamination: as a specimen's mask does after `paintContaminant`, without painting.
 * @returns asked with whole columns and rows.
 */
export function contaminationAt(
  contaminants: readonly Contaminant[],
  pixelSizeAngstrom: number,
): (column: number, row: number) => boolean {
  const all = contaminants.map(({ shape, softAngstrom }) => ({
    outline: outlineOf(shape),
    rim: rimOf(softAngstrom),
  }));
  return (column, row) =>
    all.some(({ outline, rim }) => {
      const [dx, dy] = [column * pixelSizeAngstrom - outline.x, row * pixelSizeAngstrom - outline.y];
      const reach = outline.reachAngstrom + rim;
      return Math.abs(dx) <= reach && Math.abs(dy) <= reach && outline.distance(dx, dy) < rim;
    });
}

/** How much is diffracted away at a place: scattered, soft grains, few of which are near a Bragg angle. */
function grainValue(x: number, y: number, salt: number): number {
  const [cellX, cellY] = [Math.floor(x), Math.floor(y)];
  let value = 0;
  for (let j = cellY - 1; j <= cellY + 1; j++) {
    for (let i = cellX - 1; i <= cellX + 1; i++) {
      const bits = hash(i, j, salt);
      const dx = i + (bits & 1023) / 1024 - x;
      const dy = j + ((bits >>> 10) & 1023) / 1024 - y;
      const strength = ((bits >>> 20) / 4096) ** 4;
      value += 3 * strength * Math.max(0, 1 - (dx * dx + dy * dy)) ** 3;
    }
  }
  return value;
}

function hash(i: number, j: number, salt: number): number {
  let bits = Math.imul(i, 0x27d4eb2d) ^ Math.imul(j, 0x165667b1) ^ salt;
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}
