/** The diagnostics panel as a user opens it: the GPU, its memory, a network timed kernel by kernel. */
import { expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';

describeBrowser(
  'the diagnostics panel',
  (browser) => {
    const at = (testid: string) => browser().page.getByTestId(testid);

    test('tells of the GPU and draws one bar for each kernel of the network', async () => {
      const page = await browser().open();
      await browser().until('the GPU is ready', async () =>
        /swiftshader/i.test((await at('diagnostics').textContent()) ?? ''),
      );
      await page.keyboard.press('d');
      await at('diagnostics-panel').waitFor();
      expect(await at('diagnostics-adapter').textContent()).toMatch(/swiftshader/i);
      await browser().until('memory is told', async () =>
        /\d+ (B|KiB|MiB)/.test((await at('diagnostics-memory').textContent()) ?? ''),
      );
      // What suits an adapter of software.
      expect(await at('profile-size').inputValue()).toBe('128');
      await browser().screenshot('diagnostics-1-open');

      await at('profile-run').click();
      await at('profile-cancel').click();
      await browser().until('it is cancelled', async () => at('profile-run').isEnabled());
      expect(await at('profile-table').count()).toBe(0);

      await at('profile-run').click();
      await at('profile-table').waitFor({ timeout: 120_000 });
      const rows = at('profile-table').locator('tbody tr');
      const bars = at('profile-bar');
      expect(await bars.count()).toBe(await rows.count());
      expect(await bars.count()).toBeGreaterThan(5);
      const widths = await bars.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
      // The longest fills its cell; not all are alike.
      expect(Math.max(...widths)).toBeGreaterThan(100);
      expect(Math.min(...widths)).toBeLessThan(Math.max(...widths) / 2);
      expect(await at('profile-summary').textContent()).toMatch(/128 × 128 px takes .* in a matrix product/);
      await browser().screenshot('diagnostics-2-profile');

      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await at('copy-report').click();
      const report: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
      expect(report).toMatchObject({
        program: 'Cryolite',
        gpu: { available: true },
        profile: { image: { width: 128, height: 128 } },
      });
      await page.keyboard.press('Escape');
      await at('diagnostics-panel').waitFor({ state: 'hidden' });
    });
  },
  { width: 1280, height: 800 },
);
