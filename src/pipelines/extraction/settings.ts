/** What is asked of extraction, in pixels, and what can't be asked. */
import { UsageError } from '../../core/errors.ts';

/** Sizes in pixels, as RELION's `relion_preprocess` takes them. */
export interface BoxSettings {
  /** Side of the box in the micrograph, px; even. */
  readonly boxPx: number;
  /** Side of the box as given back, px; even, at most `boxPx`: what is above its Nyquist frequency is cut off. */
  readonly binnedPx: number;
  /** Dark particles become bright. */
  readonly invert: boolean;
  /**
   * Radius of the circle, px of the binned box, outside of which lies background: its ramp is subtracted, its mean
   * becomes 0 and its deviation 1. Undefined leaves values as they are.
   */
  readonly backgroundRadiusPx: number | undefined;
}

/** A length as a user gives it. */
export interface Length {
  readonly value: number;
  readonly unit: 'px' | 'angstrom';
}

export interface BoxRequest {
  readonly box: Length;
  /** Of the binned box, px; not binned if not given. */
  readonly binTo?: number | undefined;
  /** Default: true, as particles in ice are dark. */
  readonly invert?: boolean | undefined;
  /** Default: true. */
  readonly normalise?: boolean | undefined;
  /** Diameter of the circle outside of which lies background, Å; default three quarters of the box, as in RELION. */
  readonly backgroundDiameterAngstrom?: number | undefined;
}

/** RELION's own, where the user gives none. */
const backgroundPart = 0.75;

/**
 * @param pixelSizeAngstrom of the micrograph.
 * @throws UsageError for what can't be; the sentence does not name the micrograph.
 */
export function boxSettings(request: BoxRequest, pixelSizeAngstrom: number): BoxSettings {
  const { box, binTo, invert = true, normalise = true, backgroundDiameterAngstrom } = request;
  // What rounding adds to a whole number of pixels must not make the box larger.
  const half = box.value / pixelSizeAngstrom / 2 - 1e-6;
  const boxPx = box.unit === 'px' ? box.value : 2 * Math.ceil(half);
  const binnedPx = binTo ?? boxPx;
  checkSide('box', boxPx);
  checkSide('binned box', binnedPx);
  if (binnedPx > boxPx) {
    throw new UsageError(
      `A box of ${boxPx} px can't be binned to ${binnedPx} px, which is larger: give a smaller size.`,
    );
  }
  const binnedPixel = (pixelSizeAngstrom * boxPx) / binnedPx;
  const diameterPx =
    backgroundDiameterAngstrom === undefined
      ? backgroundPart * binnedPx
      : backgroundDiameterAngstrom / binnedPixel;
  const backgroundRadiusPx = normalise ? Math.round(diameterPx / 2) : undefined;
  if (backgroundRadiusPx !== undefined && !(backgroundRadiusPx >= 1 && 2 * backgroundRadiusPx <= binnedPx)) {
    throw new UsageError(
      `The background begins outside a circle that must fit the box: its diameter is ${Math.round(diameterPx * binnedPixel)} Å, the box ${Math.round(binnedPx * binnedPixel)} Å.`,
    );
  }
  return { boxPx, binnedPx, invert, backgroundRadiusPx };
}

function checkSide(name: string, px: number): void {
  if (Number.isInteger(px) && px >= 4 && px % 2 === 0) return;
  throw new UsageError(
    `The ${name} can't be ${px} px: RELION takes an even number of pixels, 4 or more; try ${Math.max(4, 2 * Math.ceil(px / 2))}.`,
  );
}
