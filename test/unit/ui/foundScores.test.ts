import { describe, expect, it } from 'vitest';
import type { Pick } from '../../../src/dataset/picks.ts';
import { foundScores } from '../../../src/ui/state/foundScores.ts';

const pick = (score: number, origin: Pick['origin']): Pick => ({ x: 0, y: 0, score, origin });

describe('scores that a threshold is about', () => {
  it('are those of what nobody picked by hand, with their range and a step of it', () => {
    const found = foundScores([pick(3, 'cnn'), pick(9, 'manual'), pick(-2, 'imported'), pick(1, 'cnn')]);
    expect([...found.values]).toEqual([3, -2, 1]);
    expect(found).toMatchObject({ min: -2, max: 3, hasSigma: false, step: 0.05 });
    expect(foundScores([pick(4, 'log')])).toMatchObject({ hasSigma: true, step: 0.01 });
  });

  it('are none where all were picked by hand', () => {
    expect(foundScores([pick(1, 'manual')])).toMatchObject({ min: Infinity, max: -Infinity, step: 0.01 });
  });
});
