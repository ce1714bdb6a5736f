import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type {
  DefocusReport,
  GpuReport,
  MadeKind,
  OpenedMicrograph,
  SpectrumReport,
  SpectrumRequest,
} from '../../../src/rpc/contract.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createSpectrum } from '../../../src/ui/state/spectrum.ts';
import { usualRings } from '../../../src/ui/state/spectrumRings.ts';
import {
  defocusWords,
  fittedPoints,
  profilePoints,
  squaredAxis,
} from '../../../src/ui/state/spectrumWords.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters } from './fixtures.ts';

const report = (edge: number): SpectrumReport => ({
  edge,
  bin: 1,
  squares: 9,
  rgba: new Uint8ClampedArray(4 * edge * edge),
  radial: new Float32Array(edge / 2 + 1).fill(2),
  background: new Float32Array(edge / 2 + 1).fill(2),
});
const found: DefocusReport = {
  defocusAngstrom: 18234.5,
  certainty: 0.98,
  isSure: true,
  agreement: 0.81,
  fitted: [1, 1.5, 1],
  noise: [4, 2, 2],
  nyquistAngstrom: 3,
};

/** A worker whose spectra come when the test lets them. */
function setUp(
  gpu: GpuReport = { available: true, description: '', features: [], limits: {} },
  finding: Promise<void> = Promise.resolve(),
) {
  const asked: {
    readonly request: SpectrumRequest;
    answer(value: SpectrumReport | Error): void;
    aborted(): boolean;
  }[] = [];
  const compute = fakeCompute({
    powerSpectrum: (_, request, options) =>
      new Promise((resolve, reject) => {
        asked.push({
          request,
          answer: (value) => (value instanceof Error ? reject(value) : resolve(value)),
          aborted: () => options?.signal?.aborted === true,
        });
      }),
    estimateDefocus: async () => {
      await finding;
      return found;
    },
    transferZeros: async ({ defocusAngstrom }) => [1 / Math.sqrt(defocusAngstrom)],
  });
  return createRoot((dispose) => {
    const notices = createNotices();
    const values = createParameters();
    values.set(parameters);
    const view = createViewState();
    const [opened, setOpened] = createSignal<OpenedMicrograph | undefined>({
      ...image,
      width: 1000,
      height: 800,
    });
    const [made, setMade] = createSignal<{ readonly kind: MadeKind }>();
    const document = {
      opened,
      filtered: made,
      made: (kind: MadeKind) => (made()?.kind === kind ? made() : undefined),
      key: () => 'a',
      // As it is: it tells pictures of one micrograph apart, and no micrographs.
      picture: () => `${opened()?.version}/0`,
    } as unknown as Document;
    const spectrum = createSpectrum({
      compute,
      document,
      gpu: () => gpu,
      library: createLibrary(),
      notices,
      parameters: values,
      picks: createPicks(values),
      tasks: createTasks(notices),
      view,
    });
    view.resize({ width: 500, height: 400 });
    view.showImage({ width: 1000, height: 800 });
    return { asked, dispose, setMade, setOpened, spectrum, values, view };
  });
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('it is of the picture that is shown, of several of the one under the cursor', async () => {
  const { asked, dispose, setMade, spectrum, view } = setUp();
  const kinds = (): string[] => asked.map(({ request }) => request.kind);
  setMade({ kind: 'denoised' });
  view.setMode('denoised');
  spectrum.setOpen(true);
  asked[0]?.answer(report(64));
  await settled();
  view.setSide(['raw', 'denoised']);
  view.setMode('side');
  asked[1]?.answer(report(64));
  await settled();
  expect(kinds()).toEqual(['denoised', 'raw']);
  spectrum.setScope('cursor');
  asked[2]?.answer(report(64));
  await settled();
  // On the right pane, and then on the left one.
  for (const x of [400, 100]) {
    view.setCursor({ x, y: 200 });
    asked.at(-1)?.answer(report(64));
    await settled();
  }
  expect(kinds().slice(3)).toEqual(['denoised', 'raw']);
  // What is not made yet is not asked for.
  view.setMode('filtered');
  expect(spectrum.kind()).toBe('raw');
  dispose();
});

test('of boxes that the cursor passes over while one is made, only the last is asked for', async () => {
  const { asked, dispose, spectrum, view } = setUp();
  spectrum.setScope('cursor');
  spectrum.setBox(256);
  spectrum.setOpen(true);
  expect(asked.length).toBe(1);
  for (const x of [100, 200, 300]) view.setCursor({ x, y: 200 });
  expect(asked.length).toBe(1);
  asked[0]?.answer(report(64));
  await settled();
  expect(spectrum.report()?.edge).toBe(64);
  expect(asked.length).toBe(2);
  const region = asked[1]?.request.region;
  expect(region).toEqual(spectrum.region());
  // Kept where it is: the cursor may go to the spectrum.
  spectrum.setPinned(true);
  view.setCursor({ x: 400, y: 100 });
  expect(spectrum.region()).toEqual(region);
  dispose();
});

test('closing stops what is under way, and what comes late of another micrograph is not shown', async () => {
  const { asked, dispose, setOpened, spectrum } = setUp();
  spectrum.setOpen(true);
  expect(asked[0]?.request).toEqual({ kind: 'raw', region: undefined });
  spectrum.setOpen(false);
  expect(asked[0]?.aborted()).toBe(true);
  asked[0]?.answer(report(32));
  await settled();
  expect(spectrum.report()).toBeUndefined();
  spectrum.setOpen(true);
  setOpened({ ...image, id: 2 });
  asked[1]?.answer(report(32));
  await settled();
  expect(spectrum.report()).toBeUndefined();
  asked[2]?.answer(new UsageError('Too small.'));
  await settled();
  expect(spectrum.problem()).toBe('Too small.');
  dispose();
});

test('without WebGPU nothing is asked, and it says so', () => {
  const { asked, dispose, spectrum } = setUp({ available: false, description: '', features: [], limits: {} });
  spectrum.setOpen(true);
  expect(asked.length).toBe(0);
  expect(spectrum.problem()).toContain('needs WebGPU');
  dispose();
});

test('a sure defocus becomes the micrograph’s, and its zeros are drawn', async () => {
  const { asked, dispose, spectrum, values } = setUp();
  spectrum.setOpen(true);
  asked[0]?.answer(report(64));
  await settled();
  await spectrum.estimateDefocus();
  expect(values.values.defocusAngstrom).toBe(18230);
  await settled();
  expect(spectrum.zeros()).toEqual([1 / Math.sqrt(18230)]);
  spectrum.setDefocus(undefined);
  expect(values.values.defocusAngstrom).toBeUndefined();
  expect(spectrum.zeros()).toEqual([]);
  // It was of this pixel size.
  values.set({ pixelSizeAngstrom: 3 });
  expect(spectrum.defocus()).toBeUndefined();
  dispose();
});

test('the panel keeps to its widths, and rings are added in order and taken away', () => {
  const { dispose, spectrum } = setUp();
  spectrum.setWidth(10);
  expect(spectrum.width()).toBe(240);
  spectrum.setWidth(9999);
  expect(spectrum.width()).toBe(720);
  const { rings } = spectrum;
  rings.add(3);
  rings.add(3);
  rings.add(-1);
  expect(rings.list().map(({ angstrom }) => angstrom)).toEqual([3.7, 3, 2.35]);
  const [ice] = rings.list();
  if (ice) rings.remove(ice);
  rings.add(3.7);
  expect(rings.list()[0]).toEqual(usualRings[0]);
  dispose();
});

test('the profile is over squared frequency, up to Nyquist, beside what was fitted', () => {
  const made = report(64);
  const points = profilePoints(made, 3);
  expect(points.at(-1)).toEqual([1 / 9, 1]);
  expect(points.every(([, value]) => value === 1)).toBe(true);
  expect(squaredAxis(3, 'Å').text(1 / 100)).toBe('10');
  expect(squaredAxis(3, 'Å').ticks?.map((squared) => 1 / Math.sqrt(squared))[1]).toBeCloseTo(8, 9);
  // (noise · fitted) / background at half of Nyquist.
  expect(fittedPoints(found, made, 3)).toEqual([
    [(0.5 / 3) ** 2, 1.5],
    [1 / 9, 1],
  ]);
  expect(defocusWords(found)).toBe('Defocus 1.82 µm, 98 % sure within a tenth; rings agree 0.81.');
  expect(defocusWords({ ...found, isSure: false, certainty: 0.3 })).toContain('No defocus is sure');
});

test('a defocus that was looked for on one micrograph is not set on the next one', async () => {
  let give = (): void => {};
  const finding = new Promise<void>((done) => {
    give = done;
  });
  const { dispose, setOpened, spectrum, values } = setUp(undefined, finding);
  const asked = spectrum.estimateDefocus();
  setOpened({ ...image, id: 2, fingerprint: 'another' });
  give();
  await asked;
  expect([values.values.defocusAngstrom, spectrum.defocus()]).toEqual([undefined, undefined]);
  dispose();
});
