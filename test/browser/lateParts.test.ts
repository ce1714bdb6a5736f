/** Parts of the page that come after the first screen: at once when they are wanted, and told of when they do not come. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const [width, height] = [320, 256];

/** A page that never has a moment for what is not asked for. */
async function arriveBusy(user: User): Promise<void> {
  await user.page.addInitScript(() => {
    window.requestIdleCallback = () => 0;
  });
  await user.arrive();
  await user.at('demo').waitFor();
}

describeBrowser('what the first screen does without', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-late-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at } = user;
  const press = (keys: string) => user.page.keyboard.press(keys);
  /** Scripts that the page has asked for. */
  const scripts = (): string => browser().requests('page').join('\n');

  test('comes when it is wanted, before the page had a moment for it', async () => {
    await arriveBusy(user);
    expect(scripts()).not.toMatch(/HelpDialog|WorkSteps|BatchStage/);

    await press('Control+k');
    await at('palette-query').fill('?star files');
    await at('palette-entry').filter({ hasText: 'RELION' }).first().waitFor();
    await press('Escape');
    await at('palette').waitFor({ state: 'hidden' });
    await press('?');
    await at('help').waitFor();
    expect(scripts()).toMatch(/HelpDialog/);
    await press('Escape');
    await at('help').waitFor({ state: 'hidden' });

    const random = createRandom(3);
    const sink = memorySink();
    const data = Float32Array.from({ length: width * height }, () => random.normal());
    await writeMrc(sink, { width, height, pixelSizeAngstrom: 2 }, [data]);
    writeFileSync(join(folder, 'noise.mrc'), sink.bytes());
    await user.open([join(folder, 'noise.mrc')]);
    await press('Shift+G');
    await at('grid-tiles').waitFor();
    await press('Shift+G');
    await at('grid-tiles').waitFor({ state: 'detached' });
    expect(scripts()).not.toMatch(/BatchStage/);
  });
});

describeBrowser(
  'a part that does not come',
  (browser) => {
    const user = new User(browser);
    const { at } = user;
    const press = (keys: string) => user.page.keyboard.press(keys);
    const scripts = /\/assets\/.*\.js$/;

    test('is told of, and can be asked for again', async () => {
      await arriveBusy(user);
      await user.page.route(scripts, (route) => route.abort());
      await press('Shift+U');
      await at('error')
        .getByText(/This part of the page has not come/)
        .waitFor();
      await user.page.unroute(scripts);
      browser().takeProblems();
      // Shut, and opened again.
      await press('Shift+U');
      await press('Shift+U');
      await at('sessions-dialog').waitFor();
      await press('Escape');
      await at('sessions-dialog').waitFor({ state: 'hidden' });
    });
  },
  { noServiceWorker: true },
);
