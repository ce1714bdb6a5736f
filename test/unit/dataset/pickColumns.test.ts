import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pickColumns, picksOfColumns, placeColumns, placesOf } from '../../../src/dataset/pickColumns.ts';
import type { Pick, PickOrigin } from '../../../src/dataset/picks.ts';

const origins: PickOrigin[] = ['cnn', 'log', 'template', 'matching', 'consensus', 'manual', 'imported'];
const number = fc.double({ noNaN: true });
const pose = fc.record(
  { classNumber: fc.nat(), rotDegrees: number, tiltDegrees: number, psiDegrees: number },
  { noNullPrototype: true },
);
const pick = fc.record(
  {
    ...{ x: number, y: number, score: number, origin: fc.constantFrom(...origins) },
    ...{ row: fc.maxSafeNat(), classId: fc.string({ maxLength: 3 }), pose },
  },
  { requiredKeys: ['x', 'y', 'score', 'origin'], noNullPrototype: true },
);

describe('picks in columns', () => {
  test('come back to the last bit, with all that they have and nothing that they have not', () => {
    fc.assert(
      fc.property(fc.array(pick), (picks: readonly Pick[]) => {
        expect(picksOfColumns(structuredClone(pickColumns(picks)))).toStrictEqual(picks);
        const places = picks.map(({ x, y }) => ({ x, y }));
        expect(placesOf(structuredClone(placeColumns(places)))).toStrictEqual(places);
      }),
    );
  });

  test('have no column for what no pick has', () => {
    const columns = pickColumns([{ x: 1, y: 2, score: 3, origin: 'cnn' }]);
    expect(Object.keys(columns).sort()).toEqual(['origin', 'origins', 'score', 'x', 'y']);
  });
});
