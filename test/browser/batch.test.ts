/** A batch in a real browser: one bad file among good ones, a pause, a reload on the way, one threshold, RELION's folder. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { parseStar } from '../../src/formats/star/parse.ts';
import { readCoordinateFiles } from '../../src/formats/star/particles.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';
import { type Place, User } from '../support/user.ts';

const pixelSizeAngstrom = 2;
const diameterPx = 40;
const rowsOfDiscs = 4;

/** Dark discs in noise. @param columns of discs: so many that their number tells the micrographs apart. */
async function discs(seed: number, columns: number): Promise<Uint8Array> {
  const [width, height] = [60 + 80 * columns, 60 + 80 * rowsOfDiscs];
  const random = createRandom(seed);
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  for (let row = 0; row < rowsOfDiscs; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [70 + 80 * column, 70 + 80 * row];
      for (let v = y - 24; v < y + 24; v++) {
        for (let u = x - 24; u < x + 24; u++) {
          const depth = (1 + 0.1 * row) * Math.exp(-((Math.hypot(u - x, v - y) / 15) ** 4));
          data[v * width + u] = (data[v * width + u] ?? 0) - depth;
        }
      }
    }
  }
  const sink = memorySink();
  await writeMrc(sink, { width, height, pixelSizeAngstrom }, [data]);
  return sink.bytes();
}

/** Boxes of each stack that a STAR file of extracted particles lists. */
function readExtracted(text: string): Map<string, number> {
  const stacks = new Map<string, number>();
  for (const [, stack = ''] of text.matchAll(/\d+@(\S+\.mrcs)/g))
    stacks.set(stack, (stacks.get(stack) ?? 0) + 1);
  return stacks;
}

describeBrowser('a batch', (browser) => {
  const root = mkdtempSync(join(tmpdir(), 'cryolite-batch-'));
  const folder = join(root, 'Micrographs');
  afterAll(() => rmSync(root, { recursive: true }));
  const user = new User(browser, 60_000);
  const { at, text, number, until } = user;
  const row = (index: number) => at('batch-row').nth(index);
  const states = async (): Promise<string> =>
    (
      await at('batch-row').evaluateAll((rows) => rows.map((one) => one.getAttribute('data-state')?.[0]))
    ).join('');
  /** Picks, score, diameter, quality, defocus and time of a row. */
  const figures = async (index: number): Promise<string[]> =>
    (await row(index).locator('td').allTextContents()).slice(3, 9);

  test('goes on after a reload where it was, names what failed, and is exported at once', async () => {
    mkdirSync(folder);
    for (const [i, columns] of [4, 5, 6, 7].entries()) {
      writeFileSync(join(folder, `m${i + 1}.mrc`), await discs(i + 1, columns));
    }
    const whole = await discs(9, 4);
    writeFileSync(join(folder, 'm5_broken.mrc'), whole.slice(0, whole.length / 3));
    const { page } = browser();
    await user.arrive();
    await user.open([folder]);
    await user.fill('diameter', diameterPx * pixelSizeAngstrom);
    await at('method-log').click();
    // One that has smaller particles, the user says.
    const goTo = async (index: number): Promise<void> => {
      await at('micrograph-item').nth(index).click();
      await until(`micrograph ${index + 1} is open`, async () =>
        (await page.title()).startsWith(`m${index + 1}.mrc`),
      );
      await user.drawn();
    };
    await goTo(1);
    await user.fill('diameter', 70);
    await goTo(0);
    await page.keyboard.press('Shift+B');
    await at('batch').waitFor();
    expect(await number('batch-scope')).toBe(5);
    await at('batch-step-denoise').check();
    await at('batch-step-extract').check();
    await at('batch-bin').fill('16');
    await browser().screenshot('batch-empty');
    await at('batch-start').click();
    await until('one is done', async () => (await states()).startsWith('d'));
    await at('batch-pause').click();
    await at('batch-resume').waitFor();
    expect(await text('batch-left')).toContain('paused');
    expect(await states()).toMatch(/^d+w+$/);
    await at('batch-resume').click();
    await until('it runs', async () => (await states()).includes('r'));

    // The tab goes in the middle of the work.
    const first = await figures(0);
    await page.reload();
    await at('drop-zone').waitFor();
    await user.open([folder]);
    await page.keyboard.press('Shift+B');
    await until('it has ended', async () => /^dd[df]{3}$/.test(await states()));
    expect(await text('batch-counts')).toContain('4 of 5 done, 1 failed');
    // Its time, too, is that of before: it was not done again.
    expect(await figures(0)).toEqual(first);
    expect(await text('batch-error')).toContain('m5_broken.mrc');

    expect(await at('batch-row-diameter').allTextContents()).toEqual(
      expect.arrayContaining(['80', '70 own', '80', '80']),
    );
    expect(await text('batch-now')).toContain('diameter 80 Å, 1 micrograph with its own');

    // One threshold for all.
    const before = await number('batch-total');
    expect(before).toBeGreaterThan(50);
    const slider = at('batch-threshold');
    await slider.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('PageUp');
    await browser().settled();
    const raised = await number('batch-total');
    expect(raised).toBeLessThan(before);
    const counts = await Promise.all([0, 1, 2, 3].map(async (i) => Number((await figures(i))[0])));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(raised);
    await browser().screenshot('batch-dark');
    await expectAccessible(page, 'results of a batch');
    await page.getByLabel('Light or dark').click();
    await browser().screenshot('batch-light');

    const path = await user.save('batch-export', root);
    expect(await text('batch-written')).toContain('AutoPick/cryolite/autopick.star');
    const files = unzipSync(readFileSync(path));
    const contentOf = (name: string): string => new TextDecoder().decode(files[name]);
    const list = 'AutoPick/cryolite/autopick.star';
    const entries = readCoordinateFiles(list, parseStar(list, contentOf(list))) ?? [];
    expect(entries.map(({ micrograph }) => micrograph)).toEqual(
      [1, 2, 3, 4].map((n) => `Micrographs/m${n}.mrc`),
    );
    const read = entries.map(({ coordinates }) => readStarPicks(coordinates, contentOf(coordinates)));
    expect(read.map(({ length }) => length)).toEqual(counts);

    // What lay in the browser's own storage, before the reload and after it.
    const boxes = readExtracted(contentOf('extracted_particles.star'));
    for (const n of [1, 2, 3, 4]) {
      expect(files[`denoised/Micrographs/m${n}_denoised.mrc`]?.length).toBeGreaterThan(1024);
      const stack = files[`particles/Micrographs/m${n}.mrcs`];
      expect(stack?.length).toBe(1024 + 4 * 16 ** 2 * (boxes.get(`particles/Micrographs/m${n}.mrcs`) ?? 0));
    }

    await at('batch-threshold-apply').click();
    await at('batch-threshold-undo').waitFor();
    expect(await number('batch-total')).toBe(raised);
    await at('batch-threshold-undo').click();
    await until('the thresholds are back', async () => (await number('batch-total')) === before);
  });

  test('judges all, then picks by what a template of three clicks and LoG agree on, into a chosen folder', async () => {
    const { page } = browser();
    // What the user would choose in the dialog, which can't be driven.
    await page.evaluate(() => {
      window.showDirectoryPicker = async () =>
        await (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true });
    });
    writeFileSync(join(folder, 'new.mrc'), await discs(7, 4));
    await browser().drop(at('batch'), [join(folder, 'new.mrc')]);
    await page.keyboard.press('Shift+G');
    await until('two are not judged', async () => (await text('judge')) === 'Judge 2');
    await at('judge').click();
    await until('one is left, which is broken', async () => (await text('judge')) === 'Judge 1');
    await browser().screenshot('batch-judged');
    expect(await page.getByTestId('error').allTextContents()).toContainEqual(
      expect.stringContaining('m5_broken.mrc'),
    );
    // It lies over the picture until it has been read.
    const dismiss = at('error').getByRole('button', { name: 'Dismiss' });
    await dismiss.click();
    await dismiss.waitFor({ state: 'detached' });

    await at('grid-close').click();
    await user.drawn();
    await at('method-template').click();
    const centres = [1, 2, 3].map((i) => ({ x: 70 + 80 * i, y: 70 + 80 * i }));
    await user.clickOn({ width: 380, height: 380 }, centres);
    await page.keyboard.press('Shift+B');
    await at('batch-method').selectOption('consensus');
    await at('batch-combine-cnn').uncheck();
    await until('one method is too few', async () => await at('batch-start').isDisabled());
    await at('batch-combine-template').check();
    await until('the clicks are known', async () => (await number('batch-template')) === 3);
    await browser().screenshot('batch-consensus');
    await at('batch-start').click();
    // The table of the batch before has ended, too: this one has a row more.
    const added = at('batch-row').filter({ hasText: 'new.mrc' });
    await until('it has ended', async () => (await added.count()) === 1 && /^dddd?fd?$/.test(await states()));
    await at('batch-export').click();
    await until('it is written', async () => (await text('batch-written')).includes('to chosen'));
    const star = await page.evaluate(async () => {
      let at = await (await navigator.storage.getDirectory()).getDirectoryHandle('chosen');
      for (const name of ['AutoPick', 'cryolite']) at = await at.getDirectoryHandle(name);
      return await (await (await at.getFileHandle('new_autopick.star')).getFile()).text();
    });
    expect(star).toContain('log; template of 3 picks by hand on 1 micrograph');
    const found = readStarPicks('new_autopick.star', star);
    const isFound = ({ x, y }: Place) => found.some((pick) => Math.hypot(pick.x - x, pick.y - y) < 10);
    const places = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].map((j) => ({ x: 70 + 80 * i, y: 70 + 80 * j })));
    expect(places.filter(isFound)).toEqual(places);
  });
});
