/** Which pictures may stay on the GPU side by side. */

/** Bytes of planes that may stay on the GPU together: a graphics card of 4 GiB has room for them and for a network. */
export const residentBudgetBytes = 640 * 2 ** 20;
/** The last two stay whatever their size: the one on the screen, and the one before it. */
export const leastResident = 2;

interface Extent {
  readonly width: number;
  readonly height: number;
  /** Raw, filtered, denoised: how many of them there are; 1 by default. */
  readonly planes?: number;
}

/** Four bytes a pixel of every plane. */
export const planeBytes = ({ width, height, planes = 1 }: Extent): number => 4 * width * height * planes;

/** How many of pictures, the most recently used first, stay. */
export function residentCount(pictures: readonly Extent[], budgetBytes = residentBudgetBytes): number {
  let bytes = 0;
  const over = pictures.findIndex((picture, i) => {
    bytes += planeBytes(picture);
    return i >= leastResident && bytes > budgetBytes;
  });
  return over < 0 ? pictures.length : over;
}
