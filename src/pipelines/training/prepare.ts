import type { GpuContext } from '../../gpu/context.ts';
import { receptiveField } from '../../nn/field.ts';
import { matchPicks } from '../evaluate.ts';
import type { Candidate } from '../picking/candidates.ts';
import type { Picture, Point } from '../template/profile.ts';
import { type HeatMap, heatAt, heatMap, peaksOf } from './heat.ts';
import { filterNetwork, type NetworkWeights, withFilter } from './matchedFilter.ts';
import { type Evidence, fitPosterior } from './posterior.ts';
import type { PickerTrainingSettings } from './settings.ts';
import type { SplitExample } from './split.ts';
import type { Spot } from './targets.ts';
import { fitTeacher } from './teacher.ts';

/** A pick nearer than this to a particle, in diameters, has found it: the strict radius. */
export const strictDiameters = 0.25;
/** From so many on, labels tell how far clicks lie beside what is found. */
const enoughForOffset = 5;

/** All that a training starts from. */
export interface Preparation {
  readonly network: NetworkWeights;
  /** Candidates of each example with their chances, and its labels. */
  readonly spots: readonly (readonly Spot[])[];
  /** Particles on all examples together. */
  readonly expectedCount: number;
  readonly hasTemplate: boolean;
}

/**
 * Mixes the network with the template so that labels become as likely as possible, and judges every candidate by the mixture.
 * @param examples those with labels.
 * @param isBlank whether the network has learnt nothing yet, so that its result tells nothing.
 */
export async function prepareTraining(
  context: GpuContext,
  examples: readonly SplitExample[],
  base: NetworkWeights,
  isBlank: boolean,
  diameterPx: number,
  { withTemplate, separationDiameters, expectedCount }: PickerTrainingSettings,
): Promise<Preparation> {
  const template = withTemplate
    ? await fitTeacher(context, examples, { workingDiameterPx: diameterPx })
    : undefined;
  const { stride } = receptiveField(base.graph).x;
  const networks = [
    ...(isBlank && template ? [] : [base]),
    ...(template ? [filterNetwork(template, stride)] : []),
  ];
  const found: Found[] = [];
  for (const { picture, labels, rejected = [] } of examples) {
    const maps: HeatMap[] = [];
    for (const { graph, tensors } of networks) maps.push(await heatMap(context, graph, tensors, picture));
    found.push(candidatesOf(maps, picture, labels, rejected, diameterPx, separationDiameters * diameterPx));
  }
  const posterior = fitPosterior(
    found.flatMap(({ evidence }) => evidence),
    expectedCount,
  );
  const { weights, chances } = posterior;
  const offset = weights.at(-1) ?? 0;
  const ofNetwork = isBlank && template ? 1 : (weights[0] ?? 1);
  const mixture = { network: ofNetwork, template: weights.at(-2) ?? 0, offset };
  const shift = meanOffset(found);
  let next = 0;
  const spots = found.map(({ places }) =>
    places.map(({ x, y, isMatched }) => {
      const chance = chances[next++] ?? 0;
      return isMatched ? { x: x + shift.x, y: y + shift.y, chance } : { x, y, chance };
    }),
  );
  const network = template ? withFilter(base, template, mixture) : base;
  return { network, spots, expectedCount: posterior.expectedCount, hasTemplate: template !== undefined };
}

interface Found {
  readonly evidence: readonly Evidence[];
  /** A label without a candidate stays where it is; all others lie where they are found. */
  readonly places: readonly (Point & { readonly isMatched: boolean })[];
  /** From candidates to the labels on them. */
  readonly offsets: readonly Point[];
}

function candidatesOf(
  maps: readonly HeatMap[],
  picture: Picture,
  labels: readonly Point[],
  rejected: readonly Point[],
  diameterPx: number,
  separationPx: number,
): Found {
  const candidates = peaksOf(sumOfStandardised(maps), picture, diameterPx, separationPx);
  const radius = strictDiameters * diameterPx;
  const said = [...labels, ...rejected];
  const matches = matchPicks(candidates, said, radius);
  const known = new Set(matches.map(({ truth }) => truth));
  const featuresAt = (place: Point): number[] => maps.map((map) => heatAt(map, place));
  const answer = (index: number): boolean | undefined => (index < 0 ? undefined : index < labels.length);
  // Candidates are sorted by score already, and so are the matches.
  const offsets = candidates.flatMap(({ x, y }, i) => {
    const label = labels[matches[i]?.truth ?? -1];
    return label ? [{ x: label.x - x, y: label.y - y }] : [];
  });
  const missed = said.flatMap((place, i) => (known.has(i) ? [] : [{ place, isParticle: answer(i) }]));
  return {
    evidence: [
      ...candidates.map((candidate, i) => ({
        features: featuresAt(candidate),
        isParticle: answer(matches[i]?.truth ?? -1),
      })),
      ...missed.map(({ place, isParticle }) => ({ features: featuresAt(place), isParticle })),
    ],
    places: [
      ...candidates.map(({ x, y }: Candidate) => ({ x, y, isMatched: true })),
      ...missed.map(({ place }) => ({ ...place, isMatched: false })),
    ],
    offsets,
  };
}

function sumOfStandardised(maps: readonly HeatMap[]): HeatMap {
  const [first, ...others] = maps;
  if (!first) throw new RangeError('There is no heat map.');
  const data = new Float32Array(first.data.length);
  for (const map of [first, ...others]) {
    const mean = map.data.reduce((sum, value) => sum + value, 0) / map.data.length;
    const square = map.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / map.data.length;
    const scale = 1 / (Math.sqrt(square) || 1);
    // Grids of one stride differ in their ends alone.
    for (let y = 0; y < first.height; y++)
      for (let x = 0; x < first.width; x++) {
        const from = Math.min(y, map.height - 1) * map.width + Math.min(x, map.width - 1);
        const to = y * first.width + x;
        data[to] = (data[to] ?? 0) + ((map.data[from] ?? 0) - mean) * scale;
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
