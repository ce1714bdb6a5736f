/** What goes wrong on real machines: bad files, a graphics process that dies in the middle of a job, no WebGPU. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { describeBrowser, type TestBrowser } from '../support/browser.ts';

const shared = resolve('../shared/data');
const good = resolve(shared, 'apoferritin/May08_03.13.02_avg.mrc');
const bad = [
  'synth/truncated_half.mrc',
  'real/zero_bytes.mrc',
  'synth/png_renamed.mrc',
  'synth/claims_40GB.mrc',
].map((path) => resolve(shared, 'conformance', path));

const shownPicks = async ({ page }: TestBrowser): Promise<number> =>
  Number(((await page.getByTestId('pick-count').textContent()) ?? '').match(/\d+/)?.[0] ?? 0);

describeBrowser(
  'mishaps',
  (browser) => {
    test('a bad file gets one sentence and touches nothing else', async () => {
      const page = await browser().open();
      const at = (testid: string) => page.getByTestId(testid);
      await browser().drop(at('drop-zone'), [good, ...bad]);
      await at('pixel-size').waitFor();
      await browser().drawn();
      for (const [index, sentence] of [
        /^truncated_half\.mrc is cut off/,
        /^zero_bytes\.mrc is empty/,
        /^png_renamed\.mrc is a PNG/,
        /^claims_40GB\.mrc is cut off/,
      ].entries()) {
        const item = at('micrograph-item').nth(index + 1);
        await item.click();
        const error = item.getByTestId('error');
        await error.waitFor();
        expect(await error.textContent()).toMatch(sentence);
      }
      expect(await at('pixel-size').inputValue()).toBe('1.5');
      expect(await at('micrograph-item').first().getAttribute('aria-current')).toBe('true');
      await browser().screenshot('12-bad-files');
    });

    test('picking goes on after the graphics process has died', async () => {
      const { page } = browser();
      const at = (testid: string) => page.getByTestId(testid);
      await at('diameter').fill('117');
      await at('pick').click();
      await at('cancel').waitFor();
      await page.waitForTimeout(2000);
      expect(await shownPicks(browser())).toBe(0);
      const session = await page.context().newCDPSession(page);
      // Known to the browser, not to playwright-core's types: the same as a driver that crashes.
      await (session.send as (method: string) => Promise<unknown>).call(session, 'Browser.crashGpuProcess');
      await browser().until('the page says that the device was lost', async () =>
        (await at('notice').allTextContents()).some((text) => /lost/.test(text)),
      );
      await browser().until('picks are there', async () => (await shownPicks(browser())) > 100, 150_000);
      await browser().drawn();
      await browser().screenshot('13-after-device-loss');
      browser().takeProblems();
    });

    test('a cancelled job leaves everything as it was', async () => {
      const { page } = browser();
      const at = (testid: string) => page.getByTestId(testid);
      const before = await at('pick-count').textContent();
      await at('pick').click();
      await at('cancel').click();
      await browser().until('the job has ended', async () => (await at('cancel').count()) === 0);
      await expect.poll(() => at('pick-count').textContent()).toBe(before);
      expect(await at('error').count()).toBe(bad.length);
    });

    test('a click on what is said over the picture does nothing to the picture below', async () => {
      const { page } = browser();
      const picks = await shownPicks(browser());
      // A click on the picture would add a pick.
      await page.getByTestId('tool-add').click();
      await page.getByTestId('picks-input').setInputFiles(bad.slice(0, 1));
      const toast = page.locator('.toast.error');
      await toast.waitFor();
      expect(await toast.getByTestId('error-copy').isVisible()).toBe(true);
      await browser().screenshot('13-said-over-the-picture');
      await toast.locator('p').click();
      await browser().settled();
      expect(await shownPicks(browser())).toBe(picks);
      await toast.getByRole('button', { name: 'Dismiss' }).click();
      await toast.waitFor({ state: 'detached' });
      await page.keyboard.press('v');
    });
  },
  { needs: [good, ...bad] },
);

describeBrowser(
  'without WebGPU',
  (browser) => {
    test('the page says so and still shows the micrograph', async () => {
      const page = await browser().open();
      await page.getByTestId('no-webgpu').waitFor();
      expect(await page.getByTestId('no-webgpu').textContent()).toMatch(/WebGPU/);
      await browser().drop(page.getByTestId('drop-zone'), [good]);
      await page.getByTestId('pixel-size').waitFor();
      await browser().drawn();
      const png = await browser().screenshot('14-without-webgpu', page.getByTestId('viewer'));
      const points = Array.from({ length: 40 }, (_, i) => ({ x: 250 + 7 * i, y: 150 + 5 * i }));
      const greys = new Set((await browser().pixels(png, points)).map(([red = 0]) => red));
      expect(greys.size).toBeGreaterThan(10);
      await browser().screenshot('14-without-webgpu');
    });
  },
  { noGpu: true, needs: [good] },
);
