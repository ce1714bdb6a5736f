/** A folder of micrographs as a filmstrip and a grid: filtered, sorted, rejected, and watched while it fills. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const folder = mkdtempSync(join(tmpdir(), 'cryolite-grid-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Discs on noise, another pattern for every file. */
async function micrograph(path: string, width = 320, height = 288): Promise<void> {
  const { uniform } = createRandom(
    [...path].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7),
  );
  const centres = Array.from({ length: 9 }, () => ({ x: uniform() * width, y: uniform() * height }));
  const pixels = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isInside = centres.some((centre) => Math.hypot(centre.x - x, centre.y - y) < 16);
    return (isInside ? -1.5 : 0) + 2 * uniform() + y / height;
  });
  const sink = memorySink();
  await writeMrc(sink, { width, height, pixelSizeAngstrom: 2 }, [pixels]);
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, sink.bytes());
}

describeBrowser('a folder of micrographs', (browser) => {
  const user = new User(browser);
  const { at, text, until } = user;
  const tiles = (): Promise<number> => at('grid-tile').count();
  const named = (name: string) => at('grid-tile').filter({ hasText: name });

  test('is a grid and a filmstrip of thumbnails; one of another size and a broken one say so', async () => {
    for (let i = 1; i <= 38; i++) await micrograph(`Grid${1 + (i % 2)}/raw/m${i}_avg.mrc`);
    await micrograph('Grid1/raw/m39_avg.mrc', 200, 240);
    writeFileSync(join(folder, 'Grid2/raw/m40_avg.mrc'), 'no micrograph at all, but of this name');
    await user.arrive();
    await browser().drop(at('drop-zone'), [folder]);
    await at('pixel-size').waitFor();
    await expect.poll(() => text('library-counts')).toBe('40 micrographs');
    await browser().page.keyboard.press('Shift+G');
    await at('grid-tiles').waitFor();
    await until('thumbnails are drawn', async () => {
      const drawn = await at('grid-tile').getByTestId('thumbnail').count();
      return drawn >= 12;
    });
    await until('the filmstrip has pictures', async () => {
      return (await at('micrograph-item').getByTestId('thumbnail').count()) >= 3;
    });
    await at('grid-sort').selectOption('name');
    await at('grid-filter').fill('no such name');
    await at('grid-show-all').waitFor();
    await at('grid-filter').fill('Grid*/**/m[34]?_avg.mrc');
    await until('the filter holds', async () => (await tiles()) === 11);
    await expect
      .poll(() => at('grid-filter').evaluate((field) => field === document.activeElement))
      .toBe(true);
    expect(await text('grid-counts')).toContain('11 of 40 shown');
    await named('m40_avg.mrc').getByTestId('tile-error').waitFor();
    await named('m39_avg.mrc').getByTestId('tile-warning').waitFor();
    expect(await text('tile-warning')).toContain('200 × 240 px, most others 320 × 288 px');
    expect(await at('grid-tile').locator('.tile-name').allTextContents()).toEqual(
      Array.from({ length: 11 }, (_, i) => `m${30 + i}_avg.mrc`),
    );
    await browser().screenshot('grid-filtered');
  });

  test('is rejected and accepted by key, and undone; Enter opens', async () => {
    const { page } = browser();
    await at('grid-tiles').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await text('grid-selected')).toBe('2 selected');
    await page.keyboard.press('x');
    expect(await text('grid-counts')).toContain('2 rejected');
    await named('m32_avg.mrc').click();
    await named('m34_avg.mrc').click({ modifiers: ['Control'] });
    await page.keyboard.press('y');
    expect(await text('library-counts')).toContain('2 accepted, 2 rejected');
    await at('grid-acceptance').selectOption('kept');
    await until('rejected ones are hidden', async () => (await tiles()) === 9);
    await browser().screenshot('grid-rejected');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await until('all are back', async () => (await tiles()) === 11);
    await page.keyboard.press('Control+Shift+z');
    await until('two are rejected again', async () => (await tiles()) === 9);
    await named('m33_avg.mrc').click();
    await page.keyboard.press('Enter');
    await at('grid-tiles').waitFor({ state: 'detached' });
    await until('it is open', async () => (await text('status')).includes('m33_avg.mrc is open'));
    await expect.poll(() => at('micrograph-item').count()).toBe(9);
    await page.keyboard.press('Shift+X');
    await until('it is rejected', async () => (await text('library-counts')).includes('3 rejected'));
    await at('acceptance-undo').click();
    await until('it is not', async () => (await text('library-counts')).includes('2 rejected'));
  });

  test('is watched while a microscope fills it: what lands is picked; it remembers what was decided', async () => {
    const { page } = browser();
    await at('library-counts-all').click();
    await at('method-log').click();
    await at('diameter').fill('64');
    await at('diameter').press('Tab');
    await at('watch').click();
    await expect.poll(() => text('watch-status')).toContain('Watching');
    await at('watch-process').check();
    await micrograph('Grid3/raw/m41_avg.mrc');
    await until('the new one is there', async () => (await text('library-counts')).startsWith('41 micro'));
    await expect.poll(() => text('watch-status')).toContain('1 new');
    await at('library-filter').fill('m41');
    await until('it has a thumbnail', async () => {
      return (await at('micrograph-item').getByTestId('thumbnail').count()) === 1;
    });
    await until('it has picks', async () => {
      return /\d+ picks/.test((await at('micrograph-item').textContent()) ?? '');
    });
    await browser().screenshot('watching');
    await at('watch-stop').click();
    await at('library-filter').fill('');
    await page.emulateMedia({ colorScheme: 'light' });
    await at('show-grid').click();
    await at('grid-tiles').waitFor();
    await browser().screenshot('grid-light');
    await browser().kept();
    await page.reload();
    await at('reopen').or(at('micrograph-item')).first().waitFor();
    if ((await at('micrograph-item').count()) === 0) await browser().drop(at('drop-zone'), [folder]);
    await until('it knows again', async () => (await text('library-counts')).includes('2 rejected'));
  });
});
