import type { ContrastWindow } from '../../rpc/contract.ts';
import { clamp } from './transform.ts';

/** The least distance between black and white, σ. */
export const leastContrastWidth = 0.02;

/** What the sliders reach: the automatic window lies in their middle third. */
export function contrastRange(automatic: ContrastWindow): { readonly min: number; readonly max: number } {
  const width = automatic.white - automatic.black;
  return { min: automatic.black - width, max: automatic.white + width };
}

/** The same window as a photographer sees it: the grey in the middle, and how steep. */
export interface BrightnessContrast {
  /** −1 dark to 1 bright; 0 leaves the automatic window's middle where it is. */
  readonly brightness: number;
  /** Steepness against the automatic window: 1 is the same, 2 is twice as steep. */
  readonly contrast: number;
}

/**
 * How bright a standardised value is drawn, 0 to 1; the shader does the same.
 * @param gamma above 1 the middle greys are brighter, below 1 darker.
 */
export function greyOf(value: number, window: ContrastWindow, inverted: boolean, gamma = 1): number {
  const grey = clamp((value - window.black) / (window.white - window.black), 0, 1) ** (1 / gamma);
  return inverted ? 1 - grey : grey;
}

/** Moves the black point, keeping it below white. */
export function withBlack(window: ContrastWindow, black: number): ContrastWindow {
  return { ...window, black: Math.min(black, window.white - leastContrastWidth) };
}

/** Moves the white point, keeping it above black. */
export function withWhite(window: ContrastWindow, white: number): ContrastWindow {
  return { ...window, white: Math.max(white, window.black + leastContrastWidth) };
}

/** The window that shows the automatic one brighter and steeper. A brightness of 1 moves it by half its width. */
export function fromBrightness(
  automatic: ContrastWindow,
  { brightness, contrast }: BrightnessContrast,
): ContrastWindow {
  const width = automatic.white - automatic.black;
  const middle = (automatic.white + automatic.black) / 2 - (brightness * width) / 2;
  const half = Math.max(width / contrast, leastContrastWidth) / 2;
  return { black: middle - half, white: middle + half };
}

/** The inverse of `fromBrightness`. */
export function toBrightness(automatic: ContrastWindow, window: ContrastWindow): BrightnessContrast {
  const width = automatic.white - automatic.black;
  const shift = (automatic.white + automatic.black - window.white - window.black) / 2;
  return { brightness: (2 * shift) / width, contrast: width / (window.white - window.black) };
}

/** A table from half-precision bit patterns to 0…255, for drawing without a GPU. @param halves see `halfTable`. */
export function greyTable(
  halves: Float32Array,
  window: ContrastWindow,
  inverted: boolean,
): Uint8ClampedArray {
  const table = new Uint8ClampedArray(65536);
  const scale = 255 / (window.white - window.black);
  for (let bits = 0; bits < 65536; bits++) {
    // A Uint8ClampedArray rounds, clamps and turns NaN to 0 by itself.
    const grey = ((halves[bits] ?? 0) - window.black) * scale;
    table[bits] = inverted ? 255 - clamp(grey, 0, 255) : grey;
  }
  return table;
}

/**
 * A table from half-precision bit patterns to pixels of an `ImageData` as 32-bit words (alpha first, blue, green, red), for
 * drawing without a GPU. @param colours see `colourMap`.
 */
export function colourTable(
  halves: Float32Array,
  window: ContrastWindow,
  inverted: boolean,
  gamma: number,
  colours: Uint8Array<ArrayBuffer>,
): Uint32Array {
  const words = new Uint32Array(colours.buffer);
  const last = words.length - 1;
  const steps = new Uint32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const grey = greyOf(halves[bits] ?? 0, window, inverted, gamma);
    steps[bits] = words[Math.round((grey > 0 ? grey : 0) * last)] ?? 0;
  }
  return steps;
}
