import { createRandom } from '../../core/random.ts';
import type { Point } from '../template/profile.ts';
import type { TrainingExample } from './examples.ts';

/** Rows of a picture, px: from `top` on, before `bottom`. */
export interface Band {
  readonly top: number;
  readonly bottom: number;
}

/** An example of which a band is kept back: nothing in it is learnt from, labelled or not. */
export interface SplitExample extends TrainingExample {
  readonly band: Band;
  /** Labels in the band; the others are `labels`. */
  readonly heldOut: readonly Point[];
}

/** With fewer labels none is kept back: each is needed more for learning. */
const fewestLabels = 8;
const nothing: Band = { top: 0, bottom: 0 };

export const isInBand = ({ y }: Point, { top, bottom }: Band): boolean => y >= top && y < bottom;

/**
 * Keeps back a band of every picture, with a part of its labels. Single labels would not do: what lies unlabelled around them is
 * learnt by its chances, they among it, and a network that learns those by heart seems to get better.
 * @param part from 0 to 0.5.
 */
export function splitLabels(
  examples: readonly TrainingExample[],
  part: number,
  seed: number,
): SplitExample[] {
  const random = createRandom(seed);
  const total = examples.reduce((sum, { labels }) => sum + labels.length, 0);
  return examples.map((example) => {
    const rows = example.labels.map(({ y }) => y).sort((a, b) => a - b);
    const count = total < fewestLabels ? 0 : Math.min(rows.length - 1, Math.round(part * rows.length));
    const first = random.integer(rows.length - count + 1);
    const band = count > 0 ? bandOf(rows, first, count, example.picture.height) : nothing;
    const { labels } = example;
    return {
      ...example,
      band,
      labels: labels.filter((label) => !isInBand(label, band)),
      heldOut: labels.filter((label) => isInBand(label, band)),
    };
  });
}

/** From the middle between two labels to the middle between two others. */
function bandOf(rows: readonly number[], first: number, count: number, height: number): Band {
  const between = (index: number): number => ((rows[index - 1] ?? 0) + (rows[index] ?? 0)) / 2;
  return {
    top: first === 0 ? 0 : between(first),
    bottom: first + count === rows.length ? height : between(first + count),
  };
}
