/** Several micrographs side by side, as a user moves them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const size = { width: 360, height: 300 };

describeBrowser('several micrographs side by side', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-several-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at, until } = user;

  test('four are drawn, a drag moves them all, a click makes one the current one', async () => {
    const files = ['a', 'b', 'c', 'd', 'e'].map((name) => join(folder, `${name}.mrc`));
    for (const [i, file] of files.entries()) {
      const random = createRandom(i + 1);
      // A dark disc in the middle; brightness and contrast are each file's own.
      const pixels = Float32Array.from({ length: size.width * size.height }, (_, at) => {
        const [x, y] = [at % size.width, Math.floor(at / size.width)];
        const isInside = Math.hypot(x - size.width / 2, y - size.height / 2) < 60;
        return 100 * i + (i + 1) * (random.normal() - (isInside ? 3 : 0));
      });
      const sink = memorySink();
      await writeMrc(sink, { ...size, pixelSizeAngstrom: 1.5 }, [pixels]);
      writeFileSync(file, sink.bytes());
    }
    await user.arrive();
    await user.open(files);
    const { page } = user;
    await page.keyboard.press('Shift+M');
    const cells = at('several-cell');
    await until('four are drawn', async () => {
      // A cell that has not been drawn yet lacks nothing.
      await browser().settled();
      const pending = await cells.evaluateAll((all) =>
        all.map((cell) => cell.getAttribute('data-pending-tiles')),
      );
      return pending.length === 4 && pending.every((count) => count === '0');
    });
    expect(await cells.allTextContents()).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => expect.stringContaining(`${name}.mrc`)),
    );
    /** Grey in the middle of every cell, 0 to 255, and how far the place has come. */
    const middles = async (): Promise<readonly number[]> => {
      const boxes = await Promise.all((await cells.all()).map((cell) => cell.boundingBox()));
      const png = await browser().screenshot('several-1');
      const points = boxes.flatMap((box) =>
        box ? [{ x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) }] : [],
      );
      // A few pixels each: noise is not the disc.
      const around = points.flatMap(({ x, y }) =>
        [-6, 0, 6].flatMap((dx) => [-6, 0, 6].map((dy) => ({ x: x + dx, y: y + dy }))),
      );
      const greys = (await browser().pixels(png, around)).map(([red = 0]) => red);
      return points.map((_, i) => greys.slice(9 * i, 9 * i + 9).reduce((sum, grey) => sum + grey, 0) / 9);
    };
    const before = await middles();
    for (const grey of before) expect(grey).toBeLessThan(110);

    // Dragging one by a quarter of the picture takes the discs of all from the middle.
    const box = await cells.nth(1).boundingBox();
    if (!box) throw new Error('The second cell is not visible.');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 0.38 * box.width, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    const places = await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('data-place')));
    expect(new Set(places).size).toBe(1);
    await until('all have moved', async () =>
      (await middles()).every((grey, i) => grey > (before[i] ?? 0) + 25),
    );
    // The same one is current: a drag is no click.
    expect(await page.title()).toMatch(/^a.mrc/);

    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await until('the second is current', async () => (await page.title()).startsWith('b.mrc'));
    expect(await cells.count()).toBe(4);
    await at('several-fit').click();
    // One filter for all of them, which follows the panel.
    await at('several-filtered').click();
    const pictures = (): Promise<readonly (string | null)[]> =>
      cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('data-picture')));
    await until(
      'all are filtered',
      async () => (await pictures()).join() === Array(4).fill('filtered').join(),
    );
    await at('several-raw').click();
    await until('all are raw', async () => (await pictures()).join() === Array(4).fill('raw').join());
    await at('several-next').click();
    await until('the next are there', async () => (await cells.allTextContents()).join().includes('e.mrc'));
    await page.keyboard.press('Shift+M');
    expect(await at('several').count()).toBe(0);
  });
});
