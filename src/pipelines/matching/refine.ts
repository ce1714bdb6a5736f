/** Finer turns and places of what a search has found, on the processor: some hundred thousand operations a candidate. */
import { leastVariance } from '../template/correlation.ts';
import { reachOf } from '../template/inside.ts';
import { discWeight, type Picture, type Point } from '../template/profile.ts';
import type { Lie } from './pose.ts';
import type { Square } from './square.ts';
import { type Template, turnedTemplate } from './templates.ts';

/** Finer turns in one of the search's. */
const finer = 8;
/** Finer turns by which a turn is tried to either side, one after the other: together they reach the next turn's first. */
const strides = [2, 1] as const;
/** Moves of a pixel: finer turns shift a peak by less. */
const mostMoves = 2;
/** Turned references that are kept: some 20 MB. */
const mostTemplates = 4096;

/** A place as it was refined. */
export interface Refined extends Lie, Point {
  /** Normalised cross-correlation at the top between the pixels; of opposite contrast where that was asked for. */
  readonly value: number;
}

/**
 * Refines what a search has found on a picture: eight times finer turns by halving, then places between pixels. The correlation
 * is that of the search (`matching/best.wgsl`), in the picture's own pixels.
 */
export class PeakRefiner {
  private readonly templates = new Map<number, Template>();
  private readonly reach: number;
  private readonly disc: Float32Array;
  private readonly fineDegrees: number;

  /**
   * @param references as `turnedTemplate` takes them.
   * @param angularStepDegrees of the search.
   */
  constructor(
    private readonly picture: Picture,
    private readonly references: readonly Square[],
    private readonly pixelSizeAngstrom: number,
    private readonly radiusPx: number,
    angularStepDegrees: number,
  ) {
    this.reach = reachOf(radiusPx);
    const side = 2 * this.reach + 1;
    this.disc = Float32Array.from({ length: side * side }, (_, i) =>
      discWeight(Math.hypot((i % side) - this.reach, Math.floor(i / side) - this.reach), radiusPx),
    );
    // A whole number of them makes a circle, so that each is made once.
    this.fineDegrees = 360 / Math.ceil((finer * 360) / angularStepDegrees - 1e-9);
  }

  /**
   * @param place of a peak of the search, px.
   * @param sign −1 for a decoy: what correlates least.
   */
  refine(place: Point, lie: Lie, sign: 1 | -1): Refined {
    let [x, y] = [Math.round(place.x), Math.round(place.y)];
    let turn = Math.round(lie.turnDegrees / this.fineDegrees);
    const score = (turn: number, x: number, y: number): number =>
      sign * this.correlation(this.template(lie.reference, turn), lie.mirrored, x, y);
    let value = score(turn, x, y);
    const climb = (): void => {
      for (const stride of strides) {
        const [before, after] = [score(turn - stride, x, y), score(turn + stride, x, y)];
        if (Math.max(before, after) <= value) continue;
        turn += before > after ? -stride : stride;
        value = Math.max(before, after);
      }
    };
    climb();
    const { width, height } = this.picture;
    for (let move = 0; ; move++) {
      const at = (dx: number, dy: number): number => {
        const [column, row] = [x + dx, y + dy];
        if (column < 0 || row < 0 || column >= width || row >= height) return Number.NEGATIVE_INFINITY;
        return score(turn, column, row);
      };
      const [left, right, above, below] = [at(-1, 0), at(1, 0), at(0, -1), at(0, 1)];
      const best = Math.max(left, right, above, below);
      if (best <= value || move === mostMoves) {
        const [alongX, alongY] = [vertex(left, value, right), vertex(above, value, below)];
        const turnDegrees = (((turn * this.fineDegrees) % 360) + 360) % 360;
        const top = Math.min(1, value + alongX.rise + alongY.rise);
        return { ...lie, turnDegrees, x: x + alongX.offset, y: y + alongY.offset, value: top };
      }
      if (best === left) x--;
      else if (best === right) x++;
      else if (best === above) y--;
      else y++;
      value = best;
      climb();
    }
  }

  /** Template of so many finer turns; of all that were made some are kept. */
  private template(reference: number, turn: number): Template {
    const turns = Math.round(360 / this.fineDegrees);
    const wrapped = ((turn % turns) + turns) % turns;
    const key = reference * turns + wrapped;
    const known = this.templates.get(key);
    if (known) return known;
    const square = this.references[reference];
    if (!square) throw new Error(`There is no reference ${reference}.`);
    const degrees = wrapped * this.fineDegrees;
    const made = turnedTemplate(square, degrees, this.pixelSizeAngstrom, this.radiusPx);
    if (this.templates.size >= mostTemplates) this.templates.clear();
    this.templates.set(key, made);
    return made;
  }

  /** Of what lies inside the picture, times the template's share inside. */
  private correlation({ values }: Template, mirrored: boolean, x: number, y: number): number {
    const { reach, disc } = this;
    const { width, height, data } = this.picture;
    const side = 2 * reach + 1;
    const [left, right] = [Math.max(-reach, -x), Math.min(reach, width - 1 - x)];
    const [top, bottom] = [Math.max(-reach, -y), Math.min(reach, height - 1 - y)];
    let [area, sum, squares] = [0, 0, 0];
    let [product, part, share] = [0, 0, 0];
    for (let dy = top; dy <= bottom; dy++) {
      const line = (y + dy) * width + x;
      const row = (dy + reach) * side + reach;
      const templateRow = ((mirrored ? -dy : dy) + reach) * side + reach;
      for (let dx = left; dx <= right; dx++) {
        const weight = disc[row + dx] ?? 0;
        if (weight === 0) continue;
        const value = data[line + dx] ?? 0;
        const wanted = values[templateRow + dx] ?? 0;
        area += weight;
        sum += weight * value;
        squares += weight * value * value;
        product += wanted * value;
        part += wanted;
        share += wanted * wanted;
      }
    }
    if (!(area > 0 && share > 0)) return 0;
    const mean = sum / area;
    const variance = Math.max(squares / area - mean * mean, leastVariance);
    const isWhole = right - left === 2 * reach && bottom - top === 2 * reach;
    const own = isWhole ? product : (product - part * mean) * Math.sqrt(share);
    return own / Math.sqrt(area * variance);
  }
}

/** Top of the parabola through (−1, before), (0, peak), (1, after): where it is, and how much higher than the peak. */
function vertex(before: number, peak: number, after: number): { offset: number; rise: number } {
  const curvature = before - 2 * peak + after;
  if (!(curvature < -1e-6) || !Number.isFinite(curvature) || before > peak || after > peak)
    return { offset: 0, rise: 0 };
  const slope = before - after;
  return { offset: (0.5 * slope) / curvature, rise: (-slope * slope) / (8 * curvature) };
}
