/**
 * Picks judged by reference coordinates in a real browser: curves and numbers as the pipeline gives them, a threshold for a
 * target, all micrographs of the list, and the comparison drawn on the micrograph in three colours and shapes.
 * Screenshots go to test-results/screenshots; look at them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { averagePrecision } from '../../src/dataset/scoreCurve.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../src/formats/star/picks.ts';
import { writeTopaz } from '../../src/formats/topaz/table.ts';
import { evaluateAtDiameter } from '../../src/pipelines/evaluation/evaluate.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';

const size = 512;
const diameter = 40;

/** Dark discs on noise, on a grid that is a little out of order; whole pixels, as Topaz's tables have them. */
function particles(seed: number) {
  const random = createRandom(seed);
  return Array.from({ length: 36 }, (_, i) => ({
    x: 50 + 80 * (i % 6) + random.integer(13),
    y: 50 + 80 * Math.floor(i / 6) + random.integer(13),
    score: undefined,
  }));
}

/** Most particles, some of them badly, and a few places between; better scores are mostly right. */
function picksOf(truth: ReturnType<typeof particles>, seed: number) {
  const random = createRandom(seed);
  return truth.flatMap(({ x, y }, i) => {
    if (i % 9 === 8) return [];
    const off = i % 7 === 6 ? 14 : 2;
    const right = { x: x + off, y, score: 0.4 + 0.59 * random.uniform() };
    return i % 5 === 0 ? [right, { x: x + 40, y: y + 30, score: 0.6 * random.uniform() }] : [right];
  });
}

async function micrograph(truth: ReturnType<typeof particles>, seed: number): Promise<Uint8Array> {
  const random = createRandom(seed);
  const pixels = Float32Array.from({ length: size * size }, () => random.normal());
  for (const { x, y } of truth) {
    for (let row = y - 14; row <= y + 14; row++) {
      for (let column = x - 14; column <= x + 14; column++) {
        const at = row * size + column;
        if (Math.hypot(column - x, row - y) < 14) pixels[at] = (pixels[at] ?? 0) - 1.5;
      }
    }
  }
  const sink = memorySink();
  await writeMrc(sink, { width: size, height: size, pixelSizeAngstrom: 1 }, [pixels]);
  return sink.bytes();
}

describeBrowser(
  'the evaluation',
  (browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-evaluation-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const page = (): Page => browser().page;
    const at = (testid: string) => page().getByTestId(testid);
    const path = (name: string): string => join(folder, name);
    const truths = [particles(1), particles(2)] as const;
    const picks = [picksOf(truths[0], 3), picksOf(truths[1], 4)] as const;
    const expected = evaluateAtDiameter(
      truths.map((truth, i) => ({ name: `m${i + 1}.mrc`, picks: picks[i] ?? [], truth })),
      diameter,
    );
    const cells = async (row: ReturnType<typeof at>): Promise<string[]> =>
      await row.locator('td').allTextContents();
    const said = async (testid: string): Promise<string> =>
      ((await at(testid).textContent()) ?? '').replaceAll('\u00a0', ' ');
    const isShown = (name: string) =>
      browser()
        .until(`${name} is open`, async () => (await page().title()).startsWith(name))
        .then(() => browser().drawn());

    test('judges imported picks by a table of truth, as the pipeline does', async () => {
      for (const [i, truth] of truths.entries()) {
        writeFileSync(path(`m${i + 1}.mrc`), await micrograph(truth, 10 + i));
        writeFileSync(path(`m${i + 1}_picks.star`), writeStarPicks(picks[i] ?? []));
      }
      const table = truths.map((coordinates, i) => ({ name: `m${i + 1}`, coordinates }));
      writeFileSync(path('truth.txt'), writeTopaz(table));
      await browser().open();
      await browser().until('the GPU is ready', async () =>
        /swiftshader/i.test((await page().textContent('body')) ?? ''),
      );
      await browser().drop(at('drop-zone'), [path('m1.mrc'), path('m2.mrc')]);
      await at('pixel-size').waitFor();
      await isShown('m1.mrc');
      await at('diameter').fill(String(diameter));
      await at('picks-input').setInputFiles(path('m1_picks.star'));
      await browser().until('the picks are there', async () =>
        ((await at('pick-count').textContent()) ?? '').includes(`of ${picks[0].length}`),
      );
      await at('reference-input').setInputFiles(path('truth.txt'));
      await at('evaluation-scores').waitFor();
      expect(await at('reference-name').textContent()).toBe('36 particles in truth.txt');
      const [strict, loose] = await at('evaluation-scores').locator('tbody tr').all();
      const [one, other] = [expected.strict.micrographs[0], expected.loose.micrographs[0]];
      if (!strict || !loose || !one || !other) throw new Error('A row is missing.');
      expect((await cells(strict)).slice(2)).toEqual([one.f1.toFixed(3), one.averagePrecision.toFixed(3)]);
      expect((await cells(loose)).slice(2)).toEqual([other.f1.toFixed(3), other.averagePrecision.toFixed(3)]);
      expect(averagePrecision(one.curve)).toBeLessThan(averagePrecision(other.curve));
      expect(await at('precision-recall').locator('path').count()).toBe(2);
      await at('precision-recall').scrollIntoViewIfNeeded();
      await browser().screenshot('60-evaluation');
      await expectAccessible(page(), 'the evaluation in the panel');
    });

    test('sets the threshold for a precision, and says what it gives', async () => {
      await at('target-value').fill('95');
      await at('target-apply').click();
      await at('target-said').waitFor();
      const words = await said('target-said');
      expect(words).toMatch(/^Precision 95 % or more at score ≥ .* by 36 labelled particles/);
      const threshold = Number(/≥ ([\d.]+)/.exec(words)?.[1]);
      expect(Number(await at('threshold-value').inputValue())).toBeCloseTo(threshold, 3);
      expect(threshold).toBeGreaterThan(0.4);
    });

    test('draws what both have and what one has alone, in three colours and shapes', async () => {
      await page().keyboard.press('x');
      await at('comparison-legend').waitFor();
      const count = async (part: string) => Number.parseInt(await said(`compared-${part}`), 10);
      const [both, mine, theirs] = [await count('both'), await count('onlyPicks'), await count('onlyOther')];
      expect(both + theirs).toBe(36);
      expect(theirs).toBeGreaterThanOrEqual(4);
      await expect.poll(async () => Number.parseInt(await said('pick-count'), 10)).toBe(both + mine);
      // Below the threshold there are false ones.
      await at('threshold-value').fill('0.01');
      await browser().until('more is only in the picks', async () => (await count('onlyPicks')) > mine);
      expect(await said('compared-onlyOther')).toBe('4 only in truth.txt');
      const colours = await at('comparison-marks')
        .locator('canvas')
        .evaluate((canvas) => {
          if (!(canvas instanceof HTMLCanvasElement)) return [];
          const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
          const seen = new Map<string, number>();
          for (let i = 0; data && i < data.length; i += 4) {
            const key = [data[i], data[i + 1], data[i + 2]].join(' ');
            if (data[i + 3] === 255) seen.set(key, (seen.get(key) ?? 0) + 1);
          }
          return [...seen]
            .sort((a, b) => b[1] - a[1])
            .slice(0, 3)
            .map(([key]) => key);
        });
      expect([...colours].sort()).toEqual(['107 194 255', '168 240 161', '245 173 33']);
      await browser().screenshot('61-comparison');
      await expectAccessible(page(), 'the comparison');
      // Out of the field, in which an x would be typed.
      await at('threshold-value').press('Escape');
      await page().keyboard.press('x');
      await browser().until('no marks are there', async () => (await at('comparison-legend').count()) === 0);
    });

    test('pools all micrographs of the list in a table', async () => {
      await page().keyboard.press('n');
      await isShown('m2.mrc');
      // It gets as many as the first has.
      await expect.poll(() => said('pick-count')).not.toContain(`of ${picks[1].length}`);
      await at('picks-input').setInputFiles(path('m2_picks.star'));
      await browser().until('the picks are there', async () =>
        ((await at('pick-count').textContent()) ?? '').includes(`of ${picks[1].length}`),
      );
      // Its reference came with the other one's.
      expect(await at('reference-name').textContent()).toBe('36 particles in truth.txt');
      await page().keyboard.press('u');
      await at('scope-all').click();
      const rows = at('evaluation-table').locator('tbody tr');
      await browser().until('all are in the table', async () => (await rows.count()) === 3);
      expect(await rows.locator('th').allTextContents()).toEqual(['m1.mrc', 'm2.mrc', 'All']);
      const all = await cells(rows.last());
      expect([all[1], all[5], all[9]]).toEqual([
        '72',
        expected.strict.averagePrecision.toFixed(3),
        expected.loose.averagePrecision.toFixed(3),
      ]);
      expect(await at('evaluation').getByTestId('f1-threshold').locator('path').count()).toBe(4);
      await browser().screenshot('62-evaluation-table');
      await expectAccessible(page(), 'the evaluation of all');
      await page().keyboard.press('Escape');
      await browser().until('the dialog is gone', async () => !(await at('evaluation').isVisible()));
    });

    test('has the reference again after a reload', async () => {
      await browser().comeBack([path('m2.mrc')]);
      await at('evaluation-scores').waitFor();
      expect(await at('reference-name').textContent()).toBe('36 particles in truth.txt');
      await at('remove-reference').click();
      expect(await at('evaluation-scores').count()).toBe(0);
    });
  },
  { width: 1440, height: 900 },
);
