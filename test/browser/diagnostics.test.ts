/** The diagnostics panel as a user opens it: the GPU, its memory, a network timed kernel by kernel. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';

const micrograph = resolve('../shared/data/groel-negative-stain/07jan05b_12gr_02en_00.dwn.mrc');
const notOne = resolve('../shared/data/conformance/real/zero_bytes.mrc');

describeBrowser(
  'the diagnostics panel',
  (browser) => {
    const at = (testid: string) => browser().page.getByTestId(testid);

    test('tells of the GPU and draws one bar for each kernel of the network', async () => {
      const page = await browser().open();
      await browser().until('the GPU is ready', async () =>
        /swiftshader/i.test((await at('diagnostics').textContent()) ?? ''),
      );
      await page.keyboard.press('Shift+D');
      await at('diagnostics-panel').waitFor();
      expect(await at('diagnostics-adapter').textContent()).toMatch(/swiftshader/i);
      await browser().until('memory is told', async () =>
        /\d+ (B|KiB|MiB)/.test((await at('diagnostics-memory').textContent()) ?? ''),
      );
      await browser().until('each owner tells the most that it ever had', async () =>
        (await at('memory-most').allTextContents()).every((text) => /^[\d.]+ (B|KiB|MiB|GiB)$/.test(text)),
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
      await expectAccessible(page, 'a network timed');

      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await at('copy-report').click();
      await browser().until('it is copied', async () =>
        /Copied/.test((await at('copy-report').textContent()) ?? ''),
      );
      const report = await page.evaluate(() => navigator.clipboard.readText());
      expect(report).toMatch(/^Cryolite \d/);
      expect(report).toMatch(/GPU: .*swiftshader/i);
      expect(report).toMatch(/128 × 128 px takes/);
      await page.keyboard.press('Escape');
      await at('diagnostics-panel').waitFor({ state: 'hidden' });
    });

    test('tells how long opening took, what is kept, and reports no name of a file unasked', async () => {
      const { page } = browser();
      await browser().drop(at('drop-zone'), [micrograph, notOne]);
      await at('pixel-size').waitFor();
      await at('micrograph-item').nth(1).click();
      await at('micrograph-item').nth(1).getByTestId('error').waitFor();
      await browser().until('tiles are kept', async () => {
        await at('diagnostics').click();
        await at('diagnostics-cache').waitFor();
        const kept = /[1-9]\d* tiles/.test((await at('diagnostics-cache').textContent()) ?? '');
        if (!kept) await page.keyboard.press('Escape');
        return kept;
      });
      expect(await at('stage-times').textContent()).toMatch(/Open a file.*(ms|s).*Tile of a picture/);
      expect(await at('storage-usage').textContent()).toMatch(/[KMG]iB of [\d.]+ [MGT]iB/);
      await browser().screenshot('diagnostics-3-stages');
      await expectAccessible(page, 'times and storage');
      const report = async (): Promise<string> => {
        await at('copy-report').click();
        return await page.evaluate(() => navigator.clipboard.readText());
      };
      const named = /07jan05b|zero_bytes/;
      await browser().until('the report tells of the stages', async () =>
        /Open a file: 1; .*1 failed/.test(await report()),
      );
      expect(await report()).toMatch(/In the list: a file is empty/);
      expect(await report()).not.toMatch(named);
      await at('cache-clear').click();
      await browser().until('no tiles are kept', async () =>
        / 0 tiles/.test((await at('diagnostics-cache').textContent()) ?? ''),
      );
      await page.keyboard.press('Escape');
    });
  },
  { width: 1280, height: 800, needs: [micrograph, notOne] },
);
