/** The main job by somebody who has no mouse: opened, picked, corrected, exported, with the focus in sight all the way. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { describeBrowser } from '../support/browser.ts';
import { focusedStop, KeyUser } from '../support/keyUser.ts';
import { type Place, User } from '../support/user.ts';
import { discDiameterAngstrom, discsMicrograph, discsSize } from './discFiles.ts';

describeBrowser('the main job by keys alone', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at, until } = user;
  const keys = new KeyUser(() => user.page);
  const count = (wanted: number): Promise<void> => user.isOpen('discs.mrc', wanted);
  const exported = async (): Promise<Place[]> => {
    const saving = user.page.waitForEvent('download');
    await keys.press('Enter');
    const star = join(folder, 'picks.star');
    await (await saving).saveAs(star);
    return readStarPicks('picks.star', readFileSync(star, 'utf8'));
  };

  test('a micrograph is opened, picked, corrected and exported, and no stop of Tab is unseen or a trap', async () => {
    const path = join(folder, 'discs.mrc');
    writeFileSync(path, await discsMicrograph());
    // The browser's own dialog can't be driven; without it the page has one of the usual kind.
    await user.page.addInitScript(() => Reflect.deleteProperty(window, 'showOpenFilePicker'));
    // Listened for from the start: the browser learns of a listener a while after it is there.
    user.page.removeAllListeners('filechooser');
    user.page.on('filechooser', (chooser) => void chooser.setFiles([path]));
    await user.arrive();
    await at('demo').waitFor();
    await keys.tabTo('open-files');
    await keys.press('Enter');
    await user.isOpen('discs.mrc');
    await user.drawn();
    // The button that had the focus is gone; the picture has it now.
    await expect.poll(async () => (await focusedStop(user.page))?.testid).toBe('viewer');

    await keys.tabTo('diameter');
    await user.page.keyboard.type(String(discDiameterAngstrom));
    await keys.tabTo('method-cnn');
    await keys.press('ArrowRight');
    expect(await at('method-log').isChecked()).toBe(true);
    await keys.tabTo('pick');
    await keys.press('Enter');
    await until('particles are picked', async () => (await user.number('pick-count')) >= 20);
    await user.drawn();
    expect(await at('diameter').inputValue()).toBe(String(discDiameterAngstrom));
    const found = await user.number('pick-count');

    await keys.tabTo('viewer');
    await browser().screenshot('keys-cross');
    await keys.press('f', 'Shift+Enter');
    await count(found + 1);
    // Zoomed to the middle and panned: another place.
    await keys.press('+', '+', 'Shift+ArrowDown', 'Shift+Enter');
    await count(found + 2);
    await keys.press('Shift+Delete');
    await count(found + 1);
    await keys.press('Control+z');
    await count(found + 2);
    await keys.press('Control+Shift+z');
    await count(found + 1);
    await browser().screenshot('keys-picked');

    await keys.tabTo('export-picks');
    const places = await exported();
    expect(places).toHaveLength(found + 1);
    const middle = { x: discsSize.width / 2, y: discsSize.height / 2 };
    expect(Math.min(...places.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y)))).toBeLessThan(1.5);
    // What was written is told to a screen reader, and what to do with it.
    expect(await at('export-written').getAttribute('role')).toBe('status');

    await keys.palette('raise the threshold');
    await until('there are fewer picks', async () => (await user.number('pick-count')) < found + 1);
    expect((await focusedStop(user.page))?.testid).toBe('export-picks');

    expect(await keys.round()).toBeGreaterThan(40);
    expect(keys.faults).toEqual([]);
    await browser().screenshot('keys-exported');
  });
});
