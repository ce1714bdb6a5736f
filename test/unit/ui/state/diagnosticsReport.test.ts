import { expect, test } from 'vitest';
import { type ReportParts, reportText, withoutNames } from '../../../../src/ui/state/diagnosticsReport.ts';

const parts: ReportParts = {
  version: '1.2.3',
  browser: 'A browser',
  gpu: {
    available: true,
    description: 'A GPU',
    features: ['shader-f16', 'subgroups'],
    limits: { maxBufferSize: 1024 },
  },
  memory: { bytes: 2048, peak: 4096, byOwner: [{ owner: 'planes', bytes: 2048, atPeak: 3072, most: 4096 }] },
  cache: { bytes: 3 << 20, budget: 1 << 30, tiles: 24, evicted: 5 },
  storage: { usedBytes: 1 << 20, quotaBytes: 1 << 30, isPersistent: false },
  stages: [{ stage: 'Pick', runs: 3, failed: 1, lastSeconds: 1.25, medianSeconds: 1, longestSeconds: 2 }],
  profile: undefined,
  errors: [{ at: Date.UTC(2026, 0, 2, 3, 4, 5), text: 'secret protein 1.mrc is cut off.' }],
  unread: ['other.mrc is empty.'],
};

test('says what a maintainer asks for first', () => {
  expect(reportText(parts, ['secret protein 1.mrc'])).toBe(`Cryolite 1.2.3
Browser: A browser

GPU: A GPU
Features: shader-f16, subgroups
  maxBufferSize: 1024

Memory on the GPU: 2 KiB now, 4 KiB at most
  planes: 2 KiB now, 3 KiB at the peak, 4 KiB at most

Tiles kept: 3 MiB of 1 GiB in 24 tiles, 5 dropped for room
Storage: 1 MiB of 1 GiB, the browser may delete it when the disk gets full

Time per stage (runs; last, median, longest; failed)
  Pick: 3; 1.250 s, 1.000 s, 2.000 s; 1 failed

Failures
  03:04:05 UTC  a file is cut off.
  In the list: a file is empty.
`);
});

test('names stand in it where the user says so', () => {
  expect(reportText(parts, undefined)).toContain('secret protein 1.mrc is cut off.');
});

test('without a GPU and without failures it still reads', () => {
  const text = reportText(
    { ...parts, gpu: undefined, memory: undefined, storage: undefined, errors: [], unread: [] },
    [],
  );
  expect(text).toContain('GPU: not started\n\nTiles kept');
  expect(text).toContain('the browser does not say');
  expect(text).toContain('Failures: none');
});

test('names of files are left out, those of the list and whatever looks like one', () => {
  expect(
    withoutNames('run 7 (b).mrc and run 7 (b).mrc.gz differ.', ['run 7 (b).mrc', 'run 7 (b).mrc.gz']),
  ).toBe('a file and a file differ.');
  expect(withoutNames('“Falcon_01.tif” is no movie; picks/x.star has none.', [])).toBe(
    '“a file” is no movie; picks/a file has none.',
  );
  expect(withoutNames('The GPU was lost at 3.5 s.', [''])).toBe('The GPU was lost at 3.5 s.');
});

test('takes names of folders and sessions out where they stand by themselves', () => {
  const names = ['a', 'Grid (3)', 'apoferritin'];
  expect(withoutNames('Grid (3) and apoferritin can’t be read; a scan of apoferritin2 can.', names)).toBe(
    'a file and a file can’t be read; a file scan of apoferritin2 can.',
  );
});
