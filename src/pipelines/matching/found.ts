/** What a search's maps come to: places, scores and how the particles lie. Nothing else of them is read back. */
import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { gather } from '../../gpu/ops/gather.ts';
import { findPeaks } from '../../gpu/ops/peaks.ts';
import type { Plane } from '../../gpu/plane.ts';
import { awayFromEdges, bestFirst, type Candidate, suppressNeighbours } from '../picking/candidates.ts';
import type { Lie } from './pose.ts';
import type { PeakRefiner } from './refine.ts';
import { matchingScale, matchingSeparationDiameters } from './settings.ts';

/** In working pixels. */
export interface FoundPlace extends Candidate {
  readonly lie: Lie;
}

/** One of both contrasts' results. */
export interface FoundMap {
  /** Correlations. */
  readonly plane: Plane;
  /** Number of the template that gave the highest, u32. */
  readonly which: GPUBuffer;
  /** −1 for opposite contrast. */
  readonly sign: 1 | -1;
}

export interface FoundScale {
  /** What noise correlates with single templates: the unit of scores. */
  readonly noise: number;
  /** Lower scores are not listed. */
  readonly lowestScore: number;
  /** How the template of a number lies. */
  readonly lieOf: (number: number) => Lie;
}

/** Candidates whose angles are refined before others get a turn: some ten milliseconds. */
const refinedAtOnce = 200;

/** The maxima of a map, none too near to a better one, with finer turns and places; best first. */
export async function findPlaces(
  context: GpuContext,
  { plane, which, sign }: FoundMap,
  refiner: PeakRefiner,
  { noise, lowestScore, lieOf }: FoundScale,
  { signal, onProgress }: JobOptions,
): Promise<FoundPlace[]> {
  const peaks = await thinnedPeaks(context, plane, lowestScore * noise);
  const places = peaks.map(({ x, y }) => Math.round(y) * plane.width + Math.round(x));
  const numbers = await gather(context, which, places);
  const found: FoundPlace[] = [];
  for (const [i, peak] of peaks.entries()) {
    if (i % refinedAtOnce === 0) {
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Refining angles', done: i, total: peaks.length });
    }
    const { x, y, value, ...lie } = refiner.refine(peak, lieOf(numbers[i] ?? 0), sign);
    found.push({ x, y, score: value / noise, lie });
  }
  return found.sort(bestFirst);
}

async function thinnedPeaks(context: GpuContext, plane: Plane, floor: number): Promise<Candidate[]> {
  const { width, height } = plane;
  const { workingDiameterPx } = matchingScale;
  const peaks = await findPeaks(context, plane, { x: 0, y: 0, width, height }, floor);
  // First the edge, then the neighbours: a false one at the edge must not take a true one's place.
  const inside = peaks.filter(awayFromEdges({ width, height }, workingDiameterPx));
  return suppressNeighbours(
    inside.map(({ x, y, value }) => ({ x, y, score: value })),
    matchingSeparationDiameters * workingDiameterPx,
  );
}
