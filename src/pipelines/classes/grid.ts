/** The places at which pictures are compared with references: rings, angles, shifts; a pure function of sizes. */
import { UsageError } from '../../core/errors.ts';

/** Samples of a ring, and frequencies kept of it: fixed in `shaders/lib/polar.wgsl`. */
export const ANGLES = 64;
export const MODES = 25;
/** How closely particles are looked at. */
interface Detail {
  /** A particle has this radius at most, working px. */
  readonly mostRings: number;
  /** Largest shift either way, working px: about a ninth of the mask's diameter. */
  readonly largestShift: number;
  /** Deviation of a particle's centre from where it was picked, working px: a twentieth of the mask's diameter. */
  readonly shiftDeviation: number;
}

/** As much as a first look needs, and `gather.wgsl` holds. */
const FINE: Detail = { mostRings: 14, largestShift: 3, shiftDeviation: 1.5 };
/** For the first iterations, which only tell large features apart: a third of the work. */
const COARSE: Detail = { mostRings: 8, largestShift: 2, shiftDeviation: 0.9 };

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
  /** Expected deviation of a particle's centre, working px. */
  readonly shiftDeviation: number;
}

/**
 * @param sidePx of the boxes; even.
 * @param maskDiameterPx of the circle that holds the particle.
 * @throws UsageError when they make no sense.
 */
export function poseGrid(sidePx: number, maskDiameterPx: number, isCoarse = false): PoseGrid {
  const { mostRings, largestShift, shiftDeviation } = isCoarse ? COARSE : FINE;
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
  const wanted = 2 * Math.round((sidePx * mostRings) / maskDiameterPx);
  const workingPx = Math.min(sidePx, wanted);
  const rings = Math.min(mostRings, Math.floor((maskDiameterPx * workingPx) / sidePx / 2));
  const shifts: Shift[] = [];
  for (let y = -largestShift; y <= largestShift; y++) {
    for (let x = -largestShift; x <= largestShift; x++) {
      if (Math.hypot(x, y) <= largestShift) shifts.push({ x, y });
    }
  }
  const find = (x: number, y: number): number => {
    const at = shifts.findIndex((shift) => shift.x === x && shift.y === y);
    return at < 0 ? shifts.length : at;
  };
  const neighbours = shifts.map(
    ({ x, y }) => [find(x - 1, y), find(x + 1, y), find(x, y - 1), find(x, y + 1)] as const,
  );
  return { workingPx, rings, shifts, neighbours, shiftDeviation };
}
