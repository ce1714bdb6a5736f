/**
 * Picks by arrangements of mean particles, and how they are brought together with a network's. In noise that is independent from pixel to
 * pixel the comparison with the mean particle is all that a single place can tell (North 1943), and what lies beside it tells
 * the rest.
 */
import type { GpuContext } from '../../../gpu/context.ts';
import type { Picture, Point, RadialTemplate } from '../../template/profile.ts';
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
/** Chances nearer to 0 or 1 are taken for this one. */
const certain = 1e-12;
/** Cells of a picture beyond which arrangements would take minutes. */
const mostCells = 2e6;

/** Lengths in pixels of the picture. */
export interface Crowd {
  readonly diameterPx: number;
  /** Width of a particle's body. */
  readonly exclusionPx: number;
  readonly separationPx: number;
}

/**
 * @param picture at the working scale, standardised, particles dark as they are in the template.
 * @returns places in its pixels, with the part of the arrangements that have a particle there as score, best first; none in a flat picture,
 * undefined for a picture too large for it.
 */
export async function arrangedCandidates(
  context: GpuContext,
  picture: Picture,
  template: RadialTemplate,
  { diameterPx, exclusionPx, separationPx }: Crowd,
  options: SamplingOptions = {},
): Promise<Candidate[] | undefined> {
  const stride = Math.max(1, Math.round(diameterPx / cellsPerDiameter));
  if (picture.data.length > mostCells * stride ** 2) return undefined;
  const { graph, tensors } = filterNetwork(template, stride);
  const heat = await heatMap(context, graph, tensors, picture);
  const evidence = evidenceOf(heat, picture);
  if (!evidence) return [];
  const law = {
    core: separationPx / stride,
    reach: Math.max(exclusionPx, separationPx) / stride,
    rate: (cells: number) => (exclusionPx > 0 ? pairRate((cells * stride) / exclusionPx) : 1),
  };
  const density = await sampleArrangements(evidence, law, options);
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
): EvidenceGrid | undefined {
  const { centre, deviation } = robustly(data);
  if (!(deviation > 0)) return undefined;
  const isInside = (cell: number, length: number): boolean => stride * cell + (stride - 1) / 2 <= length - 1;
  const log = Float64Array.from(data, (value, cell) => {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    if (!isInside(x, picture.width) || !isInside(y, picture.height)) return Number.NEGATIVE_INFINITY;
    return contrast * ((value - centre) / deviation - contrast / 2) + logIntensity;
  });
  return { width, height, logIntensity: log };
}

/** Median, and the quartiles' distance as a deviation: particles and dirt are a small part of a picture. */
export function robustly(values: Float32Array): { readonly centre: number; readonly deviation: number } {
  const sorted = values.slice().sort();
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  return { centre: at(0.5), deviation: (at(0.75) - at(0.25)) / 1.349 };
}

/** Log-odds, never more certain than what arrangements can tell. */
export function drawnLogOdds(chance: number): number {
  return logOdds(chance, surest);
}

function logOdds(chance: number, surest: number): number {
  const safe = Math.min(1 - surest, Math.max(surest, chance));
  return Math.log(safe / (1 - safe));
}

type Calibration = Pick<Arrangement, 'factor' | 'offset'>;

const calibratedChance = ({ factor, offset }: Calibration, drawn: number): number =>
  1 / (1 + Math.exp(-(factor * drawnLogOdds(drawn) + offset)));

/** Chances of what was drawn, as the training's labels have it. @param drawn as `arrangedCandidates` gives them. */
export function calibrated(drawn: readonly Candidate[], calibration: Calibration): Candidate[] {
  return drawn.map((one) => ({ ...one, score: calibratedChance(calibration, one.score) }));
}

/**
 * Two opinions of the same picture: log-odds are averaged by their shares, and who does not know a place thinks it as unlikely as can be.
 * @param arranged of arrangements, `calibrated`.
 * @param own of the network, with chances as scores.
 * @param radiusPx within which two candidates are the same.
 * @param separationPx no two of the result are nearer.
 */
export function together(
  arranged: readonly Candidate[],
  own: readonly Candidate[],
  { share, ...calibration }: Calibration & Pick<Arrangement, 'share'>,
  radiusPx: number,
  separationPx: number,
): Candidate[] {
  // Alone, arrangements need nobody to agree with.
  if (share === 1) return suppressNeighbours(arranged, separationPx);
  const unknown = calibratedChance(calibration, 0);
  const chance = (ofArranged: number, ofOwn: number): number =>
    1 / (1 + Math.exp(-(share * logOdds(ofArranged, certain) + (1 - share) * drawnLogOdds(ofOwn))));
  const ownAt = nearestOf(own, radiusPx);
  const arrangedAt = nearestOf(arranged, radiusPx);
  const all = arranged.map((one) => ({ ...one, score: chance(one.score, ownAt(one)?.score ?? 0) }));
  for (const one of own) if (!arrangedAt(one)) all.push({ ...one, score: chance(unknown, one.score) });
  return suppressNeighbours(all, separationPx);
}

/** Finds the nearest of some candidates within a radius, by a grid of cells of that side. */
function nearestOf(
  candidates: readonly Candidate[],
  radiusPx: number,
): (place: Point) => Candidate | undefined {
  const cells = new Map<string, Candidate[]>();
  const cellOf = (px: number): number => Math.floor(px / radiusPx);
  for (const one of candidates) {
    const key = `${cellOf(one.x)} ${cellOf(one.y)}`;
    const cell = cells.get(key);
    if (cell) cell.push(one);
    else cells.set(key, [one]);
  }
  return ({ x, y }) => {
    let [best, least]: [Candidate | undefined, number] = [undefined, radiusPx];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        for (const one of cells.get(`${cellOf(x) + dx} ${cellOf(y) + dy}`) ?? []) {
          const distance = Math.hypot(one.x - x, one.y - y);
          if (distance <= least) [best, least] = [one, distance];
        }
    return best;
  };
}
