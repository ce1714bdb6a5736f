import { createRoot } from 'solid-js';
import { describe, expect, it, vi } from 'vitest';
import { gainOrientations } from '../../../src/dataset/exposure.ts';
import type { GainJudgement, OpenedMicrograph } from '../../../src/rpc/contract.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import { createGainChoice } from '../../../src/ui/state/gainChoice.ts';
import type { Movie } from '../../../src/ui/state/movie.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { fakeCompute, gainReference, image, movie } from './fixtures.ts';

function judgement(
  fits: (orientation: number) => boolean,
  proposal?: GainJudgement['proposal'],
): GainJudgement {
  return {
    orientations: gainOrientations.map((orientation) => ({
      orientation,
      width: 100,
      height: 80,
      fits: fits(orientation),
      correlation: undefined,
      z: undefined,
      residual: undefined,
      thumbnail: undefined,
    })),
    proposal,
    customary: { operation: 'divide', orientation: 0 },
    verdict: 'It fits.',
  };
}

function setUp(judged: GainJudgement, opened: OpenedMicrograph = movie) {
  return createRoot(() => {
    const closed: number[] = [];
    const applied: (number | undefined)[] = [];
    let next = 7;
    const gain = createGain();
    const notices = createNotices();
    const choice = createGainChoice({
      compute: fakeCompute({
        openGain: async (file) => ({ ...gainReference, id: next++, name: file.name }),
        closeGain: async (id) => void closed.push(id),
        judgeGain: async () => judged,
      }),
      document: { opened: () => opened } as unknown as Document,
      movie: { applyGain: async () => void applied.push(gain.chosen()?.id) } as unknown as Movie,
      gain,
      tasks: createTasks(notices),
      notices,
    });
    return { choice, gain, notices, closed, applied };
  });
}

const file = new File(['x'], 'gain.mrc');
const upright = (orientation: number): boolean => orientation % 2 === 0;

describe('choosing a gain reference', () => {
  it('begins with what is proposed, or with what is usual', async () => {
    const proposal = { orientation: 6, operation: 'multiply' } as const;
    const proposed = setUp(judgement(upright, proposal));
    await proposed.choice.open(file);
    expect(proposed.choice.offer()?.setting).toEqual(proposal);
    const usual = setUp(judgement(upright));
    await usual.choice.open(file);
    expect(usual.choice.offer()?.setting).toEqual({ orientation: 0, operation: 'divide' });
  });

  it('says both shapes where none of the orientations fits, and lets the worker forget it', async () => {
    const { choice, notices, closed } = setUp(judgement(() => false));
    await choice.open(file);
    expect(choice.offer()).toBeUndefined();
    expect(notices.list()[0]?.text).toBe(
      "gain.mrc is 100 × 80, but the frames of m.mrc are 100 × 80: choose the gain reference of this movie's detector and binning.",
    );
    expect(closed).toEqual([7]);
  });

  it('puts one in force, then another, then none, and the worker keeps no more than that', async () => {
    const { choice, gain, closed, applied } = setUp(judgement(upright));
    await choice.open(file);
    await choice.accept({ orientation: 4, operation: 'multiply' });
    expect(gain.chosen()).toMatchObject({ id: 7, orientation: 4, operation: 'multiply' });
    await choice.reconsider();
    expect(choice.offer()?.setting).toEqual({ orientation: 4, operation: 'multiply' });
    await choice.cancel();
    expect([gain.chosen()?.id, closed]).toEqual([7, []]);
    await choice.open(file);
    await choice.accept({ orientation: 0, operation: 'divide' });
    expect(closed).toEqual([7]);
    await choice.open(file);
    await choice.remove();
    expect([gain.chosen(), closed, applied]).toEqual([undefined, [7, 8, 9], [7, 8, undefined]]);
  });

  it('comes back as it was when its removal is undone', async () => {
    const { choice, gain, notices, closed, applied } = setUp(judgement(upright));
    await choice.open(file);
    await choice.accept({ orientation: 4, operation: 'multiply' });
    await choice.remove();
    const [notice] = notices.list();
    expect([notice?.text, gain.chosen()]).toEqual(['gain.mrc is not used any more.', undefined]);
    notice?.undo?.();
    await vi.waitFor(() => expect(applied).toEqual([7, undefined, 8]));
    expect(gain.chosen()).toMatchObject({ id: 8, orientation: 4, operation: 'multiply' });
    expect(closed).toEqual([7]);
  });

  it('forgets what was not taken', async () => {
    const { choice, gain, closed } = setUp(judgement(upright));
    await choice.open(file);
    await choice.cancel();
    expect([choice.offer(), gain.chosen(), closed]).toEqual([undefined, undefined, [7]]);
  });

  it('asks for a movie first', async () => {
    const { choice, notices } = setUp(judgement(upright), image);
    await choice.open(file);
    expect(notices.list()[0]?.text).toContain('Open a movie first');
  });
});
