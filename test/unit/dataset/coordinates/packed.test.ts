import { describe, expect, it } from 'vitest';
import { packCoordinates, unpackCoordinates } from '../../../../src/dataset/coordinates/packed.ts';
import type { Coordinate } from '../../../../src/formats/coordinates.ts';

describe('coordinates in columns', () => {
  it('come back as they were, what is not known included', () => {
    const pose = { classNumber: 2, rotDegrees: 1, tiltDegrees: -30, psiDegrees: 179.5 };
    const all: Coordinate[] = [
      { x: 1.25, y: -0.5, score: 0.5, row: 0, className: 'Side' },
      { x: 0, y: 7, score: undefined, boxWidth: 200, boxHeight: 180, tube: 3 },
      { x: 2, y: 3, score: Number.NaN, pose, z: 4, diameterPx: 12, row: 9 },
    ];
    expect(unpackCoordinates(structuredClone(packCoordinates(all)))).toEqual(all);
    expect(Object.keys(packCoordinates(all.slice(0, 1)).numbers)).toEqual(['x', 'y', 'score', 'row']);
    expect(unpackCoordinates(packCoordinates([]))).toEqual([]);
  });
});
