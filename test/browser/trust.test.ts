/** What filtering has taken away, as a user looks at it: the wipe, the residual, its spectrum. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { accessibilityFaults, expectAccessible } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';
import { mrcFile } from './movieFiles.ts';

const [width, height] = [400, 360];
/** A movie is known by its size: no stack of particles is that large. */
const frame = { width: 640, height: 512 };
const pixelSizeAngstrom = 2;

/** Dark discs of 60 px in noise. */
function discs(seed: number, size = { width, height }): Float32Array<ArrayBuffer> {
  const random = createRandom(seed);
  return Float32Array.from({ length: size.width * size.height }, (_, i) => {
    const [x, y] = [i % size.width, Math.floor(i / size.width)];
    const isInside = Math.hypot((x % 100) - 50, (y % 120) - 60) < 30;
    return random.normal() - (isInside ? 1.5 : 0);
  });
}

describeBrowser('trust in a filtered picture', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-trust-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (testid: string) => browser().page.getByTestId(testid);
  const isComplete = () => browser().drawn();

  test('raw is wiped against filtered and residual, whose spectrum tells what is in it', async () => {
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom }, [discs(5)]);
    const file = join(folder, 'discs.mrc');
    writeFileSync(file, sink.bytes());
    const { page } = browser();
    await browser().open();
    await browser().drop(at('drop-zone'), [file]);
    await at('pixel-size').waitFor();
    await at('diameter').fill('120');
    await at('diameter').press('Tab');
    await at('lowpass').fill('20');
    await at('lowpass').press('Enter');
    await at('trust-note').waitFor();
    expect(await at('trust-note').textContent()).toContain('has no halves');

    await at('view-wipe').click();
    await at('trust-verdict').waitFor();
    expect(await at('trust-verdict').textContent()).toContain('only noise was removed');
    expect(await at('trust-spectrum').locator('path').count()).toBe(3);
    expect(await at('trust-bands').locator('tbody tr').count()).toBe(3);
    expect(await at('label-raw').isVisible()).toBe(true);
    expect(await at('label-filtered').isVisible()).toBe(true);
    await isComplete();
    await browser().screenshot('trust-1-wipe');
    await expectAccessible(page, 'trust by the wipe');

    const line = at('wipe-line');
    const before = await line.boundingBox();
    if (!before) throw new Error('The line of the wipe is not visible.');
    const y = before.y + before.height / 2;
    await page.mouse.move(before.x + before.width / 2, y);
    await page.mouse.down();
    await page.mouse.move(before.x + before.width / 2 - 120, y, { steps: 4 });
    await page.mouse.up();
    const after = await line.boundingBox();
    expect((after?.x ?? 0) - before.x).toBeCloseTo(-120, 0);
    await line.press('ArrowRight');
    expect((await line.boundingBox())?.x).toBeGreaterThan(after?.x ?? 0);

    await page.keyboard.press('3');
    await at('label-residual').waitFor();
    await isComplete();
    await browser().screenshot('trust-2-residual-wipe');

    // What takes the discs away with the noise says so.
    await at('lowpass').fill('400');
    await at('lowpass').press('Enter');
    await browser().until('the stronger filter is judged', async () =>
      ((await at('trust-verdict').textContent()) ?? '').startsWith('Signal was removed'),
    );
    // A key pressed in a field is a digit; on the page it is a command.
    await page.locator('.surface').focus();
    await page.keyboard.press('2');
    await browser().until('the residual is alone', async () => (await at('label-raw').count()) === 0);
    await isComplete();
    await browser().screenshot('trust-3-residual');

    // Nothing of the bar above the picture leaves it on narrow screens, in light either.
    await page.getByRole('button', { name: 'Light or dark' }).click();
    await page.keyboard.press('3');
    await at('contrast-black').press('ArrowRight');
    for (const pageWidth of [1024, 1152, 1280]) {
      await page.setViewportSize({ width: pageWidth, height: 800 });
      await isComplete();
      const [viewer, tools, modes, slider, auto, fit] = await Promise.all(
        ['viewer', 'tool-pan', 'view-raw', 'contrast-black', 'contrast-auto', 'fit'].map((testid) =>
          at(testid).boundingBox(),
        ),
      );
      if (!viewer || !tools || !modes || !slider || !auto || !fit)
        throw new Error('The bar above the picture is not visible.');
      expect(modes.x).toBeGreaterThanOrEqual(tools.x);
      expect(slider.width).toBeGreaterThan(60);
      expect(auto.x + auto.width).toBeLessThanOrEqual(fit.x);
      expect(fit.x + fit.width).toBeLessThanOrEqual(viewer.x + viewer.width);
      expect(modes.y + modes.height / 2).toBeCloseTo(fit.y + fit.height / 2, 0);
      await browser().screenshot(`trust-4-light-${pageWidth}`);
    }
  });

  test('halves of a movie, filtered each for itself, tell what is in both', async () => {
    const exposures = [1, 2, 3, 4].map((seed) => discs(seed, frame));
    const movie = await mrcFile(folder, 'movie.mrc', { ...frame, frames: exposures.length }, 2, exposures);
    const { page } = browser();
    await browser().drop(at('drop-zone'), [movie]);
    await browser().until('the movie is open', async () => (await page.title()).startsWith('movie.mrc'));
    await at('diameter').fill('90');
    await at('diameter').press('Tab');
    await at('lowpass').fill('20');
    await at('lowpass').press('Enter');
    await at('trust-halves').click();
    await at('trust-halves-verdict').waitFor();
    expect(await at('trust-frc').locator('path').count()).toBe(3);
    const [particle, , finer] = await at('trust-halves-bands').locator('tbody tr').all();
    const numbers = async (row: typeof particle): Promise<number[]> =>
      (await row?.locator('td').allTextContents())?.map((text) => Number.parseFloat(text)) ?? [];
    // At the scale of the discs all is kept; beyond the filter nothing is left.
    const [kept = 0, raw = 0, filtered = 0] = await numbers(particle);
    expect(kept).toBeGreaterThan(80);
    expect(filtered).toBeGreaterThan(0.8);
    expect(filtered).toBeGreaterThanOrEqual(raw - 0.05);
    const [left = 100] = await numbers(finer);
    expect(left).toBeLessThan(10);
    await at('trust-halves-verdict').scrollIntoViewIfNeeded();
    await browser().screenshot('trust-5-halves');
    // Light was chosen above, for good.
    expect.soft(await accessibilityFaults(page), 'trust by halves').toEqual([]);
    // Another filter is not what was judged.
    await at('lowpass').fill('60');
    await at('lowpass').press('Enter');
    await browser().until(
      'the verdict is gone',
      async () => (await at('trust-halves-verdict').count()) === 0,
    );
  });
});
