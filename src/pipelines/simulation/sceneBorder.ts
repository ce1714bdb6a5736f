import type { Random } from '../../core/random.ts';
import type { ContentSettings } from './sceneContents.ts';

/** How wide the smeared border is at each side of the canvas, px; 0 for none. */
export interface Border {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Aligned movies, and some people's exports, repeat their outermost pixels: at one side, or two that meet. */
export function drawBorder(
  random: Random,
  { contamination, workingDiameterPx }: Pick<ContentSettings, 'contamination' | 'workingDiameterPx'>,
  side: number,
): Border {
  const width = (): number => Math.round((side - workingDiameterPx) * random.between(0.12, 0.4));
  if (random.uniform() >= 0.15 * contamination) return { left: 0, top: 0, right: 0, bottom: 0 };
  const [first, isCorner] = [random.integer(4), random.uniform() < 0.3];
  const has = (edge: number): boolean => edge === first || (isCorner && edge === (first + 1) % 4);
  return {
    left: has(0) ? width() : 0,
    top: has(1) ? width() : 0,
    right: has(2) ? width() : 0,
    bottom: has(3) ? width() : 0,
  };
}

/** Pixels from the nearest smeared border, negative in it; a large number where there is none. */
export function insideBorder(
  x: number,
  y: number,
  side: number,
  { left, top, right, bottom }: Border,
): number {
  const far = side;
  return Math.min(
    left > 0 ? x - left : far,
    top > 0 ? y - top : far,
    right > 0 ? side - 1 - right - x : far,
    bottom > 0 ? side - 1 - bottom - y : far,
  );
}

export function smear(data: Float32Array, side: number, { left, top, right, bottom }: Border): void {
  for (let y = 0; y < side; y++) {
    const row = data.subarray(y * side, (y + 1) * side);
    row.fill(row[left] ?? 0, 0, left);
    row.fill(row[side - 1 - right] ?? 0, side - right);
  }
  for (let y = 0; y < top; y++) data.copyWithin(y * side, top * side, (top + 1) * side);
  for (let y = side - bottom; y < side; y++)
    data.copyWithin(y * side, (side - 1 - bottom) * side, (side - bottom) * side);
}
