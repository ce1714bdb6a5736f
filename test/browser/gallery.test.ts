/** The gallery in a real browser: junk is thrown out and comes back, classes are averaged, particles extracted as the terminal does. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../src/formats/star/picks.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';
import { run } from '../unit/cli/run.ts';

const [width, height] = [640, 560];
const pixelSizeAngstrom = 2;
const diameterPx = 40;

/** Dark discs in noise with good scores, and as many places without anything that have bad ones. */
function picture() {
  const random = createRandom(5);
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  const picks: { x: number; y: number; score: number }[] = [];
  for (let row = 0; row < 7; row++) {
    for (let column = 0; column < 8; column++) {
      const [x, y] = [46 + 78 * column + random.between(-6, 6), 42 + 78 * row + random.between(-6, 6)];
      const isJunk = (row + column) % 4 === 3;
      picks.push({ x, y, score: isJunk ? random.between(0.2, 0.4) : random.between(0.6, 0.95) });
      if (isJunk) continue;
      for (let v = Math.ceil(y - 24); v < y + 24; v++) {
        for (let u = Math.ceil(x - 24); u < x + 24; u++) {
          if (u < 0 || v < 0 || u >= width || v >= height) continue;
          const depth = 1.2 * Math.exp(-((Math.hypot(u - x, v - y) / 15) ** 4));
          data[v * width + u] = (data[v * width + u] ?? 0) - depth;
        }
      }
    }
  }
  return { data, picks };
}

describeBrowser('the gallery', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-gallery-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser, 120_000);
  const { at, number } = user;

  test('junk is thrown out, comes back, and what is left is extracted as the terminal does', async () => {
    const { data, picks } = picture();
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom }, [data]);
    const file = join(folder, 'discs.mrc');
    writeFileSync(file, sink.bytes());
    // Another one of the list, with one good pick and a bad one.
    const other = join(folder, 'other.mrc');
    const otherSink = memorySink();
    const otherData = data.map((value) => 2 * value + 1);
    await writeMrc(otherSink, { width, height, pixelSizeAngstrom }, [otherData]);
    writeFileSync(other, otherSink.bytes());
    const otherStar = join(folder, 'other_autopick.star');
    writeFileSync(otherStar, writeStarPicks([picks[0], picks[3]].flatMap((pick) => pick ?? [])));
    const star = join(folder, 'discs_autopick.star');
    writeFileSync(star, writeStarPicks(picks));
    const junk = picks.filter(({ score }) => score < 0.5).length;
    const { page } = browser();
    await user.arrive();
    await user.open([other]);
    await user.fill('diameter', diameterPx * pixelSizeAngstrom);
    await at('picks-input').setInputFiles(otherStar);
    await browser().until('its picks are there', async () => (await number('pick-count')) === 2);
    await browser().drop(at('drop-zone'), [file]);
    await user.isOpen('discs.mrc', 0);
    await at('picks-input').setInputFiles(star);
    await browser().until('the picks are there', async () => (await number('pick-count')) === picks.length);
    await user.fill('threshold-value', 0.5);

    await at('pick-count').click();
    await page.keyboard.press('Shift+C');
    await at('gallery-grid').waitFor();
    await expect.poll(() => number('gallery-kept')).toBe(picks.length - junk);
    await at('gallery-all').click();
    await browser().screenshot('30-gallery');

    // The first below the threshold, and all after it.
    const columns = Number(await at('gallery-grid').getAttribute('data-columns'));
    const box = await at('gallery-grid').boundingBox();
    const size = Number(await at('gallery-size').inputValue());
    if (!box) throw new Error('The gallery is not visible.');
    await at('gallery-grid').focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < picks.length - junk; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+End');
    await browser().until('all below are selected', async () => (await number('gallery-selected')) === junk);
    await browser().screenshot('31-gallery-selected');
    await expectAccessible(page, 'boxes selected');
    await page.keyboard.press('Delete');
    await browser().until('they are gone', async () => (await number('gallery-all')) === picks.length - junk);
    await expect.poll(() => number('gallery-thrown')).toBe(junk);
    await page.keyboard.press('Control+z');
    await browser().until('they are back', async () => (await number('gallery-all')) === picks.length);
    await expect.poll(() => number('gallery-thrown')).toBe(0);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => number('gallery-thrown')).toBe(junk);
    await at('gallery-thrown').click();
    await at('gallery-grid').focus();
    await page.keyboard.press('Control+a');
    await browser().screenshot('32-gallery-thrown');
    await page.keyboard.press('Delete');
    await browser().until(
      'they were brought back',
      async () => (await number('gallery-all')) === picks.length,
    );

    // By a rubber band: the last row of all of them.
    await at('gallery-all').click();
    await page.mouse.move(box.x + 2, box.y + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 2 * size, box.y + 1.5 * size, { steps: 4 });
    await page.mouse.up();
    await browser().until('two columns of two rows are selected', async () =>
      columns > 2 ? (await number('gallery-selected')) === 4 : true,
    );
    await page.mouse.dblclick(box.x + box.width / 2, box.y + size / 2);
    await page.keyboard.press('Escape');
    await browser().screenshot('33-gallery-place');

    await at('gallery-kept').click();
    // A few boxes are enough, and a processor that plays the GPU takes its time.
    await user.fill('threshold-value', 0.9);
    await at('show-classes').click();
    await at('class-count').selectOption('2');
    await at('average-classes').click();
    await at('class-average').first().waitFor({ timeout: 170_000 });
    expect(await at('class-average').count()).toBe(2);
    await at('class-average').first().click();
    expect(await number('gallery-selected')).toBeGreaterThan(0);
    await browser().screenshot('34-gallery-classes');
    await expectAccessible(page, 'class averages');

    await user.fill('threshold-value', 0.5);
    await at('pick-count').click();
    await page.keyboard.press('Shift+E');
    await user.fill('extract-bin', 24);
    await browser().screenshot('35-extract');
    await expectAccessible(page, 'the extraction');
    const archive = await user.save('extract-run', folder);
    expect(basename(archive)).toBe('discs_particles.zip');
    const made = unzipSync(new Uint8Array(readFileSync(archive)));
    const kept = join(folder, 'discs.star');
    writeFileSync(kept, writeStarPicks(picks.filter(({ score }) => score >= 0.5)));
    const options = ['--box', '144A', '--bin-to', '24', '-o', folder];
    expect((await run(['extract', file, '--picks', kept, ...options])).code).toBe(0);
    expect(Object.keys(made)).toEqual(['discs.mrcs', 'particles.star']);
    for (const name of ['discs.mrcs', 'particles.star']) {
      expect(Buffer.from(made[name] ?? []).equals(readFileSync(join(folder, name)))).toBe(true);
    }
  });
});
