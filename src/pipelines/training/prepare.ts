import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { receptiveField } from '../../nn/field.ts';
import { matchPicks } from '../evaluation/matching.ts';
import { filterNetwork } from '../picking/arrangement/filter.ts';
import type { Candidate } from '../picking/candidates.ts';
import { type HeatMap, heatAt, heatMap, peaksOf } from '../picking/heat.ts';
import { expectedBest } from '../picking/threshold.ts';
import type { Point } from '../template/profile.ts';
import { exclusionOf } from './body.ts';
import { type Crowding, crowdingOf } from './crowding.ts';
import { scoreHeldOut, strictDiameters } from './heldOut.ts';
import { type NetworkWeights, rescaled, withFilter } from './matchedFilter.ts';
import { type Evidence, fitPosterior, type Posterior, sigmoid } from './posterior.ts';
import type { PickerTrainingSettings } from './settings.ts';
import { isInBand, type SplitExample } from './split.ts';
import type { Spot } from './targets.ts';
import { fitTeacher } from './teacher.ts';

/** From so many on, labels tell how far clicks lie beside what is found. */
const enoughForOffset = 5;

/** All that a training starts from. */
export interface Preparation {
  readonly network: NetworkWeights;
  /** Candidates of each example with their chances, and its labels; nothing of what was kept back. */
  readonly spots: readonly (readonly Spot[])[];
  /** Particles on all examples together, without what was kept back. */
  readonly expectedCount: number;
  readonly hasTemplate: boolean;
  /** Width of a particle's body, px of the pictures, 0 where it is not known. */
  readonly exclusionPx: number;
  /** What arrangements of the mean particle say; undefined where they are not heeded. */
  readonly crowding: Crowding | undefined;
  /** What network and template find alone of what was kept back, by example; undefined for one that is not there. */
  readonly alone: {
    readonly network: readonly (readonly Candidate[])[] | undefined;
    readonly template: readonly (readonly Candidate[])[] | undefined;
  };
}

/**
 * Mixes the network with the template so that labels become as likely as possible, and judges every candidate by the mixture.
 * @param examples those with labels.
 * @param expectedCount particles on the examples without what was kept back, where it is known.
 * @param isBlank whether the network has learnt nothing yet, so that its result tells nothing.
 */
export async function prepareTraining(
  context: GpuContext,
  examples: readonly SplitExample[],
  base: NetworkWeights,
  isBlank: boolean,
  diameterPx: number,
  { withTemplate, separationDiameters }: PickerTrainingSettings,
  expectedCount?: number,
  options: JobOptions = {},
): Promise<Preparation> {
  const template = withTemplate
    ? await fitTeacher(context, examples, { workingDiameterPx: diameterPx })
    : undefined;
  const { stride } = receptiveField(base.graph).x;
  const hasNetwork = !(isBlank && template);
  const networks = [...(hasNetwork ? [base] : []), ...(template ? [filterNetwork(template, stride)] : [])];
  const maps: HeatMap[][] = [];
  for (const { picture } of examples) {
    const own: HeatMap[] = [];
    for (const { graph, tensors } of networks) own.push(await heatMap(context, graph, tensors, picture));
    maps.push(own);
  }
  const separationPx = separationDiameters * diameterPx;
  const foundBy = (map: number): Candidate[][] =>
    examples.map(({ picture }, i) => {
      const heat = maps[i]?.[map];
      return heat ? peaksOf(heat, picture, diameterPx, separationPx) : [];
    });
  const alone = (map: number): Candidate[][] => {
    const found = foundBy(map);
    return examples.map(({ band }, i) => (found[i] ?? []).filter((candidate) => isInBand(candidate, band)));
  };
  const scales = networks.map((_, i) => 1 / deviationOf(maps.flatMap((own) => own[i] ?? [])));
  const chances = (networks.length > 1 ? foundBy(0) : []).flat().map(({ score }) => sigmoid(score));
  const exclusionPx = template ? exclusionOf(template, examples, diameterPx, separationPx) : 0;
  const crowding =
    template &&
    (await crowdingOf(
      context,
      examples,
      template,
      maps.flatMap((own) => own.at(-1) ?? []),
      { diameterPx, exclusionPx, separationPx },
      options,
    ));
  const judged = mixtures(networks.length, templateShare(chances)).map((parts): Judged => {
    const weights = parts.map((part, i) => part * (scales[i] ?? 1));
    const found = examples.map((example, i) =>
      candidatesOf(weightedSum(maps[i] ?? [], weights), example, diameterPx, separationPx),
    );
    const posterior = fitPosterior(
      found.flatMap(({ evidence }) => evidence),
      expectedCount,
    );
    return { weights, found, posterior };
  });
  const { weights, found, posterior } = bestOf(judged, examples, diameterPx);
  // A slope that is not positive would turn the picture round: then nothing is to be learnt from the score.
  const [slope = 0, constant = 0] = posterior.weights;
  const isGood = slope > 0;
  const [factor, offset] = isGood ? [slope, constant] : [1, 0];
  const shift = meanOffset(found);
  let next = 0;
  const spots = found.map(({ places }) =>
    places.map(({ x, y, isMatched }) => {
      const chance = posterior.chances[next++] ?? 0;
      return isMatched ? { x: x + shift.x, y: y + shift.y, chance } : { x, y, chance };
    }),
  );
  const ofTemplate = template ? (weights.at(-1) ?? 0) : 0;
  const ofNetwork = hasNetwork ? (weights[0] ?? 0) : 1;
  const mixture = { network: factor * ofNetwork, template: factor * ofTemplate, offset };
  const network =
    template && ofTemplate > 0
      ? withFilter(base, template, mixture)
      : rescaled(base, mixture.network, offset);
  return {
    network,
    spots,
    expectedCount: posterior.expectedCount,
    hasTemplate: template !== undefined && ofTemplate > 0,
    exclusionPx,
    crowding,
    alone: {
      network: hasNetwork && !isBlank ? alone(0) : undefined,
      template: template ? alone(networks.length - 1) : undefined,
    },
  };
}

/** A mixture of the maps, and what it says of the examples. */
interface Judged {
  /** Of the maps. */
  readonly weights: readonly number[];
  readonly found: readonly Found[];
  readonly posterior: Posterior;
}

/** The template's share, where the network's is 1: half as much where the network is sure, as much where it doubts everything. */
function templateShare(networkChances: readonly number[]): number {
  return Math.min(1, Math.max(0.5, 2 * (1 - expectedBest(networkChances).f1)));
}

/**
 * Shares of network and template in units of their deviations; the first, unless another is clearly better. Fifty labels can't tell the
 * best ones (weights fitted to them made single frames of apoferritin worse than equal ones, 0.60 for 0.64), only whether one of
 * the two is of little use.
 */
function mixtures(maps: number, share: number): readonly (readonly number[])[] {
  if (maps < 2) return [[1]];
  return [
    [1, share],
    [1, 1],
    [1, 0],
    [0, 1],
  ];
}

/** How many times better one alone has to find the labels than both together. */
const clearlyBetter = 1.25;

function bestOf(judged: readonly Judged[], examples: readonly SplitExample[], diameterPx: number): Judged {
  const [first, ...others] = judged;
  if (!first) throw new RangeError('There is no mixture.');
  // By one count for all, so that they can be compared; none of them has learnt the labels one by one.
  const { expectedCount } = first.posterior;
  const score = ({ found }: Judged): number => {
    const micrographs = found.map(({ candidates }, i) => ({
      candidates,
      heldOut: examples[i]?.labels ?? [],
    }));
    return scoreHeldOut(micrographs, expectedCount, strictDiameters * diameterPx).averagePrecision;
  };
  let [best, least] = [first, clearlyBetter * score(first)];
  for (const other of others) {
    const value = score(other);
    if (value > least) [best, least] = [other, value];
  }
  return best;
}

interface Found {
  readonly candidates: readonly Candidate[];
  readonly evidence: readonly Evidence[];
  /** A label without a candidate stays where it is; all others lie where they are found. */
  readonly places: readonly (Point & { readonly isMatched: boolean })[];
  /** From candidates to the labels on them. */
  readonly offsets: readonly Point[];
}

function candidatesOf(
  heat: HeatMap,
  { picture, labels, rejected = [], band }: SplitExample,
  diameterPx: number,
  separationPx: number,
): Found {
  const isLearnt = (place: Point): boolean => !isInBand(place, band);
  const candidates = peaksOf(heat, picture, diameterPx, separationPx).filter(isLearnt);
  const said = [...labels, ...rejected.filter(isLearnt)];
  // Candidates are sorted by score already, and so are the matches.
  const matches = matchPicks(candidates, said, strictDiameters * diameterPx);
  const known = new Set(matches.map(({ truth }) => truth));
  const answer = (index: number): boolean | undefined => (index < 0 ? undefined : index < labels.length);
  const offsets = candidates.flatMap(({ x, y }, i) => {
    const label = labels[matches[i]?.truth ?? -1];
    return label ? [{ x: label.x - x, y: label.y - y }] : [];
  });
  const missed = said.flatMap((place, i) => (known.has(i) ? [] : [{ place, isParticle: answer(i) }]));
  return {
    candidates,
    evidence: [
      ...candidates.map(({ score }, i) => ({
        features: [score],
        isParticle: answer(matches[i]?.truth ?? -1),
      })),
      ...missed.map(({ place, isParticle }) => ({ features: [heatAt(heat, place)], isParticle })),
    ],
    places: [
      ...candidates.map(({ x, y }) => ({ x, y, isMatched: true })),
      ...missed.map(({ place }) => ({ ...place, isMatched: false })),
    ],
    offsets,
  };
}

function deviationOf(maps: readonly HeatMap[]): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const { data } of maps) {
    count += data.length;
    for (const value of data) {
      sum += value;
      squares += value * value;
    }
  }
  return Math.sqrt(squares / count - (sum / count) ** 2) || 1;
}

function weightedSum(maps: readonly HeatMap[], weights: readonly number[]): HeatMap {
  const [first] = maps;
  if (!first) throw new RangeError('There is no heat map.');
  const data = new Float32Array(first.data.length);
  for (const [i, map] of maps.entries()) {
    const weight = weights[i] ?? 0;
    // Grids of one stride differ in their ends alone.
    for (let y = 0; y < first.height; y++)
      for (let x = 0; x < first.width; x++) {
        const from = Math.min(y, map.height - 1) * map.width + Math.min(x, map.width - 1);
        const to = y * first.width + x;
        data[to] = (data[to] ?? 0) + weight * (map.data[from] ?? 0);
      }
  }
  return { ...first, data };
}

/** People click beside the middle, all to the same side: what is found is moved there. */
function meanOffset(found: readonly Found[]): Point {
  const all = found.flatMap(({ offsets }) => offsets);
  if (all.length < enoughForOffset) return { x: 0, y: 0 };
  const mean = (axis: 'x' | 'y'): number => all.reduce((sum, one) => sum + one[axis], 0) / all.length;
  return { x: mean('x'), y: mean('y') };
}
