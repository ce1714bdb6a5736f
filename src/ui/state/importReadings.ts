/** The readings of a coordinate file as the picture judges them: which comes first, and whether the user must choose. */
import type { CoordinateFile } from '../../dataset/coordinates/read.ts';
import type { ImageSize, Reading } from '../../dataset/coordinates/readings.ts';
import type { Coordinate, CoordinateFormat } from '../../formats/coordinates.ts';
import type { PlaceScore } from '../../rpc/contract.ts';

export interface JudgedReading {
  readonly reading: Reading;
  /** Centres on the micrograph under this reading, those outside of it too; of a long list an even sample. */
  readonly places: readonly Coordinate[];
  readonly score: PlaceScore;
}

/** Programs whose files are known to come in more than one way, depending on who wrote them and from what. */
const AMBIGUOUS: ReadonlySet<CoordinateFormat> = new Set(['box', 'cbox', 'cs']);
/** Below it a reading does not fit, σ: with two dozen tries (readings and sizes) chance alone gets to 3. */
const FITS = 4;
/** By so much another reading must be better than the program's own to be put before it, σ: the noise of a score. */
const HEAD_START = 1;
/** By so much it must be better to be asked about where the program has one way only, σ. */
const CLEARLY = 3;
/** Cards in the dialog. */
const MOST_OFFERED = 8;

/** Whether the picks stand out of the picture under a reading. */
export function fitsPicture({ score }: JudgedReading): boolean {
  return score.z >= FITS;
}

/**
 * Best first; the program's own order where none fits.
 * @param judged the program's own reading first.
 */
export function ranked(judged: readonly JudgedReading[]): JudgedReading[] {
  const [own] = judged;
  if (!judged.some(fitsPicture)) return judged.slice(0, MOST_OFFERED);
  const worth = (one: JudgedReading): number => one.score.z + (one === own ? HEAD_START : 0);
  const sorted = [...judged].sort((a, b) => worth(b) - worth(a));
  const best = sorted.slice(0, MOST_OFFERED);
  // The program's own way is always among those that are offered.
  return own && !best.includes(own) ? [...best.slice(0, -1), own] : best;
}

/**
 * The reading to import by without a question, or undefined where the user is to choose.
 * @param judged all that put most points on the picture.
 * @param agreed what the user has chosen for another file of this program.
 */
export function withoutQuestion(
  file: Pick<CoordinateFile, 'format'>,
  judged: readonly JudgedReading[],
  ownId: string,
  agreed: string | undefined,
): JudgedReading | undefined {
  const top = judged.reduce((best, { score }) => Math.max(best, score.z), Number.NEGATIVE_INFINITY);
  const before = judged.find(({ reading }) => reading.id === agreed);
  if (before && fitsPicture(before) && before.score.z > top - CLEARLY) return before;
  const own = judged.find(({ reading }) => reading.id === ownId);
  if (!own || (AMBIGUOUS.has(file.format) && judged.length > 1)) return undefined;
  const isWorse = top >= FITS && top >= own.score.z + CLEARLY;
  return isWorse ? undefined : own;
}

/** What the scores say, in a sentence or two. @param offered best first. */
export function verdictOf(offered: readonly JudgedReading[], ownId: string): string {
  const [best] = offered;
  const own = offered.find(({ reading }) => reading.id === ownId);
  if (!best || !fitsPicture(best)) {
    return 'No reading fits the picture: the particles may be too faint to tell, or the file may belong to another micrograph.';
  }
  const meant = asMeant(best.reading, 'them');
  if (best === own) return `The picks stand out ${meant}, by ${zText(best.score)}.`;
  const other = `The picks stand out best, by ${zText(best.score)}, if read so: ${meaning(best.reading)}.`;
  return own ? `${other} ${meant.replace(/^a/, 'A')}: ${zText(own.score)}.` : other;
}

/** A program's own way; a table has none but what it says. */
export function asMeant(reading: Reading, what: 'it' | 'them'): string {
  return reading.format === 'csv' ? 'as in the table' : `as ${programOf(reading)} means ${what}`;
}

/** "9.3 σ". */
export function zText({ z, judged }: PlaceScore): string {
  return judged === 0 ? 'none could be judged' : `${z.toFixed(1).replace('-', '−')}\u00a0σ`;
}

/** A reading's sentence without the program's name. */
export function meaning({ label }: Reading): string {
  return label.replace(/^[^:]+: /, '');
}

export function programOf({ label }: Reading): string {
  return label.split(':')[0] ?? '';
}

export function isInside({ x, y }: Coordinate, { width, height }: ImageSize): boolean {
  return x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5;
}

/** A few at the edge may lie outside; if most do, those inside are there by chance. */
export function isMostlyInside(places: readonly Coordinate[], size: ImageSize): boolean {
  return places.filter((place) => isInside(place, size)).length * 2 >= places.length;
}

/** Side of a box over the particle's diameter, as EMAN's guide has it; crYOLO's own boxes are as tight as the particle. */
const BOX_PER_DIAMETER = 1.5;

/**
 * The particle's diameter as the file's diameters or boxes suggest it, px: their median; undefined where it has none.
 * @param places under the reading: boxes are larger on a larger image.
 */
export function diameterOf({
  reading,
  places,
}: Pick<JudgedReading, 'reading' | 'places'>): number | undefined {
  const perBox = reading.format === 'box' ? BOX_PER_DIAMETER : 1;
  const sizes = places
    .map(
      ({ diameterPx, boxWidth = 0, boxHeight = 0 }) => diameterPx ?? Math.min(boxWidth, boxHeight) / perBox,
    )
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  return sizes[sizes.length >> 1];
}

/**
 * Parts of the diameter that readings are judged at. Particles seldom differ from their surroundings over all their
 * disc, and diameters are generous: on beta-galactosidase and apoferritin half of it tells right from wrong by 25 to
 * 50 σ where the whole of it, or a box, tells nothing (November 2026).
 */
export const JUDGED_PARTS = [1, 0.6, 0.35] as const;

/** The scores of one size, that at which some reading stands out most. */
export function mostTelling(sizes: readonly (readonly PlaceScore[])[]): readonly PlaceScore[] {
  const top = (scores: readonly PlaceScore[]): number =>
    scores.reduce((most, { z }) => Math.max(most, z), Number.NEGATIVE_INFINITY);
  return sizes.reduce((best, scores) => (top(scores) > top(best) ? scores : best), sizes[0] ?? []);
}
