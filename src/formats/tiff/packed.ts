/**
 * Cameras that count electrons write 4 bits a pixel, and SerialEM saves two such pixels as one 8-bit sample: the first
 * in the low half, in a file half as wide as the picture. RELION 3.1 tells them by the shape alone, IMOD also by the
 * words that SerialEM's plug-in writes (`iiTIFFCheck`).
 */
import type { PageLayout } from './layout.ts';

/** Stored shapes of super-resolution frames of K3 (11520 × 8184) and K2 (7676 × 7420) cameras. */
const PACKED_SHAPES: readonly (readonly [number, number])[] = [
  [5760, 8184],
  [4092, 11520],
  [3710, 7676],
  [3838, 7420],
];

type Pixels = Pick<PageLayout, 'width' | 'height' | 'type' | 'samples'>;

/** Whether an 8-bit page holds two 4-bit pixels in each byte. */
export function isPacked({ width, height, type, samples }: Pixels, description: string): boolean {
  if (type !== 'uint8' || samples !== 1) return false;
  const known = PACKED_SHAPES.some(
    ([a, b]) => (width === a && height === b) || (width === b && height === a),
  );
  return known || saysPacked(description);
}

/** The plug-in's words, unless a later program put a title of its own behind them ("clip: …") and so unpacked it. */
function saysPacked(description: string): boolean {
  const [, ...titles] = description.split('\n');
  return (
    description.includes('SerialEMCCD') &&
    description.includes('4 bits packed') &&
    !titles.some((title) => /^[^\s:]+:/.test(title))
  );
}
