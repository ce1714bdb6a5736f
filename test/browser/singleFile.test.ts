/** The page as one file, opened from a disk: nothing is served, and nothing but the file is asked for. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const page = resolve('dist-single/cryolite.html');
const micrograph = resolve('../shared/data/groel-negative-stain/07jan05b_12gr_02en_00.dwn.mrc');

describeBrowser(
  'the single file',
  (browser) => {
    const user = new User(browser, 120_000);
    const { at } = user;

    test('picks from the disk with the network that is inside', async () => {
      await user.arrive();
      await user.open([micrograph]);
      await user.fill('pixel-size', 3);
      await user.fill('diameter', 200);
      await at('pick').click();
      await user.until('picks are there', async () => (await user.number('pick-count')) > 3);
      await browser().screenshot('single-file');
      const asked = browser().requests('page');
      expect(asked.filter((url) => !url.startsWith('blob:'))).toEqual([browser().url]);
    });

    test('has the licences and the model cards inside', async () => {
      await at('diagnostics').click();
      const links = at('diagnostics-panel').locator('footer a');
      expect(await links.count()).toBe(3);
      const tab = user.page.context().waitForEvent('page');
      await links.nth(1).click();
      const card = await tab;
      expect(await card.locator('body').textContent()).toMatch(/^\s*# particle-picker/);
      await card.close();
    });

    test('may connect to nobody else', async () => {
      const answer = await user.page.evaluate(() =>
        fetch('data:,hello').then(
          () => 'answered',
          () => 'refused',
        ),
      );
      expect(answer).toBe('refused');
      expect(browser().takeProblems().join()).toMatch(/Content.Security.Policy/);
    });
  },
  { file: page, needs: [micrograph] },
);
