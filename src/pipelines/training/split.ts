import { createRandom } from '../../core/random.ts';
import type { Point } from '../template/profile.ts';
import type { TrainingExample } from './examples.ts';

/** An example whose labels are partly kept back: what is learnt from takes those for unlabelled places. */
export interface SplitExample extends TrainingExample {
  readonly heldOut: readonly Point[];
}

/** With fewer labels none is kept back: each is needed more for learning. */
const fewestLabels = 8;

/**
 * Keeps back a part of the labels, evenly drawn from all micrographs.
 * @param part from 0 to 0.5.
 */
export function splitLabels(
  examples: readonly TrainingExample[],
  part: number,
  seed: number,
): SplitExample[] {
  const all = examples.flatMap(({ labels }, example) => labels.map((_, label) => `${example} ${label}`));
  const random = createRandom(seed);
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [all[i], all[j]] = [all[j] ?? '', all[i] ?? ''];
  }
  const count = all.length < fewestLabels ? 0 : Math.round(part * all.length);
  const held = new Set(all.slice(0, count));
  return examples.map((example, i) => ({
    ...example,
    labels: example.labels.filter((_, j) => !held.has(`${i} ${j}`)),
    heldOut: example.labels.filter((_, j) => held.has(`${i} ${j}`)),
  }));
}
