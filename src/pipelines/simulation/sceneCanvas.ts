/** Where a scene's patch lies on the canvas that it is drawn on. */
import { createRandom, type Random } from '../../core/random.ts';
import { nextFastSize } from '../../fft/sizes.ts';
import type { PlacedParticle } from './placement.ts';
import { type Border, insideBorder } from './sceneBorder.ts';

export interface CanvasSettings {
  readonly seed: number;
  /** Edge of a scene, px. */
  readonly sizePx: number;
  /** Diameter that the user states, px. */
  readonly workingDiameterPx: number;
}

/** Room about the patch, so that fringes and what is cut by the edge look as in a larger picture; diameters. */
const marginDiameters = 1;

/** Edge of the canvas that a scene is cut from, px. */
export function canvasSide({ sizePx, workingDiameterPx }: CanvasSettings): number {
  return nextFastSize(sizePx + 2 * marginDiameters * workingDiameterPx);
}

/** From the canvas's edge to the patch's, px. */
export function marginOf(settings: CanvasSettings): number {
  return Math.floor((canvasSide(settings) - settings.sizePx) / 2);
}

/** Nearer than this to where a smeared border begins nobody can judge; diameters. */
export const smearDoubtDiameters = 1 / 4;

/** Odd multiples keep scenes of neighbouring seeds apart. */
export function sceneRandom({ seed }: CanvasSettings, index: number): Random {
  return createRandom((Math.imul(seed, 0x9e3779b1) + Math.imul(index, 0x85ebca77)) >>> 0);
}

/** Those that a scene's patch shows: not in a smeared border, and no more than half a diameter beyond the edges. */
export function seenParticles(
  particles: readonly PlacedParticle[],
  border: Border,
  settings: CanvasSettings,
): PlacedParticle[] {
  const side = canvasSide(settings);
  const { sizePx, workingDiameterPx } = settings;
  const offset = marginOf(settings);
  const reach = workingDiameterPx / 2;
  const isNear = (v: number): boolean => v >= -reach && v <= sizePx - 1 + reach;
  return particles
    .filter((place) => insideBorder(place.x, place.y, side, border) >= 0)
    .map(({ x, y }) => ({ x: x - offset, y: y - offset }))
    .filter(({ x, y }) => isNear(x) && isNear(y));
}
