import { type BatchResult, scoreLadder } from '../../../../src/dataset/batch/results.ts';
import type { Pick } from '../../../../src/dataset/picks.ts';

export function result(picks: readonly Pick[] = [], changes: Partial<BatchResult> = {}): BatchResult {
  return {
    fingerprint: 'f',
    width: 100,
    height: 80,
    pixelSizeAngstrom: 1.5,
    diameterAngstrom: 120,
    ladder: scoreLadder(picks),
    threshold: 0.5,
    suggestedThreshold: 0.5,
    quality: undefined,
    defocusAngstrom: undefined,
    files: [],
    stack: undefined,
    stackLabel: undefined,
    ...changes,
  };
}
