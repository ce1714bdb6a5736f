import { describe, expect, test } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import * as mask from '../../../src/dataset/contaminationMask.ts';
import {
  bitmapOf,
  coveredPart,
  emptyBitmap,
  isCovered,
  type MaskBitmap,
  paintLine,
} from '../../../src/dataset/maskBitmap.ts';
import { readMask, writeMaskBitmap, writeMaskGrid } from '../../../src/dataset/maskFile.ts';
import type { MaskGrid } from '../../../src/dataset/maskGrid.ts';
import { maskOutline } from '../../../src/dataset/maskOutline.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';

const size = { width: 40, height: 30 };
/** A grid of 5 × 4 squares of 8 px; the left column is certain, the next half so. */
const grid: MaskGrid = {
  width: 5,
  height: 4,
  origin: { x: 3.5, y: 3.5 },
  step: { x: 8, y: 8 },
  values: Uint8Array.from({ length: 20 }, (_, i) => (i % 5 === 0 ? 255 : i % 5 === 1 ? 128 : 0)),
};
const base: mask.MaskBase = { grid, from: 'network', name: 'n' };

function picture(rows: readonly string[], cellPx = 1): MaskBitmap {
  const data = Uint8Array.from(rows.join(''), (letter) => (letter === '#' ? 1 : 0));
  return { width: rows[0]?.length ?? 0, height: rows.length, cellPx, data };
}

describe('a mask as cells', () => {
  test('follows a grid between its cells, by the threshold', () => {
    // Half way from 255 at 3.5 to 128 at 11.5 is 191.5, at 7.5.
    const half = bitmapOf(grid, size, 0.75);
    expect([...half.data.subarray(40, 50)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect(coveredPart(half)).toBeCloseTo(8 / 40, 10);
    expect(coveredPart(bitmapOf(grid, size, 1))).toBeCloseTo(4 / 40, 10);
    // What is certainly clean stays so at the lowest threshold.
    expect(coveredPart(bitmapOf(grid, size, 0))).toBeCloseTo(20 / 40, 10);
  });

  test('are as coarse as they have to be, whole pixels', () => {
    expect(emptyBitmap({ width: 1024, height: 10 })).toMatchObject({ width: 1024, height: 10, cellPx: 1 });
    expect(emptyBitmap({ width: 4096, height: 4001 })).toMatchObject({
      width: 1024,
      height: 1001,
      cellPx: 4,
    });
    expect(emptyBitmap({ width: 1025, height: 3 })).toMatchObject({ width: 513, height: 2, cellPx: 2 });
  });

  test('a line is painted as far as the brush reaches, and not beyond the picture', () => {
    const bitmap = emptyBitmap(size);
    paintLine(bitmap, { x: 10, y: 10 }, { x: 20, y: 10 }, 2, 1);
    const rows = [8, 9, 10, 11, 12, 13].map((y) =>
      [...bitmap.data.subarray(y * 40, y * 40 + 40)].reduce((sum, value) => sum + value, 0),
    );
    expect(rows).toEqual([11, 13, 15, 13, 11, 0]);
    paintLine(bitmap, { x: -5, y: 50 }, { x: 90, y: -40 }, 300, 1);
    expect(coveredPart(bitmap)).toBe(1);
    paintLine(bitmap, { x: 0, y: 0 }, { x: 0, y: 0 }, 0.4, 0);
    expect(coveredPart(bitmap)).toBeCloseTo(1 - 1 / 1200, 12);
  });

  test('a place is covered with its cell, or nearer than the margin', () => {
    const bitmap = picture(['....', '.#..', '....'], 4);
    // The cell covers 3.5 to 7.5 px.
    expect(isCovered(bitmap, { x: 4, y: 7.4 })).toBe(true);
    expect(isCovered(bitmap, { x: 3.4, y: 5 })).toBe(false);
    expect(isCovered(bitmap, { x: 2, y: 5 }, 1.4)).toBe(false);
    expect(isCovered(bitmap, { x: 2, y: 5 }, 1.6)).toBe(true);
    // √2 · 3 from the corner.
    expect(isCovered(bitmap, { x: 10.5, y: 10.5 }, 4.2)).toBe(false);
    expect(isCovered(bitmap, { x: 10.5, y: 10.5 }, 4.3)).toBe(true);
  });
});

describe('the outline', () => {
  test('goes round cells clockwise and round holes the other way', () => {
    const polygons = maskOutline(picture(['###', '#.#', '###'], 2));
    const area = (polygon: readonly { x: number; y: number }[]): number =>
      polygon.reduce((sum, { x, y }, i) => {
        const next = polygon[(i + 1) % polygon.length] ?? { x: 0, y: 0 };
        return sum + (x * next.y - next.x * y) / 2;
      }, 0);
    expect(polygons.map(area)).toEqual([36, -4]);
    expect(polygons.map(({ length }) => length)).toEqual([4, 4]);
  });

  test('keeps cells apart that touch at a corner, and encloses what is covered in any picture', () => {
    expect(maskOutline(picture(['#.', '.#']))).toHaveLength(2);
    const rows = ['#.##..#', '.##.#.#', '##.##..', '..#..##'];
    const bitmap = picture(rows);
    const polygons = maskOutline(bitmap);
    const area = polygons.reduce(
      (total, polygon) =>
        total +
        polygon.reduce((sum, { x, y }, i) => {
          const next = polygon[(i + 1) % polygon.length] ?? { x: 0, y: 0 };
          return sum + (x * next.y - next.x * y) / 2;
        }, 0),
      0,
    );
    expect(area).toBe(bitmap.data.reduce((sum, value) => sum + value, 0));
    expect(maskOutline(picture(['...']))).toEqual([]);
  });
});

describe('the history of a mask', () => {
  const dab: mask.MaskStroke = { kind: 'add', radius: 3, points: [{ x: 30, y: 15 }] };
  const wipe: mask.MaskStroke = {
    kind: 'erase',
    radius: 4,
    points: [
      { x: 2, y: 0 },
      { x: 2, y: 29 },
    ],
  };

  test('later strokes lie over earlier ones and over the base; undo and redo go all the way', () => {
    const states = [mask.startMask()];
    const add = (next: mask.MaskHistory) => states.push(next);
    add(mask.setBase(mask.startMask(), base));
    add(mask.addStroke(states[1] ?? mask.startMask(), dab));
    add(mask.addStroke(states[2] ?? mask.startMask(), wipe));
    let history = states[3] ?? mask.startMask();
    const covers = (state: mask.MaskState, x: number): boolean =>
      isCovered(mask.drawMask(state, size, 0.5), { x, y: 15 });
    expect([covers(history, 30), covers(history, 2), covers(history, 8)]).toEqual([true, false, true]);
    expect(mask.undoMaskAction(history)).toBe('erase from the mask');
    history = mask.undoMask(history);
    expect(covers(history, 2)).toBe(true);
    history = mask.undoMask(mask.undoMask(mask.undoMask(history)));
    expect([mask.isEmptyMask(history), mask.redoMaskAction(history)]).toEqual([true, 'find contamination']);
    history = mask.redoMask(mask.redoMask(history));
    expect(history.strokes).toEqual([dab]);
    // What is new ends what could be done again.
    history = mask.addStroke(history, wipe);
    expect(mask.redoMask(history)).toBe(history);
    expect(mask.clearMask(history)).toMatchObject({ base: undefined, strokes: [] });
  });

  test('strokes stay over a new answer of the network, but not over a mask from a file', () => {
    const painted = mask.addStroke(mask.setBase(mask.startMask(), base), dab);
    expect(mask.setBase(painted, base).strokes).toEqual([dab]);
    const opened = mask.setBase(painted, { ...base, from: 'file' });
    expect(opened.strokes).toEqual([]);
    expect(mask.undoMask(opened).strokes).toEqual([dab]);
  });

  test('comes back from a session; sessions of earlier and later versions have none', () => {
    const settings = { threshold: 0.3, marginDiameters: 0.25 };
    const history = mask.addStroke(mask.setBase(mask.startMask(), base), dab);
    const saved = structuredClone(mask.saveMask(history, settings));
    expect(mask.restoreMask(saved)).toEqual({ state: { base, strokes: [dab] }, settings });
    expect(mask.saveMask(mask.startMask(), settings)).toBeUndefined();
    expect(mask.restoreMask(undefined)).toBeUndefined();
    const later = { ...mask.saveMask(history, settings), version: 2 } as unknown as mask.SavedMask;
    expect(mask.restoreMask(later)).toBeUndefined();
  });
});

describe('files of masks', () => {
  const open = async (bytes: Uint8Array<ArrayBuffer>) => openMicrograph(memorySource('m.mrc', bytes));

  test('what is written of the micrograph’s size is read again as it was', async () => {
    const bitmap = bitmapOf(grid, size, 0.75);
    const sink = memorySink();
    await writeMaskBitmap(sink, bitmap, size, { pixelSizeAngstrom: 2, labels: ['mask'] });
    const file = await open(sink.bytes());
    expect(file).toMatchObject({ width: 40, height: 30, pixelSizeAngstrom: 2 });
    const read = await readMask(file, size);
    expect(bitmapOf(read, size, 0.5).data).toEqual(bitmap.data);
  });

  test('what a network says goes through a binned file with its place and its values', async () => {
    const sink = memorySink();
    await writeMaskGrid(sink, grid, size, 4, { pixelSizeAngstrom: 2, labels: [] });
    const file = await open(sink.bytes());
    expect(file).toMatchObject({ width: 10, height: 8, pixelSizeAngstrom: 8 });
    const read = await readMask(file, size);
    expect(read).toMatchObject({ origin: { x: 1.5, y: 1.5 }, step: { x: 4, y: 4 } });
    const difference = bitmapOf(read, size, 0.6).data.map((value, i) =>
      Math.abs(value - (bitmapOf(grid, size, 0.6).data[i] ?? 0)),
    );
    // The border may lie a fraction of a cell further.
    expect(difference.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(30);
  });

  const rows = (values: readonly number[], width: number) => ({
    name: 'other.png',
    width,
    height: values.length / width,
    frames: 1,
    pixelSizeAngstrom: undefined,
    description: '',
    warnings: [],
    readRows: async (_: number, first: number, count: number) =>
      Float32Array.from(values.slice(first * width, (first + count) * width)),
  });

  test('a mask of 0 to 1 that a resampling has carried a little beyond is one still', async () => {
    const read = await readMask(rows(new Array(300).fill(0.9).fill(1.0001, 0, 150), 20), size);
    expect([read.values[0], read.values[299]]).toEqual([255, 229]);
  });

  test('of numbers that are neither from 0 to 1 nor whole it is not guessed what they mean', async () => {
    await expect(readMask(rows(new Array(300).fill(0.5).fill(37.25, 0, 9), 20), size)).rejects.toThrow(
      'other.png has values up to 37.25, some of them no whole numbers: a mask goes from 0 to 1, or in whole numbers from 0 to 255.',
    );
  });

  test('a mask of another shape is refused, one of bytes to 255 or another scale is not', async () => {
    await expect(readMask(rows(new Array(30 * 40).fill(0), 30), size)).rejects.toThrow(
      'other.png is a mask of 30 × 40 pixels, which is not the shape of the micrograph (40 × 30): give the mask that was made of it.',
    );
    const [columns, lines] = [20, 15];
    const bytes = await readMask(rows(new Array(columns * lines).fill(255), columns), size);
    expect([bytes.values[0], bytes.step]).toEqual([255, { x: 2, y: 2 }]);
    const nothing = await readMask(rows(new Array(columns * lines).fill(Number.NaN), columns), size);
    expect(coveredPart(bitmapOf(nothing, size, 0.01))).toBe(0);
  });
});
