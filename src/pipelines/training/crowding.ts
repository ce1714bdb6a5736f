/** Whether particles are found as arrangements of the mean particle, and how much of the last word that has. */
import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import {
  arrangedCandidates,
  type Crowd,
  calibrated,
  drawnLogOdds,
  robustly,
  together,
} from '../picking/arrangement/arrange.ts';
import { type Arrangement, compactFrom, mostFactor, mostOffset } from '../picking/arrangement/settings.ts';
import { awayFromEdges, type Candidate } from '../picking/candidates.ts';
import type { HeatMap } from '../picking/heat.ts';
import { bestThreshold } from '../picking/threshold.ts';
import type { Point, RadialTemplate } from '../template/profile.ts';
import { evidenceOf } from './evidence.ts';
import { strictDiameters } from './heldOut.ts';
import { fitPosterior } from './posterior.ts';
import type { SplitExample } from './split.ts';

/**
 * Deviation of the comparison with the mean particle, of that in noise that is independent from pixel to pixel: up to here there is next to
 * nothing else. Measured: single frames of apoferritin 1.1, averages of fifty 2.1, denoised β-galactosidase 6.
 */
const noiseAlone = 1.5;
/** Deviations that the comparison stands out by near a label, up to which no eye could tell more: the same frames 2.6, averages 6.7. */
const hardlySeen = 4;
/** Where the network has something to say, too. */
const halfShare = 0.5;

/** What arrangements say of the examples; the template is the same to the end of the training, so once is enough. */
export interface Crowding {
  readonly template: RadialTemplate;
  readonly share: number;
  /** Of each example, px of its picture, with drawn chances as scores. */
  readonly drawn: readonly (readonly Candidate[])[];
  readonly crowd: Crowd;
}

/**
 * @param maps of the comparison with the template, one of each example.
 * @returns undefined where particles are not compact, or their bodies overlap.
 */
export async function crowdingOf(
  context: GpuContext,
  examples: readonly SplitExample[],
  template: RadialTemplate,
  maps: readonly HeatMap[],
  crowd: Crowd,
  { signal, onProgress }: JobOptions = {},
): Promise<Crowding | undefined> {
  if (crowd.exclusionPx < compactFrom * crowd.diameterPx) return undefined;
  const drawn: Candidate[][] = [];
  for (const [i, { picture }] of examples.entries()) {
    const pause = async (done: number, total: number): Promise<void> => {
      onProgress?.({ stage: 'Telling neighbours apart', done: i + done / total, total: examples.length });
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
    };
    const found = await arrangedCandidates(context, picture, template, crowd, { pause });
    if (!found) return undefined;
    drawn.push(found.filter(awayFromEdges(picture, crowd.diameterPx)));
  }
  return { template, share: shareOf(examples, maps, crowd.diameterPx), drawn, crowd };
}

/** The template has a norm of 1 and the pictures a deviation of 1, and so have comparisons in independent noise. */
export function shareOf(
  examples: readonly SplitExample[],
  maps: readonly HeatMap[],
  diameterPx: number,
): number {
  const spreads: number[] = [];
  const heights: number[] = [];
  for (const [i, { labels }] of examples.entries()) {
    const map = maps[i];
    if (!map) continue;
    const { centre, deviation } = robustly(map.data);
    // A flat picture tells nothing of its noise.
    if (!(deviation > 0)) return halfShare;
    spreads.push(deviation);
    for (const label of labels)
      heights.push((highestNear(map, label, strictDiameters * diameterPx) - centre) / deviation);
  }
  return median(spreads) <= noiseAlone && median(heights) <= hardlySeen ? 1 : halfShare;
}

function highestNear({ data, width, height, stride }: HeatMap, { x, y }: Point, radiusPx: number): number {
  const toPx = (cell: number): number => stride * cell + (stride - 1) / 2;
  const first = (px: number): number => Math.max(0, Math.ceil((px - radiusPx) / stride));
  let highest = Number.NEGATIVE_INFINITY;
  for (let row = first(y); row < height && toPx(row) <= y + radiusPx; row++)
    for (let column = first(x); column < width && toPx(column) <= x + radiusPx; column++)
      if (Math.hypot(toPx(column) - x, toPx(row) - y) <= radiusPx)
        highest = Math.max(highest, data[row * width + column] ?? highest);
  return highest;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.POSITIVE_INFINITY;
}

const nobody = { labels: [], heldOut: [] };
const asDrawn = { factor: 1, offset: 0 };

/** @param own of one example, with chances as scores. */
export function besideDrawn(
  { share, drawn, crowd }: Crowding,
  example: number,
  own: readonly Candidate[],
  calibration: Pick<Arrangement, 'factor' | 'offset'> = asDrawn,
): Candidate[] {
  const radius = strictDiameters * crowd.diameterPx;
  const arranged = calibrated(drawn[example] ?? [], calibration);
  return together(arranged, own, { share, ...calibration }, radius, crowd.separationPx);
}

/**
 * Makes chances of what was drawn, by all that was said of it.
 * @param own of each example, with chances as scores.
 * @param expectedCount particles on all examples, where it is known.
 */
export function calibrateCrowding(
  crowding: Crowding,
  examples: readonly SplitExample[],
  own: readonly (readonly Candidate[])[],
  expectedCount?: number,
): {
  readonly arrangement: Arrangement;
  readonly candidates: readonly (readonly Candidate[])[];
  readonly threshold: number;
} {
  const { template, share, drawn, crowd } = crowding;
  const evidence = drawn.flatMap((candidates, i) => {
    const odds = candidates.map((one) => ({ ...one, score: drawnLogOdds(one.score) }));
    return evidenceOf(odds, examples[i] ?? nobody, crowd.diameterPx);
  });
  const [slope = 0, constant = 0] = evidence.length > 0 ? fitPosterior(evidence, expectedCount).weights : [];
  const calibration =
    slope > 0
      ? {
          factor: Math.min(mostFactor, slope),
          offset: Math.min(mostOffset, Math.max(-mostOffset, constant)),
        }
      : asDrawn;
  const candidates = own.map((ones, i) => besideDrawn(crowding, i, ones, calibration));
  return {
    arrangement: { template, share, ...calibration },
    candidates,
    threshold: bestThreshold(candidates.flatMap((ones) => ones.map(({ score }) => score))),
  };
}
