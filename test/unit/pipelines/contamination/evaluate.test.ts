import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bitmapOf, coveredPart, type MaskBitmap } from '../../../../src/dataset/maskBitmap.ts';
import { readMask } from '../../../../src/dataset/maskFile.ts';
import { openMicrograph } from '../../../../src/dataset/open.ts';
import { readPicksFile } from '../../../../src/dataset/picksFile.ts';
import { keepOut, maskIoU, picksOnMask } from '../../../../src/pipelines/contamination/evaluate.ts';
import { withFile } from '../../../../src/platform/node/files.ts';

const bitmap = (cells: string): MaskBitmap => ({
  width: cells.length,
  height: 1,
  cellPx: 10,
  data: Uint8Array.from(cells, (letter) => (letter === '#' ? 1 : 0)),
});

test('masks agree by the part of what either covers that both do', () => {
  expect(maskIoU(bitmap('##..'), bitmap('.###'))).toEqual({ iou: 1 / 4, precision: 1 / 2, recall: 1 / 3 });
  expect(maskIoU(bitmap('....'), bitmap('....'))).toEqual({ iou: 1, precision: 1, recall: 1 });
  expect(maskIoU(bitmap('....'), bitmap('#...'))).toEqual({ iou: 0, precision: 1, recall: 0 });
  expect(() => maskIoU(bitmap('#'), bitmap('##'))).toThrow(RangeError);
});

test('picks on any of the masks are kept out, those beside them by the margin', () => {
  const picks = [5, 15, 25, 35].map((x) => ({ x, y: 0 }));
  const masks = [bitmap('#...'), bitmap('...#')];
  expect(keepOut(picks, masks, 0).out).toEqual([picks[0], picks[3]]);
  expect(keepOut(picks, masks, 6).kept).toEqual([]);
  expect(picksOnMask(picks, bitmap('.#..'))).toBe(1);
});

const folder = new URL('../../../../../shared/data/contamination/', import.meta.url).pathname;
const name = 'Ucsf_stack_1142_DW';
const isThere = existsSync(folder);
if (!isThere) console.warn('shared/data/contamination is missing: its mask and picks are not looked at.');

test.skipIf(!isThere)('a real mask covers 14.5 % of its micrograph and 12 of its 45 picks', async () => {
  const size = { width: 959, height: 927 };
  const grid = await withFile(`${folder}${name}_mask.mrc`, async (source) =>
    readMask(await openMicrograph(source), size),
  );
  const mask = bitmapOf(grid, size, 0.5);
  expect(coveredPart(mask)).toBeCloseTo(0.145, 2);
  const picks = await withFile(`${folder}${name}_autopick.star`, (source) =>
    readPicksFile(source, `${name}.mrc`),
  );
  expect(picks).toHaveLength(45);
  // The grid is half as fine as the mask: 12 by the mask itself.
  expect(picksOnMask(picks, mask)).toBe(12);
  expect(maskIoU(mask, mask).iou).toBe(1);
});
