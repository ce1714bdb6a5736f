import { createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import type { Pick } from '../../../src/dataset/picks.ts';
import { consensusOf } from '../../../src/pipelines/consensus/consensus.ts';
import type { CombineRequest } from '../../../src/rpc/matching.ts';
import { createConsensus } from '../../../src/ui/state/consensus.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import type { Template } from '../../../src/ui/state/template.ts';
import type { WorkDependencies } from '../../../src/ui/state/work.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const place = (x: number, score: number, origin: Pick['origin']): Pick => ({ x, y: 20, score, origin });
const provenance = {
  ...{ program: 'Cryolite', version: '1', adapter: 'the processor', method: 'consensus' as const },
  ...{ diameterAngstrom: 12, pixelSizeAngstrom: 1 },
};
const asked = { ...values, diameterAngstrom: 12, pixelSizeAngstrom: 1 };

function setUp(start: readonly Pick[]) {
  const requests: CombineRequest[] = [];
  const compute = fakeCompute({
    combinePicks: async (request) => {
      requests.push(request);
      const { micrographs, suggestedThreshold } = consensusOf([request.sets.map((set) => set.picks)], {
        radiusPx: 3,
        least: request.least,
      });
      const picks = (micrographs[0] ?? []).map((pick): Pick => ({ ...pick, origin: 'consensus' }));
      return { picks, suggestedThreshold, provenance, seconds: 0 };
    },
  });
  return createRoot(() => {
    const picks = createPicks(createParameters());
    picks.load('f', start);
    const dependencies = { compute, picks, document: { opened: () => image } };
    const consensus = createConsensus({
      ...(dependencies as unknown as WorkDependencies),
      template: { found: () => undefined } as unknown as Template,
    });
    const voices = () => consensus.voices().map(({ label }) => label);
    return { consensus, picks, voices, requests };
  });
}

describe('a consensus', () => {
  test('lets imported picks and picks by hand vote, as one method each', async () => {
    const { consensus, voices, requests } = setUp([
      place(10, 7, 'imported'),
      place(40, 2, 'imported'),
      place(70, 1, 'manual'),
      place(41, 1, 'manual'),
    ]);
    expect([voices(), consensus.problem()]).toEqual([['Imported', 'By hand'], undefined]);
    consensus.remember('f', 'log', [place(11, 9, 'log'), place(90, 8, 'log'), place(71, 1, 'log')]);
    expect(voices()).toEqual(['LoG', 'Imported', 'By hand']);
    const { picks } = await consensus.combine(image, asked);
    // Each of these has two of the three; nobody agrees on the one at 90.
    expect(picks.map(({ x }) => Math.round(x)).sort((a, b) => a - b)).toEqual([11, 41, 70]);
    expect(requests[0]?.sets.map((set) => set.picks.map(({ score }) => score))).toEqual([
      [9, 8, 1],
      [7, 2],
      [1, 1],
    ]);
  });

  test('counts all picks by hand alike', async () => {
    const { consensus, requests } = setUp([place(10, 0.3, 'manual'), place(40, 5, 'manual')]);
    consensus.remember('f', 'log', [place(10, 9, 'log')]);
    await consensus.combine(image, asked);
    expect(requests[0]?.sets[1]?.picks.map(({ score }) => score)).toEqual([1, 1]);
  });

  test('leaves out what does not vote: hidden classes, and methods that are turned off', () => {
    const { consensus, picks, voices } = setUp([place(10, 1, 'manual'), place(40, 2, 'imported')]);
    consensus.choose('imported', false);
    expect(consensus.problem()).toContain('Pick with two methods first');
    consensus.choose('imported', true);
    picks.classes.change('particle', { isHidden: true });
    expect(voices()).toEqual([]);
  });
});
