import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import type { Pick } from '../../../src/dataset/picks.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createUndo } from '../../../src/ui/state/trainingUndo.ts';
import type { WorkDependencies } from '../../../src/ui/state/work.ts';
import { image, parameters as values } from './fixtures.ts';

const cnn = (x: number): Pick => ({ x, y: 20, score: 0.9, origin: 'cnn' });
const network = { name: 'Trained on 20 picks', hash: 'abc' };

function setUp() {
  return createRoot((dispose) => {
    const [shown, setShown] = createSignal('a');
    const parameters = createParameters();
    parameters.set({ ...values, method: 'log', threshold: 0.5 });
    const picks = createPicks(parameters);
    const document = {
      opened: () => ({ ...image, fingerprint: shown() }),
      provenance: () => undefined,
      setProvenance: () => {},
    };
    const parts = { document, parameters, picks, notices: createNotices() };
    const undo = createUndo(parts as unknown as WorkDependencies);
    const show = (name: string, candidates: readonly Pick[]): void => {
      picks.load(name, candidates);
      setShown(name);
    };
    const xs = () => picks.all().map(({ x }) => x);
    return { undo, parameters, picks, show, xs, dispose };
  });
}

test('a training is undone and redone with what was found', () => {
  const { undo, parameters, picks, show, xs, dispose } = setUp();
  show('a', [cnn(1)]);
  undo.begin();
  parameters.set({ method: 'cnn', pickModel: network });
  picks.replaceCandidates([cnn(2), cnn(3)], 0.5);
  undo.end(network);
  undo.toggle();
  expect([xs(), parameters.values.method]).toEqual([[1], 'log']);
  undo.toggle();
  expect([xs(), parameters.values.pickModel]).toEqual([[2, 3], network]);
  dispose();
});

test('what another micrograph has is not laid on the one that the training was undone on', () => {
  const { undo, parameters, show, xs, dispose } = setUp();
  show('a', [cnn(1)]);
  undo.begin();
  // The user goes on while the new network picks.
  show('b', [cnn(50)]);
  parameters.set({ method: 'log' });
  undo.end(network);
  show('a', [cnn(1)]);
  undo.toggle();
  expect([xs(), undo.isUndone()]).toEqual([[1], true]);
  undo.toggle();
  // The network is back; its picks are another's.
  expect([xs(), parameters.values.method, parameters.values.pickModel]).toEqual([[1], 'cnn', network]);
  dispose();
});
