/** The ways to a denoised picture, as a user chooses among them: each is made, named, saved, and for looking only. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { describeBrowser } from '../support/browser.ts';

const [width, height] = [420, 360];

/** Dark discs that are hard to see in the noise. */
function picture(): Float32Array<ArrayBuffer> {
  const random = createRandom(5);
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const distance = Math.hypot((x % 70) - 35, (y % 72) - 36);
    return 100 + 2 * random.normal() - (distance < 18 ? 2 : 0);
  });
}

describeBrowser('denoising in the page', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-denoise-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (testid: string) => browser().page.getByTestId(testid);
  const text = async (testid: string): Promise<string> => (await at(testid).textContent()) ?? '';

  test('by Gaussian, Wiener filter and non-local means', async () => {
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom: 4 }, [picture()]);
    const file = join(folder, 'discs.mrc');
    writeFileSync(file, sink.bytes());
    const { page } = browser();
    await page.addInitScript(() => {
      // Its dialog can't be driven here; without it the page downloads.
      Reflect.deleteProperty(window, 'showSaveFilePicker');
    });
    await browser().open();
    await browser().drop(at('drop-zone'), [file]);
    await at('pixel-size').waitFor();
    const applied = async (kind: 'filtered' | 'denoised', label: RegExp): Promise<void> => {
      await at('apply-filter').click();
      await browser().until(`${label} is shown`, async () => {
        const isShown = (await at(`label-${kind}`).count()) > 0 && label.test(await text(`label-${kind}`));
        return isShown && (await at('cancel').count()) === 0;
      });
      await browser().drawn();
    };

    await at('filter-method').selectOption('gaussian');
    expect(await at('display-only').count()).toBe(0);
    await at('sigma').fill('8');
    await applied('filtered', /^Filtered, Gaussian of 8 Å$/);

    await at('filter-method').selectOption('wiener');
    expect(await text('display-only')).toMatch(/picked on the raw picture, and never extracted/);
    await at('filter-defocus').fill('1.5');
    await applied('denoised', /^Wiener filter, display only$/);
    expect(await text('filter-findings')).toMatch(/^Defocus 1\.50 µm as given · signal to noise [\d.e-]+$/);
    await browser().screenshot('denoise-1-wiener');
    const drawn = async (): Promise<string> => (await at('viewer').screenshot()).toString('base64');
    const before = await drawn();
    await at('contrast-black').focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
    await browser().until('its contrast follows the slider', async () => (await drawn()) !== before);
    await at('contrast-auto').click();

    // Both are there now: all three beside each other, and any two under the wipe.
    await page.locator('.surface').focus();
    await page.keyboard.press('b');
    await at('side-raw-filtered-denoised').click();
    const kinds = ['raw', 'filtered', 'denoised'] as const;
    await browser().until('three pictures are shown', async () => {
      const labels = await Promise.all(kinds.map((kind) => at(`label-${kind}`).count()));
      return labels.join() === '1,1,1';
    });
    await browser().drawn();
    await browser().screenshot('denoise-2-three');
    const middles = await Promise.all(
      kinds.map(async (kind) => (await at(`label-${kind}`).boundingBox())?.x ?? Number.NaN),
    );
    const [first = 0, second = 0, third = 0] = middles;
    expect(second - first).toBeCloseTo(third - second, -1);
    await at('view-wipe').click();
    await at('wipe-filtered-denoised').click();
    await browser().until(
      'filtered is wiped against denoised',
      async () =>
        (await at('label-raw').count()) === 0 &&
        (await at('label-filtered').count()) === 1 &&
        (await at('label-denoised').count()) === 1,
    );
    await browser().screenshot('denoise-3-wipe');

    await at('filter-method').selectOption('nlm');
    expect(await at('filter-findings').count()).toBe(0);
    await applied('denoised', /^Non-local means, display only$/);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'light';
    });
    await browser().screenshot('denoise-4-non-local-means-light');

    const waiting = page.waitForEvent('download');
    await at('save-filtered').click();
    const saved = join(folder, 'saved.mrc');
    await (await waiting).saveAs(saved);
    const header = readFileSync(saved).subarray(224, 1024).toString('latin1');
    expect(header).toContain('denoised by non-local means, detail 17 A, strength 1.2');
    expect(header).toContain('Denoised for display only: not for reconstruction.');
  });
});
