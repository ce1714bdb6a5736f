/** The network cut and the program changed: the site as the service worker keeps it, under a sub-path. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const micrograph = resolve('../shared/data/groel-negative-stain/07jan05b_12gr_02en_00.dwn.mrc');
const size = { width: 512, height: 512 };
/** A copy of the site, to be changed. */
const site = mkdtempSync(join(tmpdir(), 'cryolite-site-'));
cpSync('dist', site, { recursive: true });

describeBrowser(
  'the installed page',
  (browser) => {
    const user = new User(browser, 120_000);
    const { at } = user;
    afterAll(() => rmSync(site, { recursive: true }));

    test('keeps all of itself at the first visit', async () => {
      await user.arrive();
      await user.until('the service worker has the page', () =>
        user.page.evaluate(() => navigator.serviceWorker.controller?.state === 'activated'),
      );
      const kept = browser().requests('service worker').join('\n');
      expect(kept).toMatch(/compute\.worker-[\w-]+\.js/);
      expect(kept).toMatch(/particle-picker\.safetensors/);
      expect(kept).toMatch(/denoiser\.safetensors/);
      expect(kept).toMatch(/licences\.md/);
    });

    test('opens and picks with the network cut', async () => {
      await browser().cutNetwork();
      await browser().open();
      await user.open([micrograph]);
      await user.fill('pixel-size', 3);
      await user.fill('diameter', 200);
      await at('pick').click();
      await user.until('picks are there', async () => (await user.number('pick-count')) > 3);
      await browser().screenshot('offline-1-picked');
    });

    test('an update waits for the user and loses nothing of the session', async () => {
      await user.until('the picks are at rest', async () => (await at('cancel').count()) === 0);
      makeNewVersion();
      await browser().restoreNetwork();
      await user.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
      await at('update-notice').waitFor();
      await browser().screenshot('offline-2-update');
      expect(await versionShown()).toBe('');
      await at('tool-add').click();
      const before = await user.number('pick-count');
      await user.clickOn(size, [{ x: 390, y: 90 }]);
      await user.until('the pick is there', async () => (await user.number('pick-count')) === before + 1);
      // At once: what is not saved yet has to be saved first.
      await at('update-reload').click();
      await user.until('the new version is there', async () => (await versionShown()) === 'new');
      await at('open-files').or(at('empty-open')).first().waitFor();
      if ((await at('pixel-size').count()) === 0) await user.open([micrograph]);
      await user.drawn();
      await expect.poll(() => user.number('pick-count')).toBe(before + 1);
      expect(await at('update-notice').count()).toBe(0);
    });

    const versionShown = (): Promise<string> =>
      user.page.evaluate(() => document.body.dataset.version ?? '').catch(() => '');

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
  { folder: site, needs: [micrograph] },
);

/** As if another version had been put on the server: the page and the list of what belongs to it. */
function makeNewVersion(): void {
  const index = join(site, 'index.html');
  writeFileSync(index, readFileSync(index, 'utf8').replace('<body>', '<body data-version="new">'));
  const script = join(site, 'service-worker.js');
  const changed = readFileSync(script, 'utf8').replace(
    /(url:"index\.html",revision:")[0-9a-f]+/,
    (_, start: string) => `${start}changed`,
  );
  writeFileSync(script, changed);
  appendFileSync(script, '\n// Another version.\n');
}
