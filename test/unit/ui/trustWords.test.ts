import { expect, test } from 'vitest';
import type { HalvesReport, ResidualReport } from '../../../src/rpc/contract.ts';
import {
  crossingWords,
  frequencyAxis,
  halvesRows,
  powerAxis,
  powerPoints,
  residualRows,
} from '../../../src/ui/state/trustWords.ts';

const band = { name: 'particle', fromAngstrom: 200, toAngstrom: 50 } as const;

test('a residual is told in parts of the raw power, its curves on an axis that holds them', () => {
  const report: ResidualReport = {
    version: 'v',
    nyquistAngstrom: 4,
    raw: [1, 90, 10, 1, 1],
    denoised: [0, 80, 8, 0, 0],
    residual: [1, 9, 2, 1, 1],
    bands: [{ ...band, share: 0.214, coherence: -0.126 }],
    verdict: '',
  };
  expect(residualRows(report)).toEqual([{ name: 'Particle', range: '200–50 Å', values: ['21 %', '−0.13'] }]);
  const { min, max } = powerAxis(report);
  expect(max).toBe(1);
  expect(min).toBeLessThan(0);
  const points = powerPoints(report, 'denoised');
  // The mean and the ring that the window spoils are left out; nothing lies below the axis.
  expect(points.map(([x]) => x)).toEqual([0.125, 0.1875, 0.25]);
  expect(points.every(([, y]) => y >= min)).toBe(true);
  const axis = frequencyAxis(4);
  expect([axis.text(0), axis.text(0.125), axis.text(0.05)]).toEqual(['∞', '8.0', '20']);
});

test('halves tell what they can, and a dash where they can’t', () => {
  const crossings = (firstBelowAngstrom: number | undefined) => [
    { threshold: 0.5, firstBelowAngstrom: 90, lastAboveAngstrom: 90 },
    { threshold: 0.143, firstBelowAngstrom, lastAboveAngstrom: 4 },
  ];
  const report: HalvesReport = {
    nyquistAngstrom: 4,
    rawFrc: [],
    denoisedFrc: [],
    acrossFrc: [],
    bands: [
      {
        ...band,
        ...{ rawFrc: 0.5, denoisedFrc: 0.9, signalKept: 0.8, rawLikeness: 0.706, denoisedLikeness: 0.93 },
      },
      {
        ...{ name: 'fine', fromAngstrom: 12.5, toAngstrom: 4, rawFrc: 0, denoisedFrc: 0.9 },
        ...{ signalKept: undefined, rawLikeness: undefined, denoisedLikeness: undefined },
      },
    ],
    rawCrossings: crossings(31.4),
    denoisedCrossings: crossings(undefined),
    verdict: '',
    seconds: 1,
  };
  expect(halvesRows(report).map(({ values }) => values)).toEqual([
    ['80 %', '0.71', '0.93'],
    ['–', '–', '–'],
  ]);
  expect(crossingWords(report)).toBe(
    'FRC falls below 0.143 at 31 Å for raw halves, nowhere for filtered ones.',
  );
});
