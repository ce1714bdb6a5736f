/** Whether what a header says of its pixels is so. */
import type { FileFact } from '../image.ts';
import { tidy } from './fact.ts';
import { FIELD, type Fields } from './layout.ts';

/** Over the finite pixels. */
export interface TrueStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

/** Programs round, and many look at some of the pixels only: of the range, and of the deviation. */
const TOLERANCE = 0.01;

/** Sentences to replace those that only repeat the header; none where the pixels agree or the header does not say. */
export function statisticsDoubts(fields: Fields, pixels: TrueStatistics): FileFact[] {
  const [min, max, mean] = fields.floats(FIELD.dmin);
  const rms = fields.float(FIELD.rms);
  const tolerance = TOLERANCE * (pixels.max - pixels.min);
  const differs = (stated: number, found: number) => Math.abs(stated - found) > tolerance;
  const doubts: FileFact[] = [];
  const isRange = min < max && (differs(min, pixels.min) || differs(max, pixels.max));
  const isMean = mean > Math.min(min, max) && differs(mean, pixels.mean);
  if (isRange || isMean) {
    doubts.push({
      name: 'DMIN, DMAX, DMEAN',
      value: [min, max, mean].map(tidy).join(' '),
      meaning: `Wrong: the pixels go from ${tidy(pixels.min)} to ${tidy(pixels.max)}, mean ${tidy(pixels.mean)}.`,
      verdict: 'wrong',
    });
  }
  if (rms >= 0 && Math.abs(rms - pixels.standardDeviation) > TOLERANCE * pixels.standardDeviation) {
    doubts.push({
      name: 'RMS',
      value: String(tidy(rms)),
      meaning: `Wrong: the standard deviation of the pixels is ${tidy(pixels.standardDeviation)}.`,
      verdict: 'wrong',
    });
  }
  return doubts;
}
