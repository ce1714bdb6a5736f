import { describe, expect, test } from 'vitest';
import { lensAt, lensFactor, lensSide } from '../../../src/ui/state/lens.ts';
import { blockInSight } from '../../../src/ui/state/liveFilter.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { placeBlock } from '../../../src/ui/viewer/tileGrid.ts';
import { toImage } from '../../../src/ui/viewer/transform.ts';

const micrograph = { width: 11520, height: 8184, pyramid: { tileSize: 256, levels: 7 } };

function viewOf(width: number, height: number): ReturnType<typeof createViewState> {
  const view = createViewState();
  view.resize({ width, height });
  view.showImage(micrograph);
  return view;
}

describe('what a live filter works on', () => {
  test('is all of a picture that is shown whole, at the size of the screen', () => {
    const block = blockInSight(viewOf(1200, 900), micrograph, 1);
    expect(block).toEqual({ level: 3, column: 0, row: 0, columns: 6, rows: 4 });
  });

  test('is what is in sight of one that is shown in part', () => {
    const view = viewOf(500, 500);
    view.move({ u: 5000, v: 3000, scale: 1 });
    // 4750…5250 and 2750…3250 px, in tiles of 256 px.
    expect(blockInSight(view, micrograph, 1)).toEqual({ level: 0, column: 18, row: 10, columns: 3, rows: 3 });
  });

  test('is what all panes show together, where they are of unlike widths', () => {
    const view = viewOf(500, 500);
    view.move({ u: 5000, v: 3000, scale: 1 });
    const pane = (x: number, width: number) => {
      const rect = { x, y: 0, width, height: 500 };
      return { kind: 'filtered' as const, rect, clip: rect };
    };
    const panes = [pane(0, 100), pane(102, 1400)];
    // The narrow one shows 4950…5050 px, the wide one 4300…5700.
    const block = blockInSight({ view: view.view, panes: () => panes }, micrograph, 1);
    expect(block).toEqual({ level: 0, column: 16, row: 10, columns: 7, rows: 3 });
  });

  test('is coarser where it would be too much to follow a slider', () => {
    const block = blockInSight(viewOf(3800, 2100), micrograph, 2);
    expect(block?.level).toBe(3);
    expect(Math.max(block?.columns ?? 99, block?.rows ?? 99)).toBeLessThanOrEqual(8);
  });

  test('lies where its tiles lie, cut at the border of the picture', () => {
    const placed = placeBlock(
      { level: 3, column: 4, row: 2 },
      { width: 416, height: 511 },
      micrograph,
      micrograph.pyramid,
    );
    expect(placed.rect).toEqual({ x: 8192, y: 4096, width: 3328, height: 4088 });
    expect([placed.uMax, placed.vMax]).toEqual([1, 1]);
  });
});

describe('the magnifier', () => {
  const pane = {
    kind: 'raw' as const,
    rect: { x: 0, y: 0, width: 800, height: 600 },
    clip: { x: 0, y: 0, width: 800, height: 600 },
  };
  const view = { u: 100, v: 80, scale: 2, flip: { x: true, y: false } };

  test('has in its middle what is under the cursor, mirrored as all of it', () => {
    const lens = lensAt({ x: 300, y: 250 }, pane, view, pane.rect);
    expect(lens.rect).toEqual({
      x: 300 - lensSide / 2,
      y: 250 - lensSide / 2,
      width: lensSide,
      height: lensSide,
    });
    expect(toImage(lens.view, lens.rect, { x: 300, y: 250 })).toEqual(
      toImage(view, pane.rect, { x: 300, y: 250 }),
    );
    expect(lens.view).toMatchObject({ scale: 2 * lensFactor, flip: view.flip });
  });

  test('stays on the canvas', () => {
    expect(lensAt({ x: 5, y: 597 }, pane, view, pane.rect).rect).toMatchObject({ x: 0, y: 600 - lensSide });
  });
});
