/** A movie of 500 MB is summed while the page stays live. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { describeBrowser } from '../support/browser.ts';

const [width, height, frames] = [4096, 3072, 40];
const folder = mkdtempSync(join(tmpdir(), 'cryolite-large-'));
const movie = join(folder, 'large.mrc');

/** Counts around one electron a pixel; each frame is the same noise, shifted. */
beforeAll(async () => {
  const sink = memorySink();
  await writeMrc(sink, { width: 1, height: 1, mode: 0, pixelSizeAngstrom: 1 }, [new Float32Array(1)]);
  const header = sink.bytes().slice(0, 1024);
  const fields = new DataView(header.buffer);
  for (const [offset, value] of [width, height, frames, 0, 0, 0, 0, width, height, 1].entries()) {
    fields.setInt32(offset * 4, value, true);
  }
  for (const [axis, length] of [width, height, 1].entries()) {
    fields.setFloat32(40 + axis * 4, length, true);
  }
  const random = createRandom(5);
  const noise = Uint8Array.from({ length: width * (height + frames) }, () => random.integer(3));
  const file = openSync(movie, 'w');
  writeSync(file, header);
  for (let frame = 0; frame < frames; frame++) {
    writeSync(file, noise, frame * width, width * height);
  }
  closeSync(file);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describeBrowser('a movie of 500 MB', (browser) => {
  test('is summed while the page answers', { timeout: 240_000 }, async () => {
    const page = await browser().open();
    const at = (id: string) => page.getByTestId(id);
    await browser().until('the GPU is ready', async () =>
      /swiftshader/i.test((await page.textContent('body')) ?? ''),
    );
    await browser().drop(at('drop-zone'), [movie]);
    const progress = at('task-open');
    await browser().until('frames are being summed', async () =>
      /[1-9]\d?\s%/.test((await progress.allTextContents()).join()),
    );
    // While the worker reads and adds, the page does what it is told.
    await page.keyboard.press('?');
    await browser().until('the sheet of keys is open', () => page.getByRole('dialog').isVisible());
    expect(await progress.count()).toBe(1);
    await page.keyboard.press('?');
    await browser().until('the sum is shown', async () => (await progress.count()) === 0, 180_000);
    await browser().drawn();
    expect(await at('exposure-range').textContent()).toBe('All 40 frames');
  });
});
