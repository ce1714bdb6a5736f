/** The places at which pictures are compared with references: rings, angles, shifts; a pure function of sizes. */
import { UsageError } from '../../core/errors.ts';

/** Samples of a ring, and frequencies kept of it: fixed in `shaders/lib/polar.wgsl`. */
export const ANGLES = 64;
export const MODES = 25;
/** A particle is looked at with this radius at most, px: as much as a first look needs, and `gather.wgsl` holds. */
const MOST_RINGS = 14;

export interface Shift {
  /** Where the particle's centre lies from pixel side/2, px of the working picture. */
  readonly x: number;
  readonly y: number;
}

export interface PoseGrid {
  /** Side of the pictures that are compared, px; even. */
  readonly workingPx: number;
  /** Rings of radii ½, 1½, … px. */
  readonly rings: number;
  readonly shifts: readonly Shift[];
  /** Of each shift: the ones a pixel to the left, right, above and below, `shifts.length` for none. */
  readonly neighbours: readonly (readonly [number, number, number, number])[];
}

/** Largest shift, working px: a ninth of the mask's diameter either way. */
const LARGEST_SHIFT = 3;

/**
 * @param sidePx of the boxes; even.
 * @param maskDiameterPx of the circle that holds the particle.
 * @throws UsageError when they make no sense.
 */
export function poseGrid(sidePx: number, maskDiameterPx: number): PoseGrid {
  if (!(Number.isInteger(sidePx) && sidePx % 2 === 0 && sidePx >= 8)) {
    throw new UsageError(
      `Boxes of ${sidePx} px can't be classified: their side must be even and at least 8 px.`,
    );
  }
  if (!(maskDiameterPx >= 6 && maskDiameterPx <= sidePx)) {
    throw new UsageError(
      `The mask's diameter is ${Number(maskDiameterPx.toFixed(1))} px, but it must be at least 6 px and at most the box, ${sidePx} px.`,
    );
  }
  const wanted = 2 * Math.round((sidePx * MOST_RINGS) / maskDiameterPx);
  const workingPx = Math.min(sidePx, wanted);
  const rings = Math.min(MOST_RINGS, Math.floor((maskDiameterPx * workingPx) / sidePx / 2));
  const shifts: Shift[] = [];
  for (let y = -LARGEST_SHIFT; y <= LARGEST_SHIFT; y++) {
    for (let x = -LARGEST_SHIFT; x <= LARGEST_SHIFT; x++) {
      if (Math.hypot(x, y) <= LARGEST_SHIFT) shifts.push({ x, y });
    }
  }
  const find = (x: number, y: number): number => {
    const at = shifts.findIndex((shift) => shift.x === x && shift.y === y);
    return at < 0 ? shifts.length : at;
  };
  const neighbours = shifts.map(
    ({ x, y }) => [find(x - 1, y), find(x + 1, y), find(x, y - 1), find(x, y + 1)] as const,
  );
  return { workingPx, rings, shifts, neighbours };
}
