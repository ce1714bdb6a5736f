import { awayFromEdges, type Candidate, suppressNeighbours } from '../picking/candidates.ts';
import { correlationAt } from './correlation.ts';
import { discArea } from './hankel.ts';
import type { TemplateMatcher } from './matcher.ts';
import {
  addParticle,
  addSums,
  emptySums,
  type Picture,
  type Point,
  type RadialSums,
  type RadialTemplate,
  templateOf,
} from './profile.ts';

/**
 * The instant template: the mean of the particles picked so far, centred on what it finds itself, and refined by the best
 * of what it finds. All settings were chosen on the training micrographs of the model card.
 */

/** A micrograph that is searched, and what was picked on it. */
export interface TemplateSearch {
  readonly matcher: TemplateMatcher;
  /** The same pixels as the matcher's. */
  readonly picture: Picture;
  /** Particles picked by hand, px of the picture. */
  readonly picked: readonly Point[];
  /** Longest extent of a particle, px of the picture. */
  readonly diameterPx: number;
}

export interface TemplateFit {
  readonly template: RadialTemplate;
  /** Best first, px of the picture; neighbours are thinned. Scores are correlations, 1 at most. */
  readonly candidates: readonly Candidate[];
  /** The score below which about one in seven of the picked particles would be missed. */
  readonly suggestedThreshold: number;
  /** What was picked here, centred: for searches of other micrographs. */
  readonly sums: RadialSums;
}

/** Of a diameter: the particle and what surrounds it closely. */
export const templateRadiusDiameters = 0.85;
/** Two candidates are never nearer than this. */
const separationDiameters = 0.7;
/** How far from a particle's centre a click may be. */
const clickDiameters = 0.2;
/**
 * From so many on, clicks beside the centres average out, and are left as they are: in the noisiest pictures what is best
 * near a click is often noise.
 */
const enoughClicks = 20;
const centrings = 2;
/** Candidates taken into the template, by the squares of a diameter's side in the picture, and at least. */
const adoptedPart = 0.2;
const leastAdopted = 10;
/** Picked particles count for this many adopted ones. */
const pickedWeight = 3;
/** Correlations below are not worth listing, in deviations of what white noise correlates. */
const lowestNoise = 1;
/** The same while the template is still being made of the best: sorting what nobody sees takes longer than the search. */
const lowestNoiseOnTheWay = 2;
/** From so many picked particles on, how well each is found by the others tells how well particles are found at all. */
const enoughPicked = 5;

/**
 * Fits the template to what was picked, here and elsewhere, and finds what looks like it.
 * @param elsewhere sums of particles on other micrographs of the same diameter in px.
 * @returns undefined when nothing was picked, or nothing is to be seen there.
 */
export async function fitTemplate(
  { matcher, picture, picked, diameterPx }: TemplateSearch,
  elsewhere?: RadialSums,
): Promise<TemplateFit | undefined> {
  const { radiusPx } = matcher;
  const isInside = awayFromEdges(picture, diameterPx);
  const own = (centres: readonly Point[]): RadialSums => {
    const sums = emptySums(radiusPx);
    for (const centre of centres) addParticle(sums, picture, centre, pickedWeight);
    return sums;
  };
  const together = (sums: RadialSums, adopted: readonly Point[] = []): RadialSums => {
    const all = emptySums(radiusPx);
    addSums(all, sums);
    if (elsewhere) addSums(all, elsewhere);
    for (const centre of adopted) addParticle(all, picture, centre);
    return all;
  };
  const noise = 1 / Math.sqrt(discArea(radiusPx));
  const find = async (template: RadialTemplate, lowest = lowestNoiseOnTheWay): Promise<Candidate[]> => {
    const peaks = await matcher.peaks(template, lowest * noise);
    // First the edge, then the neighbours: a false one at the edge must not take a true one's place.
    const candidates = peaks.filter(isInside).map(({ x, y, value }) => ({ x, y, score: value }));
    return suppressNeighbours(candidates, separationDiameters * diameterPx);
  };

  const squares = (picture.width * picture.height) / diameterPx ** 2;
  const most = Math.max(leastAdopted, Math.round(adoptedPart * squares));
  let sums = own(picked);
  let template = templateOf(together(sums));
  if (!template) return undefined;
  let candidates = await find(template);
  const radius = together(sums).particles < enoughClicks * pickedWeight ? clickDiameters * diameterPx : 0;
  const move = (): Point[] => (radius > 0 ? centred(picked, candidates.slice(0, most), radius) : [...picked]);
  for (let i = 0; i < centrings && radius > 0; i++) {
    sums = own(move());
    template = templateOf(together(sums)) ?? template;
    candidates = await find(template);
  }
  const centres = move();
  const scores = scoresWithoutItself(picture, centres, together(sums));
  const floor = scores.length >= enoughPicked ? quantile(scores, 0.25) : 0;
  const adopted = candidates.slice(0, most).filter(({ score }, i) => i < leastAdopted || score >= floor);
  template = templateOf(together(sums, adopted)) ?? template;
  candidates = await find(template, lowestNoise);
  const found = scoresWithoutItself(picture, centres, together(sums, adopted));
  return {
    template,
    candidates,
    suggestedThreshold: threshold(found, candidates, lowestNoise * noise),
    sums,
  };
}

/** Each picked place moved onto the best candidate near it, where there is one. */
function centred(picked: readonly Point[], candidates: readonly Candidate[], radius: number): Point[] {
  return picked.map((place) => {
    // Candidates come best first.
    return candidates.find(({ x, y }) => Math.hypot(x - place.x, y - place.y) <= radius) ?? place;
  });
}

/** How well each particle is found by a template without it. */
function scoresWithoutItself(picture: Picture, centres: readonly Point[], all: RadialSums): number[] {
  return centres.flatMap((centre) => {
    const others = emptySums(all.radiusPx);
    addSums(others, all);
    addParticle(others, picture, centre, -pickedWeight);
    const template = templateOf(others);
    return template ? [correlationAt(picture, centre, template)] : [];
  });
}

const missedPart = 0.15;

function threshold(scores: readonly number[], candidates: readonly Candidate[], lowest: number): number {
  if (scores.length >= enoughPicked) return Math.max(lowest, quantile(scores, missedPart));
  // Too few to tell: what is found at least half as well as the best.
  return Math.max(lowest, (candidates[0]?.score ?? 0) / 2);
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
}
