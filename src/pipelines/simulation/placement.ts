import type { Random } from '../../core/random.ts';

/** Where a particle was put, px. */
export interface PlacedParticle {
  readonly x: number;
  readonly y: number;
}

/** Tries a place this often for each particle before giving up: beyond half coverage nothing fits any more. */
const attemptsPerParticle = 400;

export interface PlacementOptions {
  /** Least distance between two centres in diameters: 1 lets none overlap, 0.6 makes a crowd. */
  readonly spacingDiameters?: number;
  /** How far centres stay from the edge (negative: go beyond it), px; half a diameter unless said. */
  readonly marginPx?: number;
  /** Where no particle may be. */
  readonly isForbidden?: (place: PlacedParticle) => boolean;
  /** Centres gather about this many places, as uneven ice makes them; evenly spread without. */
  readonly clusters?: number;
  readonly attempts?: number;
}

/**
 * Scatters centres at random.
 * @returns as many as fit, at most `count`.
 */
export function placeParticles(
  random: Random,
  count: number,
  width: number,
  height: number,
  diameterPx: number,
  options: PlacementOptions = {},
): PlacedParticle[] {
  const { spacingDiameters = 1, isForbidden, clusters = 0, attempts = attemptsPerParticle } = options;
  const gap = diameterPx * spacingDiameters;
  const placed: PlacedParticle[] = [];
  const cells = new Map<number, PlacedParticle[]>();
  // More cells than any picture has in a row.
  const cell = (x: number, y: number): number =>
    (Math.floor(y / gap) + 512) * 2 ** 24 + Math.floor(x / gap) + 512;
  const margin = options.marginPx ?? Math.min(diameterPx / 2, width / 2, height / 2);
  const somewhere = (): PlacedParticle => ({
    x: random.between(margin, width - 1 - margin),
    y: random.between(margin, height - 1 - margin),
  });
  const middles = Array.from({ length: clusters }, somewhere);
  const draw = (): PlacedParticle => {
    const middle = middles[clusters > 0 ? random.integer(clusters) : 0];
    if (!middle) return somewhere();
    return {
      x: middle.x + 2.5 * diameterPx * random.normal(),
      y: middle.y + 2.5 * diameterPx * random.normal(),
    };
  };
  for (let attempt = 0; attempt < count * attempts && placed.length < count; attempt++) {
    const particle = draw();
    const { x, y } = particle;
    if (Math.min(x, y, width - 1 - x, height - 1 - y) < margin || isForbidden?.(particle)) continue;
    let isFree = true;
    for (let j = -1; j <= 1 && isFree; j++)
      for (let i = -1; i <= 1 && isFree; i++)
        isFree = !cells
          .get(cell(x + i * gap, y + j * gap))
          ?.some((other) => Math.hypot(other.x - x, other.y - y) < gap);
    if (!isFree) continue;
    placed.push(particle);
    const key = cell(x, y);
    const here = cells.get(key);
    if (here) here.push(particle);
    else cells.set(key, [particle]);
  }
  return placed;
}

/** A heap of protein: each particle sticks to one that is there already. */
export function placeAggregate(
  random: Random,
  members: number,
  width: number,
  height: number,
  diameterPx: number,
): PlacedParticle[] {
  const placed = [{ x: random.between(0, width), y: random.between(0, height) }];
  while (placed.length < members) {
    const neighbour = placed[random.integer(placed.length)] ?? { x: 0, y: 0 };
    const angle = random.between(0, 2 * Math.PI);
    const distance = diameterPx * random.between(0.35, 0.8);
    placed.push({
      x: neighbour.x + distance * Math.cos(angle),
      y: neighbour.y + distance * Math.sin(angle),
    });
  }
  return placed;
}
