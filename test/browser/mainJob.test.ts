/**
 * The main job on a real micrograph in a real browser: open, filter, pick, set the threshold, correct, export, come
 * back after a reload, import. Screenshots of the main states go to test-results/screenshots; look at them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { describeBrowser } from '../support/browser.ts';

const folder = resolve('../shared/data/apoferritin');
const name = 'May08_03.13.02_avg.mrc';
const other = 'May08_04.33.57_avg.mrc';
const diameterAngstrom = '117';

describeBrowser(
  'the main job on apoferritin',
  (browser) => {
    const downloads = mkdtempSync(join(tmpdir(), 'cryolite-export-'));
    afterAll(() => rmSync(downloads, { recursive: true }));
    let star = '';

    const page = (): Page => browser().page;
    const at = (testid: string) => page().getByTestId(testid);
    const counts = async (): Promise<{ shown: number; all: number }> => {
      await browser().settled();
      const [shown = 0, all = 0] =
        ((await at('pick-count').textContent()) ?? '').match(/\d+/g)?.map(Number) ?? [];
      return { shown, all };
    };
    const drawn = () => browser().drawn();
    /** A place on the viewer's canvas, as parts of its size. */
    const place = async (x: number, y: number): Promise<{ x: number; y: number }> => {
      const box = await at('viewer').boundingBox();
      if (!box) throw new Error('The viewer is not visible.');
      return { x: box.x + x * box.width, y: box.y + y * box.height };
    };
    const exportTo = async (button: string): Promise<string> => {
      const waiting = page().waitForEvent('download');
      await at(button).click();
      const download = await waiting;
      const path = join(downloads, download.suggestedFilename());
      await download.saveAs(path);
      return path;
    };

    const exportFor = async (program: string): Promise<string> => {
      await at('export-program').selectOption(program);
      return await exportTo('export-picks');
    };

    test('opens dropped files and shows the first', async () => {
      await page().addInitScript(() => {
        // Its dialog can't be driven here; without it the page downloads.
        Reflect.deleteProperty(window, 'showSaveFilePicker');
      });
      await browser().open();
      await browser().until('the GPU is ready', async () =>
        /swiftshader/i.test((await page().textContent('body')) ?? ''),
      );
      await browser().screenshot('1-start');
      await browser().drop(at('drop-zone'), [join(folder, name), join(folder, other)]);
      await at('pixel-size').waitFor();
      await drawn();
      expect(await at('micrograph-item').count()).toBe(2);
      expect(await at('pixel-size').inputValue()).toBe('1.5');
      const centre = await place(0.5, 0.5);
      await page().mouse.move(centre.x, centre.y);
      await browser().until('the value under the cursor is shown', async () =>
        /\d{4,}/.test((await at('cursor-readout').textContent()) ?? ''),
      );
      const png = await browser().screenshot('2-raw', at('viewer'));
      const points = Array.from({ length: 40 }, (_, i) => ({ x: 300 + 7 * i, y: 200 + 5 * i }));
      const greys = (await browser().pixels(png, points)).map(([red = 0]) => red);
      // A picture, not a flat field: many greys, neither all black nor all white.
      expect(new Set(greys).size).toBeGreaterThan(10);
      await browser().screenshot('2-opened');
    });

    test('filters, side by side with the raw picture', async () => {
      await at('lowpass').fill('30');
      await at('apply-filter').click();
      await browser().until(
        'the filtered picture is shown',
        async () => (await at('save-filtered').isEnabled()) && (await at('cancel').count()) === 0,
      );
      await drawn();
      await browser().screenshot('3-filtered');
      await at('view-side').click();
      await drawn();
      await browser().screenshot('4-both');
      const saved = readFileSync(await exportTo('save-filtered'));
      expect(saved.byteLength).toBe(1024 + 1240 * 1200 * 4);
      await at('view-raw').click();
      await drawn();
    });

    test('picks, and the threshold is live', async () => {
      await at('diameter').fill(diameterAngstrom);
      await at('diameter').press('Enter');
      await at('pick').click();
      await at('cancel').waitFor();
      await browser().screenshot('5-picking');
      await browser().until('picks are there', async () => (await counts()).shown > 0, 150_000);
      const suggested = await counts();
      // 161 particles are marked on this micrograph.
      expect(suggested.shown).toBeGreaterThan(100);
      expect(suggested.shown).toBeLessThan(220);
      await drawn();
      await browser().screenshot('6-picked');
      const plot = page().locator('svg.histogram');
      // This waits until it lies still, and nothing lies over it; the mouse is in its middle then.
      await plot.hover();
      const histogram = await plot.boundingBox();
      if (!histogram) throw new Error('There is no histogram.');
      const y = histogram.y + histogram.height / 2;
      await page().mouse.down();
      await page().mouse.move(histogram.x + histogram.width * 0.9, y, { steps: 8 });
      const strict = await counts();
      expect(strict.shown).toBeLessThan(suggested.shown);
      expect(strict.all).toBe(suggested.all);
      await browser().screenshot('7-threshold');
      await page().mouse.move(histogram.x + histogram.width * 0.3, y, { steps: 8 });
      await page().mouse.up();
      expect((await counts()).shown).toBeGreaterThan(strict.shown);
    });

    test('adds a pick by a click, erases picks by a drag, undoes and redoes', async () => {
      const before = await counts();
      await at('tool-add').click();
      // Where the network has found one already, a click confirms it, and there are no more than before.
      let spot = await place(0.5, 0.45);
      for (const [x, y] of [
        [0.5, 0.45],
        [0.46, 0.41],
        [0.54, 0.49],
        [0.42, 0.45],
      ] as const) {
        spot = await place(x, y);
        await page().mouse.click(spot.x, spot.y);
        if ((await counts()).shown > before.shown) break;
        await at('undo').click();
      }
      expect((await counts()).shown).toBe(before.shown + 1);
      await page().mouse.click(spot.x, spot.y, { button: 'right' });
      expect((await counts()).shown).toBe(before.shown);
      await at('undo').click();
      expect((await counts()).shown).toBe(before.shown + 1);

      await at('tool-erase').click();
      const from = await place(0.3, 0.55);
      const to = await place(0.7, 0.55);
      await page().mouse.move(from.x, from.y);
      await page().mouse.down();
      await page().mouse.move(to.x, to.y, { steps: 20 });
      await browser().screenshot('8-erasing');
      await page().mouse.up();
      const erased = await counts();
      expect(erased.shown).toBeLessThan(before.shown);
      await at('undo').click();
      expect((await counts()).shown).toBe(before.shown + 1);
      await at('redo').click();
      expect(await counts()).toEqual(erased);
      await at('tool-pan').click();
    });

    test('exports STAR and CSV of what is shown', async () => {
      const { shown } = await counts();
      star = await exportFor('relion');
      const picks = readStarPicks('export', readFileSync(star, 'utf8'));
      expect(picks).toHaveLength(shown);
      expect(
        picks.every(
          ({ x, y, score }) => x >= -0.5 && x < 1240 && y >= -0.5 && y < 1200 && score !== undefined,
        ),
      ).toBe(true);
      const csv = readFileSync(await exportFor('csv'), 'utf8')
        .trim()
        .split(/\r?\n/);
      expect(csv).toHaveLength(shown + 1);
    });

    test('comes back after a reload, and imports the STAR file', async () => {
      const before = await counts();
      await browser().kept();
      await page().reload();
      await at('reopen').or(at('pixel-size')).first().waitFor();
      await browser().screenshot('9-reloaded');
      await browser().reopened([join(folder, name)]);
      await drawn();
      expect(await at('diameter').inputValue()).toBe(diameterAngstrom);
      expect(await counts()).toEqual(before);
      await browser().screenshot('10-back');

      await at('clear-picks').click();
      expect((await counts()).shown).toBe(0);
      await at('picks-input').setInputFiles(star);
      await browser().until('the picks are imported', async () => (await counts()).shown === before.shown);
      await drawn();
      await browser().screenshot('11-imported');
    });
  },
  { width: 1440, height: 900, needs: [join(folder, name), join(folder, other)] },
);
