/** Sessions as a user has them: named, changed, taken to another machine, in two tabs, and with files that were changed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';
import { PrivateFolders } from '../support/privateFolders.ts';
import { User } from '../support/user.ts';

const [width, height] = [320, 280];
const places = [
  { x: 60, y: 70 },
  { x: 150, y: 200 },
  { x: 250, y: 90 },
];

async function noise(path: string, seed: number): Promise<void> {
  const random = createRandom(seed);
  const sink = memorySink();
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  await writeMrc(sink, { width, height, pixelSizeAngstrom: 2 }, [data]);
  writeFileSync(path, sink.bytes());
}

describeBrowser('sessions', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-sessions-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const user = new User(browser, 25_000);
  const { at, until } = user;
  const file = join(folder, 'own.mrc');
  const named = (name: string, page: Page = user.page) =>
    page.getByTestId('session').filter({ hasText: name }).waitFor();
  const picks = (count: number): Promise<void> =>
    until(`there are ${count} picks`, async () => ((await user.number('pick-count')) || 0) === count);
  const rows = (count: number): Promise<void> =>
    until(`there are ${count} sessions`, async () => (await at('session-row').count()) === count);

  /** Where the browser forgets over a reload what it was allowed, as it does when it is driven, the file is dropped again. */
  const comeBack = async (): Promise<void> => {
    await named('Ribosomes');
    await browser().reopened([file]);
  };

  test('are named, exported, left, deleted, had back, imported, and come back after a reload', async () => {
    await noise(file, 1);
    await user.arrive();
    await user.open([file]);
    await named('own.mrc, ');
    await user.page.keyboard.press('c');
    await user.clickOn({ width, height }, places);
    await picks(3);
    await user.page.keyboard.press('Shift+U');
    await at('session-row').getByText('1 micrograph, 3 picks').waitFor();
    await at('session-rename').click();
    await at('session-name').fill('Ribosomes');
    await at('session-name').press('Enter');
    await named('Ribosomes');
    const exported = await user.save('session-export', folder);
    expect(exported).toMatch(/Ribosomes\.cryolite$/);
    await browser().screenshot('60-sessions');
    await expectAccessible(user.page, 'sessions');

    await at('session-new').click();
    await named('Session of');
    await user.page.keyboard.press('Shift+U');
    await rows(2);
    await at('session-delete').nth(1).click();
    await at('session-restore').click();
    await rows(2);
    await at('session-delete').nth(1).click();
    await at('session-purge').click();
    await browser().screenshot('61-session-deleted');
    await expectAccessible(user.page, 'a deleted session');
    await at('session-purge-sure').click();
    await until('nothing of it is left', async () => (await at('deleted-session').count()) === 0);

    await at('session-input').setInputFiles(exported);
    await named('Ribosomes');
    await user.open([file]);
    await picks(3);
    await browser().kept();
    await user.page.reload();
    await comeBack();
    await picks(3);
  });

  test('in two tabs: the second is told, takes over, and the first stops writing', async () => {
    const first = user.page;
    const second = await first.context().newPage();
    await second.goto(browser().url);
    const told = second.getByTestId('keeping');
    await told.getByText(/has been open in another tab since \d\d:\d\d: it is read-only here/).waitFor();
    await second.getByTestId('take-over').click();
    await at('keeping')
      .getByText(/took over this session/)
      .waitFor();
    await second.getByTestId('pixel-size').waitFor();
    await until('the second has the session', async () => (await told.count()) === 0);
    await browser().screenshot('62-session-taken-over');
    // What the first does now is not kept.
    await first.bringToFront();
    await first.keyboard.press('c');
    await user.clickOn({ width, height }, [{ x: 200, y: 150 }]);
    await picks(4);
    await browser().kept(first);
    await second.reload();
    await second.getByTestId('pixel-size').waitFor();
    await expect.poll(() => second.getByTestId('pick-count').textContent()).toMatch(/^3/);
    await second.close();
    await at('take-over').click();
    await until('it has it back', async () => (await at('keeping').count()) === 0);
    await comeBack();
    await picks(3);
  });

  test('a tab that does not answer any more loses the session, and is told when it wakes', async () => {
    const other = await user.page.context().newPage();
    await other.goto(browser().url);
    await other
      .getByTestId('keeping')
      .getByText(/has been open in another tab/)
      .waitFor();
    await user.page.evaluate(() => {
      setTimeout(() => {
        const end = performance.now() + 5000;
        while (performance.now() < end);
      }, 0);
    });
    await other.getByTestId('take-over').click();
    // Awake again, it finds out.
    await at('keeping')
      .getByText(/took over this session/)
      .waitFor();
    await named('Ribosomes', other);
    await until('the other has it', async () => (await other.getByTestId('keeping').count()) === 0);
    await other.close();
    await at('take-over').click();
    await until('it has it back', async () => (await at('keeping').count()) === 0);
    await comeBack();
    await picks(3);
  });

  test('a file that was changed is named, its old picks are kept apart and can be used', async () => {
    await noise(file, 2);
    await user.page.reload();
    await comeBack();
    await at('changed-file').getByText('own.mrc is not the file that this session saw.').waitFor();
    await picks(0);
    await browser().screenshot('63-changed-file');
    await at('take-old-picks').click();
    await picks(3);
    await user.page.keyboard.press('Control+z');
    await picks(0);
  });

  test('with a full disk the page goes on, says so, and writes all as soon as there is room', async () => {
    // At the door of the database: a browser's own share is looked up only now and then, so it can't be made full at once.
    const fill = (isFull: boolean) =>
      user.page.evaluate((full) => {
        Reflect.set(window, 'put', Reflect.get(window, 'put') ?? IDBObjectStore.prototype.put);
        const put: unknown = Reflect.get(window, 'put');
        IDBObjectStore.prototype.put = function (...values) {
          if (full) throw new DOMException('The disk is full.', 'QuotaExceededError');
          return Reflect.apply(put as typeof IDBObjectStore.prototype.put, this, values);
        };
      }, isFull);
    await fill(true);
    await user.page.keyboard.press('c');
    await user.clickOn({ width, height }, places.slice(0, 2));
    await picks(2);
    await at('keeping').getByText('The browser’s storage is full: new picks are in memory only.').waitFor();
    await browser().screenshot('64-storage-full');
    await at('keeping-retry').click();
    await at('notice')
      .getByText(/There is still no room/)
      .waitFor();
    await fill(false);
    // The next write takes along what waits.
    await user.clickOn({ width, height }, places.slice(2));
    await until('all is kept', async () => (await at('keeping').count()) === 0);
    // The third pick, too: the two that waited may have been written before it.
    await browser().kept();
    await user.page.reload();
    await comeBack();
    await picks(3);
  });

  test('a folder comes back by itself; one that is forbidden, renamed, or lacks files is named and found again', async () => {
    const { page } = user;
    const remember = (key: string, value: string | undefined) =>
      page.evaluate(
        ([name, text]) =>
          text === undefined ? sessionStorage.removeItem(name) : sessionStorage.setItem(name, text),
        [key, value] as const,
      );
    const folders = new PrivateFolders(() => page);
    const write = (name: string, path: string) => folders.write(name, basename(path), readFileSync(path));
    const says = (words: string) =>
      until(`the list says ${words}`, async () => (await user.text('library-counts')) === words);
    const titles = () =>
      at('micrograph-item').evaluateAll((items) => items.map((one) => one.getAttribute('title')));
    await user.arrive();
    // A real folder, in the browser's own file system; the chooser can't be driven.
    await page.addInitScript(() => {
      const folderName = () => sessionStorage.getItem('folder') ?? 'grid';
      window.showDirectoryPicker = async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle(folderName());
      if (sessionStorage.getItem('forbidden') === null) return;
      FileSystemHandle.prototype.queryPermission = async () => 'prompt';
      FileSystemHandle.prototype.requestPermission = async () => 'denied';
    });
    const paths = ['a', 'b', 'c'].map((name) => join(folder, `${name}.mrc`));
    for (const [i, path] of paths.entries()) {
      await noise(path, 10 + i);
      await write('grid', path);
    }
    await page.keyboard.press('Shift+U');
    const isThere = page.waitForEvent('load');
    await at('session-new').click();
    await isThere;
    await at('open-folder').click();
    await says('3 micrographs');
    await at('pixel-size').waitFor();
    await page.keyboard.press('c');
    await user.clickOn({ width, height }, places);
    await picks(3);
    await page.keyboard.press('n');
    await until('b is open', async () => (await user.text('status')).includes('b.mrc is open'));
    await page.keyboard.press('Shift+X');
    await at('library-sort').selectOption('name');
    await at('library-direction').click();
    await says('3 micrographs, 1 rejected, 1 without picks');
    await browser().kept();
    await page.reload();
    await says('3 micrographs, 1 rejected, 1 without picks');
    expect(await at('library-sort').inputValue()).toBe('name');
    expect(await titles()).toEqual(['grid/c.mrc', 'grid/b.mrc', 'grid/a.mrc']);

    await remember('forbidden', 'yes');
    await page.reload();
    await at('reopen').click();
    await at('error').getByText('grid was not opened: the browser needs your permission').waitFor();
    await remember('forbidden', undefined);

    for (const path of paths) await write('grid_done', path);
    await folders.take('grid');
    await page.reload();
    await at('error')
      .getByText(/^grid is not where the session saw it/)
      .waitFor();
    await browser().screenshot('65-folder-renamed');
    await remember('folder', 'grid_done');
    await at('open-folder').click();
    // The list said so before: that one of it is open is new. Copies have another date, and what is known of them stays.
    await at('pixel-size').waitFor();
    await says('3 micrographs, 1 rejected, 1 without picks');
    expect(await titles()).toEqual(['grid/c.mrc', 'grid/b.mrc', 'grid/a.mrc']);

    await write('elsewhere', join(folder, 'a.mrc'));
    await folders.take('grid_done', 'a.mrc');
    await browser().kept();
    await page.reload();
    await at('lost-files')
      .getByText(/^a\.mrc can’t be read/)
      .waitFor();
    await browser().screenshot('66-file-moved');
    await remember('folder', 'elsewhere');
    await at('find-folder').click();
    await until('nothing is missing', async () => (await at('lost-files').count()) === 0);
    await at('micrograph-item').nth(2).click();
    await picks(3);
  });
});
