/**
 * Help in the hand: the palette, the sheet of keys, the pages of docs/, picking by the keyboard alone, and what axe
 * says of the main states.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { accessibilityFaults } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';
import { focusedStop } from '../support/keyUser.ts';
import { User } from '../support/user.ts';
import { discsMicrograph } from './discFiles.ts';

describeBrowser('Help in the hand', (browser) => {
  const user = new User(browser);
  const { at } = user;
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-help-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const page = () => user.page;

  const axe = (): Promise<string[]> => accessibilityFaults(page());

  /** What Tab leads to that can't be seen: under something else or out of the window. */
  const hiddenStops = async (): Promise<string[]> => {
    await page().evaluate(
      () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
    );
    const hidden: string[] = [];
    const names = new Set<string>();
    while (names.size < 120) {
      await press('Tab');
      const stop = await focusedStop(page());
      // Round once: past the last there is the page itself, or the first again.
      if (!stop || names.has(stop.name)) break;
      names.add(stop.name);
      if (!stop.isSeen) hidden.push(stop.name);
    }
    expect(names.size).toBeGreaterThan(10);
    await page().evaluate(
      () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
    );
    return hidden;
  };

  /** Picks shown, as the page says to a screen reader; what runs is said before that. */
  const picks = async (): Promise<number> =>
    Number(/(\d+) picks? shown/.exec(await user.text('status'))?.[1] ?? Number.NaN);
  const press = (...keys: readonly string[]) =>
    keys.reduce((before, key) => before.then(() => page().keyboard.press(key)), Promise.resolve());
  /** Runs a command of the palette as a user does who knows some letters of it. */
  const command = async (letters: string): Promise<void> => {
    await press('Control+k');
    await at('palette-query').fill(letters);
    await press('Enter');
    await at('palette').waitFor({ state: 'hidden' });
  };

  test('the empty page, the palette and the sheet of keys have no serious fault of accessibility', async () => {
    await user.arrive();
    await at('demo').waitFor();
    expect(await axe()).toEqual([]);
    await browser().screenshot('help-empty');
    await press('Control+k');
    await at('palette-query').waitFor();
    expect(await axe()).toEqual([]);
    await browser().screenshot('help-palette');
    await page().keyboard.type('all keys');
    await press('Enter');
    await at('help').waitFor();
    await at('palette').waitFor({ state: 'hidden' });
    expect(await axe()).toEqual([]);
    await browser().screenshot('help-keys');
  });

  test('a control tells the keyboard what it tells the mouse', async () => {
    await press('Escape');
    await at('help').waitFor({ state: 'hidden' });
    await at('open-help').focus();
    await press('Shift+Tab');
    await at('tip').waitFor();
    const title = await page().evaluate(() => document.activeElement?.getAttribute('title'));
    expect(title).toContain(await at('tip').locator('span').textContent());
    expect(await axe()).toEqual([]);
    await press('Escape');
    expect(await at('tip').count()).toBe(0);
    await at('open-palette').hover();
    await at('tip').waitFor();
    expect(await at('tip').locator('kbd').textContent()).toBe('Ctrl+K');
    expect(await at('open-palette').getAttribute('title')).toBe('');
    await page().mouse.move(640, 700);
    await at('tip').waitFor({ state: 'detached' });
    expect(await at('open-palette').getAttribute('title')).toContain('(Ctrl+K)');
  });

  test('the pages of the help are there, and the palette finds their headings', async () => {
    await command('?the star files');
    await user.until(
      'the page on RELION is shown',
      async () => (await at('help').textContent())?.includes('RELION 3.1') ?? false,
    );
    expect(await axe()).toEqual([]);
    await browser().screenshot('help-relion');
    await press('Escape');
  });

  test('the tour leads by its keys from opening to export', async () => {
    await command('tour');
    const title = () => user.text('tour-title');
    expect(await title()).toBe('Open');
    await browser().screenshot('help-tour-open');
    // Its own file is opened in place of the demo, which takes a software GPU long.
    writeFileSync(join(folder, 'discs.mrc'), await discsMicrograph());
    await user.open([join(folder, 'discs.mrc')]);
    await press('PageDown');
    expect(await title()).toBe('Filter');
    // Plain discs are nothing to the network, which a software GPU takes long with, too.
    await at('method-log').click();
    await press('PageDown', 'PageUp');
    expect(await title()).toBe('Filter');
    await user.until('it is filtered', async () => (await at('label-filtered').count()) === 1);
    await press('PageDown');
    expect(await title()).toBe('Pick');
    await browser().screenshot('help-tour-pick');
    await press('PageDown');
    await user.until('particles are picked', async () => (await picks()) >= 20);
    expect(await title()).toBe('Correct');
    await press('PageDown', 'PageDown');
    await user.until('the tour is over', async () => (await at('tour').count()) === 0);
    expect(await axe()).toEqual([]);
  });

  test('picks can be added and removed without a mouse', async () => {
    await user.drawn();
    const before = await picks();
    await command('remove all picks');
    await user.until('there are none', async () => (await picks()) === 0);
    await page().locator('.surface').focus();
    await press('+', '+', 'ArrowRight', 'Control+ArrowUp', 'Shift+Enter');
    await user.until('there is one', async () => (await picks()) === 1);
    await press('Shift+ArrowDown', 'Shift+Enter', 'Shift+Delete');
    await expect.poll(picks).toBe(1);
    await browser().screenshot('help-cross');
    await press('Control+z', 'Control+z', 'Control+z', 'Control+z');
    await user.until('all are back', async () => (await picks()) === before);
  });

  test('Tab leads to nothing that is hidden', async () => {
    expect.soft(await hiddenStops(), 'the picture').toEqual([]);
    for (const [shown, keys] of [
      ['micrograph-grid', 'Shift+G'],
      ['several', 'Shift+M'],
    ] as const) {
      await press(keys);
      await at(shown).waitFor();
      expect.soft(await hiddenStops(), shown).toEqual([]);
      await press(keys);
      await at(shown).waitFor({ state: 'hidden' });
    }
  });

  test('every state is as good in light as in dark', async () => {
    // Each with the key that brings it and that leaves it again.
    const states = [
      ['micrograph-grid', 'Shift+G', 'Shift+G'],
      ['batch', 'Shift+B', 'Shift+B'],
      ['several', 'Shift+M', 'Shift+M'],
      ['spectrum', 'Shift+F', 'Shift+F'],
      ['contrast-popover', 'Alt+h', 'Escape'],
      ['presentation', 'Shift+P', 'Escape'],
      ['sessions-dialog', 'Shift+U', 'Escape'],
      ['diagnostics-panel', 'Shift+D', 'Escape'],
      ['gallery', 'Shift+C', 'Shift+C'],
    ] as const;
    for (const [shown, enter, leave] of states) {
      await press(enter);
      await at(shown).waitFor();
      for (const theme of ['light', 'dark'] as const) {
        await page().emulateMedia({ colorScheme: theme });
        await page().locator(`html[data-theme="${theme}"]`).waitFor();
        expect.soft(await axe(), `${shown}, ${theme}`).toEqual([]);
        await browser().screenshot(`help-${theme}-${shown}`);
      }
      await press(leave);
      await at(shown).waitFor({ state: 'hidden' });
    }
    await command('theme light');
    await page().locator('html[data-theme="light"]').waitFor();
    expect(await axe()).toEqual([]);
    await browser().screenshot('help-light');
  });
});
