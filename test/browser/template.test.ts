/** The instant template as a user meets it: three clicks, and the other particles are marked. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { describeBrowser } from '../support/browser.ts';
import { type Place, User } from '../support/user.ts';

const [width, height] = [640, 560];
const pixelSizeAngstrom = 2;
const diameterPx = 40;

/** Faint dark rings in noise, some of them near the edges. */
function rings() {
  const random = createRandom(11);
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  const centres: { x: number; y: number }[] = [];
  for (let row = 0; row < 7; row++) {
    for (let column = 0; column < 8; column++) {
      const centre = {
        x: 34 + 77 * column + random.between(0, 20),
        y: 30 + 77 * row + random.between(0, 20),
      };
      centres.push(centre);
      for (let y = Math.ceil(centre.y - 24); y < centre.y + 24; y++) {
        for (let x = Math.ceil(centre.x - 24); x < centre.x + 24; x++) {
          if (x < 0 || y < 0 || x >= width || y >= height) continue;
          const radius = Math.hypot(x - centre.x, y - centre.y);
          data[y * width + x] = (data[y * width + x] ?? 0) - Math.exp(-(((radius - 15) / 4) ** 2));
        }
      }
    }
  }
  return { data, centres };
}

describeBrowser('the instant template', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-template-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at, text } = user;
  const numbers = async (testid: string): Promise<number[]> =>
    (await text(testid)).match(/\d+/g)?.map(Number) ?? [];

  test('marks what looks like three clicks; keys and clicks take it, turn it down and take that back', async () => {
    const { data, centres } = rings();
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom }, [data]);
    const file = join(folder, 'rings.mrc');
    writeFileSync(file, sink.bytes());
    const { page } = browser();
    await user.arrive();
    await user.open([file]);
    await user.fill('diameter', diameterPx * pixelSizeAngstrom);
    await at('method-template').click();
    expect(await at('template-hint').textContent()).toContain('Click three particles');
    const click = async (centre: Place | undefined, button: 'left' | 'right' = 'left') => {
      if (!centre) throw new Error('There is no such particle.');
      await user.clickOn({ width, height }, [centre], button);
    };
    const candidates = async () => (await numbers('template-status')).at(1);
    const candidatesAre = (what: string, are: (count: number) => boolean) =>
      browser().until(what, async () => are((await candidates()) ?? -1));

    for (const centre of [centres[9], centres[20], centres[34]]) await click(centre);
    await browser().until('three clicks are answered', async () =>
      /^3 clicks/.test(await text('template-status')),
    );
    const found = (await candidates()) ?? 0;
    expect(found).toBeGreaterThan(0.8 * (centres.length - 3));
    expect(found).toBeLessThan(1.3 * centres.length);
    await browser().screenshot('16-template');

    // A click on one makes it a pick by hand, from which the template learns.
    await click(centres[27]);
    await browser().until('four clicks are answered', async () =>
      /^4 clicks/.test(await text('template-status')),
    );
    const before = (await candidates()) ?? 0;
    await click(centres[44], 'right');
    await candidatesAre('the candidate is gone', (count) => count === before - 1);
    await page.keyboard.press('Control+z');
    await candidatesAre('it is back', (count) => count === before);
    await click(centres[44], 'right');
    await candidatesAre('it is gone again', (count) => count === before - 1);

    await page.keyboard.press('Enter');
    await candidatesAre('all are taken', (count) => count === 0);
    await expect.poll(async () => (await numbers('pick-count'))[0]).toBe(before - 1 + 4);
    await browser().screenshot('17-template-accepted');
    const star = await user.save('export-picks', folder);
    const picks = readStarPicks('export', readFileSync(star, 'utf8'));
    const hit = centres.filter((centre) =>
      picks.some(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) < diameterPx / 5),
    );
    expect(hit.length).toBeGreaterThan(0.8 * centres.length);
    expect(hit).not.toContain(centres[44]);

    await page.keyboard.press('Control+z');
    await candidatesAre('they are candidates again', (count) => count === before - 1);
    await expect.poll(async () => (await numbers('pick-count'))[0]).toBe(4);
  });
});
