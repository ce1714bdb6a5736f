import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import type { FilteredBlock, LiveFilter } from '../../../src/rpc/contract.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import type { SeveralCell } from '../../../src/ui/state/several.ts';
import { createSeveralFilter } from '../../../src/ui/state/severalFilter.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const pixels = { contrast: { black: -1, white: 1 } } as unknown as FilteredBlock;
const cell = (key: string, id: number, pixelSizeAngstrom: number): SeveralCell => ({
  ...{ key, name: key, problem: undefined, picks: [], diameterAngstrom: 120, pixelSizeAngstrom },
  opened: { ...image, id },
});
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function setUp() {
  const asked: { readonly id: number; readonly filter: LiveFilter }[] = [];
  const waiting: (() => void)[] = [];
  return createRoot((dispose) => {
    const [cells, setCells] = createSignal([cell('a', 1, 1.5), cell('b', 2, 0.8)]);
    const [kind, setKind] = createSignal<'raw' | 'filtered'>('raw');
    const parameters = createParameters();
    parameters.set(values);
    const rect = { x: 0, y: 0, width: 100, height: 80 };
    const filter = createSeveralFilter({
      compute: fakeCompute({
        filterBlock: (id, how) => {
          asked.push({ id, filter: how });
          return new Promise((resolve) => waiting.push(() => resolve(pixels)));
        },
      }),
      several: {
        ...{ isOpen: () => true, cells, pane: () => ({ width: 100, height: 80 }) },
        view: () => ({ u: 50, v: 40, scale: 1 }),
      },
      view: { panes: () => [{ kind: kind(), rect, clip: rect }] },
      ...{ parameters, notices: createNotices() },
    });
    const give = async () => {
      waiting.shift()?.();
      await settled();
    };
    const shown = () => ['a', 'b'].map((key) => filter.previewOf(key)?.id);
    return { asked, dispose, filter, give, parameters, setCells, setKind, shown };
  });
}

test('the filter is on every micrograph side by side, each with its own pixel size, and off again for the raw ones', async () => {
  const { asked, dispose, give, setKind, shown } = setUp();
  await settled();
  expect([asked, shown()]).toEqual([[], [undefined, undefined]]);
  setKind('filtered');
  for (let i = 0; i < 2; i++) await give();
  expect(shown()).toEqual([1, 2]);
  expect(asked.map(({ id, filter }) => [id, filter.pixelSizeAngstrom])).toEqual([
    [1, 1.5],
    [2, 0.8],
  ]);
  setKind('raw');
  expect(shown()).toEqual([undefined, undefined]);
  dispose();
});

test('a slider that moves is followed by all; what it has left behind is not made to the end', async () => {
  const { asked, dispose, give, parameters, setKind } = setUp();
  setKind('filtered');
  await settled();
  for (const lowpassAngstrom of [40, 30, 15]) parameters.set({ lowpassAngstrom });
  for (let i = 0; i < 3; i++) await give();
  parameters.set({ threshold: 0.7 });
  await give();
  const lowpass = ({ filter }: (typeof asked)[number]) =>
    filter.method === 'lengths' ? filter.lowpassAngstrom : undefined;
  expect(asked.map((one) => [one.id, lowpass(one)])).toEqual([
    [1, 20],
    [1, 15],
    [2, 15],
  ]);
  dispose();
});

test('what comes for a micrograph that is not there any more is not shown on the next one', async () => {
  const { dispose, give, setCells, setKind, shown } = setUp();
  setKind('filtered');
  await settled();
  setCells([cell('a', 7, 1.5), cell('b', 2, 0.8)]);
  await give();
  expect(shown()).toEqual([undefined, undefined]);
  for (let i = 0; i < 2; i++) await give();
  expect(shown()).toEqual([7, 2]);
  dispose();
});

test('filters that need the whole picture are refused in a sentence', () => {
  const { dispose, filter, parameters, setKind } = setUp();
  setKind('filtered');
  parameters.set({ filterMethod: 'wiener' });
  expect(filter.problem()).toMatch(/only the band-pass and the Gaussian/);
  dispose();
});

test('a micrograph whose pixels are too large for the filter stays raw; the others do not', async () => {
  const { asked, dispose, filter, give, setCells, setKind, shown } = setUp();
  setCells([cell('a', 1, 1.5), cell('b', 2, 14)]);
  setKind('filtered');
  for (let i = 0; i < 2; i++) await give();
  // 20 Å is less than two pixels of 14 Å.
  expect([asked.map(({ id }) => id), shown(), filter.problem()]).toEqual([[1], [1, undefined], undefined]);
  dispose();
});
