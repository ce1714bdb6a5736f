/** The losses that are compared with their definitions. */
import type { LossKind } from '../../../src/gpu/ops/trainLoss.ts';
import { bce, focal, l1, l2, type PointLoss } from '../../reference/optimisers.ts';

/** Means over numbers. */
export const points: readonly (readonly [LossKind, PointLoss])[] = [
  [{ kind: 'l2' }, l2],
  [{ kind: 'l1' }, l1],
  [{ kind: 'bce' }, bce],
  [{ kind: 'focal', alpha: 0.25, gamma: 2 }, focal(0.25, 2)],
  [{ kind: 'focal', alpha: 0.6, gamma: 0.5 }, focal(0.6, 0.5)],
];

/** Expected counts; `shift` moves the scores towards their share of positives. */
export const counts = [
  { pi: 0.035, slack: 1, shift: -2 },
  { pi: 0.3, slack: 0.2, shift: 0 },
  { pi: 0.01, slack: 10, shift: -8 },
];

export const losses: readonly LossKind[] = [
  ...points.map(([loss]) => loss),
  ...counts.map(({ pi, slack }): LossKind => ({ kind: 'expectedCount', pi, slack })),
];
