/**
 * Picks by arrangements of mean particles, and how they are brought together with a network's. In noise that is independent from pixel to
 * pixel the comparison with the mean particle is all that a single place can tell (North 1943), and what lies beside it tells
 * the rest.
 */
import type { GpuContext } from '../../../gpu/context.ts';
import type { Picture, RadialTemplate } from '../../template/profile.ts';
import { type Candidate, suppressNeighbours } from '../candidates.ts';
import { pairRate } from '../exclusion.ts';
import { type HeatMap, heatMap } from '../heat.ts';
import { filterNetwork } from './filter.ts';
import { placesOf } from './places.ts';
import { type EvidenceGrid, type SamplingOptions, sampleArrangements } from './sampler.ts';
import type { Arrangement } from './settings.ts';

/** Cells of the grid of places along a diameter. */
const cellsPerDiameter = 12;
/**
 * How far a particle is taken to stand above the deviation of the comparison, in these deviations: what single frames have. Where
 * particles stand out more, that is clear enough as it is, and what surrounds them is not only noise.
 */
const contrast = 2.4;
/** Logarithm of the particles of a cell that is as good as an empty one's mean, before anything is known of its neighbours. */
const logIntensity = -1;
/** A pick and a particle nearer than this, in diameters, are the same when places are chosen. */
const placeRadiusDiameters = 0.18;
/** A drawn chance is never more certain than this: there are only so many arrangements. */
const surest = 1e-4;

/** Lengths in pixels of the picture. */
export interface Crowd {
  readonly diameterPx: number;
  /** Width of a particle's body. */
  readonly exclusionPx: number;
  readonly separationPx: number;
}

/**
 * @param picture at the working scale, standardised, particles dark as they are in the template.
 * @returns places in its pixels, with the part of the arrangements that have a particle there as score, best first.
 */
export async function arrangedCandidates(
  context: GpuContext,
  picture: Picture,
  template: RadialTemplate,
  { diameterPx, exclusionPx, separationPx }: Crowd,
  options: SamplingOptions = {},
): Promise<Candidate[]> {
  const stride = Math.max(1, Math.round(diameterPx / cellsPerDiameter));
  const { graph, tensors } = filterNetwork(template, stride);
  const heat = await heatMap(context, graph, tensors, picture);
  const law = {
    core: separationPx / stride,
    reach: Math.max(exclusionPx, separationPx) / stride,
    rate: (cells: number) => (exclusionPx > 0 ? pairRate((cells * stride) / exclusionPx) : 1),
  };
  const density = await sampleArrangements(evidenceOf(heat, picture), law, options);
  const toPx = (cell: number): number => stride * cell + (stride - 1) / 2;
  const radius = (placeRadiusDiameters * diameterPx) / stride;
  return placesOf(density, heat.width, radius, separationPx / stride).map(({ x, y, score }) => ({
    x: toPx(x),
    y: toPx(y),
    score,
  }));
}

/** The logarithm of the likelihood of a particle in each cell over that of none, and of how many to expect. */
function evidenceOf(
  { data, width, height, stride }: HeatMap,
  picture: { readonly width: number; readonly height: number },
): EvidenceGrid {
  const { centre, deviation } = robustly(data);
  const isInside = (cell: number, length: number): boolean => stride * cell + (stride - 1) / 2 <= length - 1;
  const log = Float64Array.from(data, (value, cell) => {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    if (!isInside(x, picture.width) || !isInside(y, picture.height)) return Number.NEGATIVE_INFINITY;
    const above = deviation > 0 ? (value - centre) / deviation : 0;
    return contrast * (above - contrast / 2) + logIntensity;
  });
  return { width, height, logIntensity: log };
}

/** Median, and the quartiles' distance as a deviation: particles and dirt are a small part of a picture. */
export function robustly(values: Float32Array): { readonly centre: number; readonly deviation: number } {
  const sorted = values.slice().sort();
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  return { centre: at(0.5), deviation: (at(0.75) - at(0.25)) / 1.349 };
}

/** The log-odds of a drawn chance. */
export function drawnLogOdds(chance: number): number {
  const safe = Math.min(1 - surest, Math.max(surest, chance));
  return Math.log(safe / (1 - safe));
}

/**
 * Two opinions of the same picture: log-odds are averaged by their shares, and who does not know a place thinks it as unlikely as can be.
 * @param drawn by arrangements, as `arrangedCandidates` gives them.
 * @param own of the network, with chances as scores.
 * @param radiusPx within which two candidates are the same.
 * @param separationPx no two of the result are nearer.
 */
export function together(
  drawn: readonly Candidate[],
  own: readonly Candidate[],
  { share, factor, offset }: Pick<Arrangement, 'share' | 'factor' | 'offset'>,
  radiusPx: number,
  separationPx: number,
): Candidate[] {
  const chance = (ofDrawn: number, ofOwn: number): number =>
    1 /
    (1 + Math.exp(-(share * (factor * drawnLogOdds(ofDrawn) + offset) + (1 - share) * drawnLogOdds(ofOwn))));
  const all = drawn.map((one) => ({
    ...one,
    score: chance(one.score, nearest(own, one, radiusPx)?.score ?? 0),
  }));
  // Alone, arrangements need nobody to agree with.
  const others = share < 1 ? own : [];
  for (const one of others)
    if (!nearest(drawn, one, radiusPx)) all.push({ ...one, score: chance(0, one.score) });
  return suppressNeighbours(all, separationPx);
}

function nearest(among: readonly Candidate[], { x, y }: Candidate, radiusPx: number): Candidate | undefined {
  let [best, least]: [Candidate | undefined, number] = [undefined, radiusPx];
  for (const one of among) {
    const distance = Math.hypot(one.x - x, one.y - y);
    if (distance <= least) [best, least] = [one, distance];
  }
  return best;
}
