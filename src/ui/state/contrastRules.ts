/** Black and white from a histogram, by the rule that the user has chosen. */
import type { ContrastWindow, PictureHistogram } from '../../rpc/contract.ts';
import type { ContrastRule } from './look.ts';

/** The value below which a part of all pixels lies, between the ends of its bin in proportion. */
export function quantileOf({ low, high, counts }: PictureHistogram, part: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const wanted = part * total;
  const step = (high - low) / counts.length;
  let below = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0;
    if (count > 0 && below + count >= wanted) return low + step * (bin + (wanted - below) / count);
    below += count;
  }
  return high;
}

/**
 * The window of a rule; undefined where the user's hand is the rule.
 * @param isSymmetric of a picture whose grey is 0, as the residual: black and white lie equally far from it.
 */
export function windowOf(
  histogram: PictureHistogram,
  rule: ContrastRule,
  isSymmetric = false,
): ContrastWindow | undefined {
  const found = plainWindow(histogram, rule);
  if (!found) return undefined;
  const { black, white } =
    found.white > found.black ? found : { black: found.black - 1, white: found.black + 1 };
  if (!isSymmetric) return { black, white };
  const end = Math.max(-black, white);
  return { black: -end, white: end };
}

function plainWindow(histogram: PictureHistogram, rule: ContrastRule): ContrastWindow | undefined {
  switch (rule.by) {
    case 'hand':
      return undefined;
    case 'percentile': {
      const part = rule.percent / 100;
      return { black: quantileOf(histogram, part), white: quantileOf(histogram, 1 - part) };
    }
    case 'sigma': {
      const { mean, sigma } = histogram;
      return { black: mean - rule.sigmas * sigma, white: mean + rule.sigmas * sigma };
    }
  }
}
