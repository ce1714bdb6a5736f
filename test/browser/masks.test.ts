/** Contamination in the page: a mask from a file and from a brush keeps picks out, and comes back after a reload. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { parseHeader } from '../../src/formats/mrc/header.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { fitView, toScreen } from '../../src/ui/viewer/transform.ts';
import { describeBrowser } from '../support/browser.ts';

const [width, height] = [640, 560];
const pixelSizeAngstrom = 2;
const diameterPx = 36;
/** An ice ball that the mask file covers. */
const ball = { x: 470, y: 180, radius: 80 };
const centres = Array.from({ length: 35 }, (_, i) => ({
  x: 60 + 85 * (i % 7),
  y: 60 + 105 * Math.floor(i / 7),
}));

function picture(): Float32Array {
  const random = createRandom(4);
  const data = Float32Array.from({ length: width * height }, () => 3 * random.normal());
  const disc = (centre: { x: number; y: number }, radius: number, depth: number): void => {
    for (let y = Math.max(0, Math.ceil(centre.y - radius)); y < Math.min(height, centre.y + radius); y++) {
      for (let x = Math.ceil(centre.x - radius); x < centre.x + radius; x++) {
        const at = y * width + x;
        if (Math.hypot(x - centre.x, y - centre.y) < radius) data[at] = (data[at] ?? 0) - depth;
      }
    }
  };
  for (const centre of centres) disc(centre, diameterPx / 2, 5);
  disc(ball, ball.radius, 6);
  return data;
}

describeBrowser('the contamination mask', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-mask-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (testid: string) => browser().page.getByTestId(testid);
  const write = async (name: string, data: Float32Array, mode: 0 | 2): Promise<string> => {
    const sink = memorySink();
    await writeMrc(sink, { width, height, mode, pixelSizeAngstrom }, [data]);
    writeFileSync(join(folder, name), sink.bytes());
    return join(folder, name);
  };
  const number = async (testid: string): Promise<number> =>
    Number(/\d+/.exec((await at(testid).textContent()) ?? '')?.[0] ?? 0);
  const shown = () => number('pick-count');
  const keptOut = () => number('mask-kept-out');

  test('keeps picks out by file and by brush, undoes, exports without them, and survives a reload', async () => {
    const file = await write('ice.mrc', picture(), 2);
    const covered = Float32Array.from({ length: width * height }, (_, i) =>
      Math.hypot((i % width) - ball.x, Math.floor(i / width) - ball.y) < ball.radius + 6 ? 1 : 0,
    );
    const mask = await write('ice_mask.mrc', covered, 0);
    const { page } = browser();
    await page.addInitScript(() => {
      // Its dialog can't be driven here; without it the page downloads.
      Reflect.deleteProperty(window, 'showSaveFilePicker');
    });
    await browser().open();
    await browser().drop(at('drop-zone'), [file]);
    await at('pixel-size').waitFor();
    await at('diameter').fill(String(diameterPx * pixelSizeAngstrom));
    await at('diameter').press('Tab');
    await at('method-log').click();
    await at('pick').click();
    await browser().until('particles are found', async () => (await shown()) > 20);
    const all = await shown();

    await at('mask-input').setInputFiles(mask);
    await browser().until('picks on the ball are kept out', async () => (await keptOut()) > 2);
    const byFile = await keptOut();
    await expect.poll(shown).toBe(all - byFile);
    await browser().screenshot('24-mask-dark');

    // A stroke through the lowest row of particles, by key.
    const box = await at('viewer').boundingBox();
    if (!box) throw new Error('The viewer is not visible.');
    const on = (x: number, y: number) => toScreen(fitView({ width, height }, box), box, { x, y });
    await page.keyboard.press('Shift+W');
    await at('mask-brush').fill('120');
    await at('mask-brush').press('Tab');
    const [from, to] = [on(60, 480), on(320, 480)];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 12 });
    await page.mouse.up();
    await browser().until('the stroke keeps out more', async () => (await keptOut()) >= byFile + 3);
    const byBoth = await keptOut();
    await browser().screenshot('25-mask-painted');
    await page.keyboard.press('Control+z');
    await browser().until('the stroke is undone', async () => (await keptOut()) === byFile);
    await page.keyboard.press('Control+Shift+z');
    await browser().until('it is back', async () => (await keptOut()) === byBoth);
    await expect.poll(shown).toBe(all - byBoth);

    const download = async (button: string, name: string): Promise<Uint8Array<ArrayBuffer>> => {
      const waiting = page.waitForEvent('download');
      await at(button).click();
      await (await waiting).saveAs(join(folder, name));
      return new Uint8Array(readFileSync(join(folder, name)));
    };
    const star = await download('export-picks', 'ice.star');
    const picks = readStarPicks('export', new TextDecoder().decode(star));
    expect(picks).toHaveLength(all - byBoth);
    expect(picks.filter(({ x, y }) => Math.hypot(x - ball.x, y - ball.y) < ball.radius)).toEqual([]);
    const saved = await download('mask-save', 'saved.mrc');
    expect(parseHeader('saved', saved, saved.length)).toMatchObject({ width, height });
    expect(saved[1024 + 180 * width + 470]).toBe(1);
    expect(saved[1024 + 480 * width + 200]).toBe(1);
    expect(saved[1024 + 20 * width + 20]).toBe(0);

    // What was saved a moment ago is there again.
    await browser().until(
      'the micrograph is judged',
      async () => await at('quality-score').first().isVisible(),
    );
    await browser().comeBack([file]);
    await browser().until('the mask is back', async () => (await keptOut()) === byBoth);
    await page.keyboard.press('z');
    await browser().until('it is hidden', async () => (await at('mask-overlay').count()) === 0);
    expect(await keptOut()).toBe(byBoth);
    await page.keyboard.press('z');
    await page.getByRole('button', { name: 'Light or dark' }).click();
    // High enough for the whole panel.
    await page.setViewportSize({ width: 1280, height: 1240 });
    await browser().screenshot('26-mask-light');
  });
});
