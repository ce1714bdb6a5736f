import { describe, expect, it } from 'vitest';
import { readImodContours, readImodModel } from '../../../../src/formats/imod/model.ts';
import { describeWithShared, sharedBytes } from '../sharedData.ts';

/** A model with one object of one contour, written by the specification. */
function model(points: readonly (readonly [number, number, number])[], claimed = points.length) {
  const bytes = new Uint8Array(240 + 180 + 20 + 12 * points.length + 4);
  const view = new DataView(bytes.buffer);
  const text = (at: number, letters: string) => bytes.set(new TextEncoder().encode(letters), at);
  text(0, 'IMODV1.2');
  view.setInt32(136, 500);
  view.setInt32(140, 400);
  text(240, 'OBJT');
  text(420, 'CONT');
  view.setInt32(424, claimed);
  points.flat().forEach((value, i) => {
    view.setFloat32(440 + 4 * i, value);
  });
  text(bytes.length - 4, 'IEOF');
  return bytes;
}

describe('IMOD models', () => {
  it('count x and y from the edge of the first pixel', () => {
    const bytes = model([
      [0.5, 0.5, 0],
      [100.25, 7.5, 3.0001],
    ]);
    expect(readImodModel('a.mod', bytes)).toEqual({
      name: undefined,
      width: 500,
      height: 400,
      coordinates: [
        { x: 0, y: 0, z: 0, score: undefined },
        { x: 99.75, y: 7, z: 3, score: undefined },
      ],
    });
  });

  it.each([
    ['a contour longer than the file', model([[1, 2, 3]], 1e9), 'truncated'],
    ['a contour of negative length', model([[1, 2, 3]], -1), 'truncated'],
    ['a point that is no number', model([[Number.NaN, 2, 3]]), 'bad-model'],
    ['half a header', model([]).slice(0, 100), 'bad-model'],
    ['a cut object', model([]).slice(0, 300), 'truncated'],
  ])('refuse %s', (_, bytes, problem) => {
    expect(() => readImodModel('a.mod', bytes)).toThrow(expect.objectContaining({ problem }));
  });
});

describeWithShared('data/coordinates/imod', 'IMOD models of real programs', () => {
  // The numbers of contours and points, and the first point, by a reader in Python written from the specification.
  it.each([
    ['two_contour_example.mod', 2, 25, 64.33333587646484, 64.66666412353516, 80],
    ['slicer_angle_example.mod', 4, 4, 235.4215850830078, 682.9124755859375, 302],
    ['point_sizes_example.mod', 5, 18, 438.5, 898.5, 46],
    ['multiple_objects_example.mod', 2, 6, 367.00006103515625, 661.8334350585938, 134],
  ])('%s', (file, contours, points, x, y, z) => {
    const found = readImodContours(file, sharedBytes(`data/coordinates/imod/${file}`));
    expect([found.length, found.flat().length]).toEqual([contours, points]);
    expect(found[0]?.[0]).toEqual({ x: x - 0.5, y: y - 0.5, z, score: undefined });
  });
});
