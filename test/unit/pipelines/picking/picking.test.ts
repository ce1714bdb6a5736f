import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { writeSafetensors } from '../../../../src/formats/weights/safetensors.ts';
import {
  type Candidate,
  doubtingCutOnes,
  suppressNeighbours,
} from '../../../../src/pipelines/picking/candidates.ts';
import { parsePickerModel } from '../../../../src/pipelines/picking/model.ts';
import { checkDiameter } from '../../../../src/pipelines/picking/workingImage.ts';

/** Greedy, by the definition: against all that were kept. */
function suppressSlowly(candidates: readonly Candidate[], radius: number): Candidate[] {
  const kept: Candidate[] = [];
  const sorted = [...candidates].sort((a, b) => b.score - a.score || a.y - b.y || a.x - b.x);
  for (const one of sorted) {
    if (kept.every((other) => (other.x - one.x) ** 2 + (other.y - one.y) ** 2 >= radius ** 2)) kept.push(one);
  }
  return kept;
}

describe('what the edge cuts in half', () => {
  const seen = doubtingCutOnes({ width: 400, height: 300 }, 100);

  test('lies in the middle of what is seen of it, and is doubted', () => {
    // The middle of half a disc of radius 50 lies 200 / (3π) from its straight side.
    expect(seen({ x: 200, y: 2, score: 0.9 })).toEqual({
      x: 200,
      y: expect.closeTo(21.22, 2),
      score: expect.closeTo(0.018),
    });
    const corner = seen({ x: 399, y: 299, score: 0.5 });
    expect([corner.x, corner.y, corner.score]).toEqual([
      expect.closeTo(399 - 21.22, 2),
      expect.closeTo(299 - 21.22, 2),
      expect.closeTo(0.01),
    ]);
  });

  test('is no more than that', () => {
    for (const candidate of [
      { x: 5, y: 150, score: 0.9 },
      { x: 394, y: 294, score: 0.3 },
    ])
      expect(seen(candidate)).toBe(candidate);
  });
});

describe('suppressNeighbours', () => {
  const position = fc.double({ min: -1, max: 60, noNaN: true });
  const candidate = fc.record({ x: position, y: position, score: fc.integer({ min: 0, max: 5 }) });

  test('keeps what the slow definition keeps, in any order of the candidates', () => {
    const lists = fc.array(candidate, { maxLength: 120 });
    fc.assert(
      fc.property(lists, fc.double({ min: 0.2, max: 70, noNaN: true }), fc.nat(), (list, radius, seed) => {
        const expected = suppressSlowly(list, radius);
        expect(suppressNeighbours(list, radius)).toEqual(expected);
        const random = createRandom(seed);
        const shuffled = list.map((one) => ({ one, at: random.uniform() })).sort((a, b) => a.at - b.at);
        expect(
          suppressNeighbours(
            shuffled.map(({ one }) => one),
            radius,
          ),
        ).toEqual(expected);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('keeps two at exactly the radius', () => {
    const two = [0, 3].map((x) => ({ x, y: 0, score: 1 }));
    expect(suppressNeighbours(two, 3)).toHaveLength(2);
    expect(suppressNeighbours(two, 3.01)).toHaveLength(1);
  });
});

describe('checkDiameter', () => {
  test('takes what fits', () => {
    expect(() => checkDiameter(150, 1.5, 1000, 200)).not.toThrow();
    expect(() => checkDiameter(6, 1.5, 1000, 200)).not.toThrow();
  });
  test.each([
    [150, Number.NaN, /pixel size is not known/],
    [150, 0, /pixel size is not known/],
    [150, Number.POSITIVE_INFINITY, /pixel size is not known/],
    [5.9, 1.5, /less than 4 pixels wide/],
    [Number.NaN, 1.5, /less than 4 pixels wide/],
    [-100, 1.5, /less than 4 pixels wide/],
    [151, 1.5, /is 101 pixels wide, more than half of the micrograph \(1000 × 200\)/],
  ])('refuses %d Å at %d Å a pixel', (diameter, pixelSize, words) => {
    expect(() => checkDiameter(diameter, pixelSize, 1000, 200)).toThrow(UsageError);
    expect(() => checkDiameter(diameter, pixelSize, 1000, 200)).toThrow(words);
  });
});

describe('parsePickerModel', () => {
  const one = (...shape: number[]) => ({ dtype: 'F32', shape, data: Float32Array.of(1) }) as const;
  const tensors = new Map([
    ['c.weight', one(1, 1, 1, 1)],
    ['c.bias', one(1)],
  ]);
  const file = (metadata: Record<string, string>): Uint8Array<ArrayBuffer> =>
    writeSafetensors(tensors, new Map(Object.entries(metadata)));
  const graph = {
    layers: [{ op: 'conv', name: 'c', input: 'input', kernel: 1, in: 1, out: 1, activation: 'none' }],
    preprocess: { workingDiameterPx: 24, highpassDiameters: 4, clip: 6 },
    peak: { radiusDiameters: 0.5, defaultThreshold: 0.5 },
  };

  test('reads the graph and what belongs to it', async () => {
    const bytes = file({ 'cryolite.graph': JSON.stringify(graph) });
    const model = await parsePickerModel(bytes, 'm');
    expect(model).toMatchObject({ workingDiameterPx: 24, clip: 6, separationDiameters: 0.5 });
    expect(model.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['its metadata lack cryolite.graph', {}],
    ['its cryolite.graph is not JSON', { 'cryolite.graph': '{' }],
    ['it has no layers', { 'cryolite.graph': '{}' }],
    [
      'preprocess.clip should be a number from 1 to 1000, but is undefined',
      {
        'cryolite.graph': JSON.stringify({
          ...graph,
          preprocess: { workingDiameterPx: 24, highpassDiameters: 4 },
        }),
      },
    ],
    [
      'preprocess.workingDiameterPx should be a number from 4 to 256, but is 1e+300',
      {
        'cryolite.graph': JSON.stringify({
          ...graph,
          preprocess: { ...graph.preprocess, workingDiameterPx: 1e300 },
        }),
      },
    ],
  ])('refuses: %s', async (what, metadata) => {
    const reading = parsePickerModel(file(metadata), 'm.safetensors');
    await expect(reading).rejects.toMatchObject({
      code: 'bad-weights',
      message: expect.stringContaining(what),
    });
  });
});
