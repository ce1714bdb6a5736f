/** What bad days leave of the work: a tab that is killed in the middle of a batch, a folder that was renamed since, a lost file. */
import { expect, test } from 'vitest';
import { parseStar } from '../../src/formats/star/parse.ts';
import { readCoordinateFiles } from '../../src/formats/star/particles.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { describeBrowser } from '../support/browser.ts';
import { PrivateFolders } from '../support/privateFolders.ts';
import { User } from '../support/user.ts';
import { discDiameterAngstrom, discsMicrograph } from './discFiles.ts';

const names = ['a.mrc', 'b.mrc', 'c.mrc'];

describeBrowser('after a bad day', (browser) => {
  const user = new User(browser);
  const { at, until } = user;
  const folders = new PrivateFolders(() => user.page);
  /** State of each row of the batch, and what the table says of it: picks, score, diameter, quality, defocus and time. All of one moment. */
  const table = (): Promise<{ readonly state: string; readonly figures: readonly string[] }[]> =>
    at('batch-row').evaluateAll((rows) =>
      rows.map((row) => ({
        state: row.getAttribute('data-state') ?? '',
        figures: [...row.querySelectorAll('td')].slice(3, 9).map((cell) => cell.textContent ?? ''),
      })),
    );
  /** How often the micrographs of the batch were begun, all together. */
  const attempts = (): Promise<number> =>
    user.page.evaluate(
      () =>
        new Promise<number>((done, fail) => {
          const opening = indexedDB.open('cryolite-batch');
          opening.onerror = () => fail(opening.error);
          opening.onsuccess = () => {
            const reading: IDBRequest<{ readonly attempts: number }[]> = opening.result
              .transaction('items')
              .objectStore('items')
              .getAll();
            reading.onerror = () => fail(reading.error);
            reading.onsuccess = () => {
              opening.result.close();
              done(reading.result.reduce((sum, item) => sum + item.attempts, 0));
            };
          };
        }),
    );
  let counts: number[] = [];
  /** All picks for RELION, into a folder; with how many there are of each micrograph, by the name that it has there. */
  const exportAll = async (folder: string): Promise<ReadonlyMap<string, number>> => {
    await folders.choose(folder);
    await user.page.keyboard.press('Shift+B');
    await at('batch-export').click();
    await until('it is written', async () => (await user.text('batch-written')).includes(`to ${folder}`));
    await user.page.keyboard.press('Shift+B');
    const files = await folders.read(folder);
    const list = 'AutoPick/cryolite/autopick.star';
    const entries = readCoordinateFiles(list, parseStar(list, files.get(list) ?? '')) ?? [];
    return new Map(
      entries.map(({ micrograph, coordinates }) => [
        micrograph,
        readStarPicks(coordinates, files.get(coordinates) ?? '').length,
      ]),
    );
  };

  /** A batch whose tab was killed goes on by itself: what was finished stays, and one micrograph at most is done again. */
  const killedTab = async (): Promise<void> => {
    await user.arrive();
    for (const [i, name] of names.entries()) await folders.write('grid', name, await discsMicrograph(i));
    await folders.choose('grid');
    await at('open-folder').click();
    await user.isOpen('a.mrc');
    await user.fill('diameter', discDiameterAngstrom);
    await at('method-log').click();
    await user.page.keyboard.press('Shift+B');
    await at('batch-start').click();
    let before: Awaited<ReturnType<typeof table>> = [];
    await until('one is done', async () => {
      before = await table();
      return before[0]?.state === 'done';
    });
    await browser().killTab();

    await user.arrive();
    await at('pixel-size').waitFor();
    await user.page.keyboard.press('Shift+B');
    await until('all are done', async () => {
      const now = await table();
      return now.length === names.length && now.every(({ state }) => state === 'done');
    });
    const after = await table();
    // What was finished says the time that it took then: it was not done anew.
    const finished = before.filter(({ state }) => state === 'done');
    expect(after.slice(0, finished.length)).toEqual(finished);
    expect(await attempts()).toBeLessThanOrEqual(names.length + 1);
    counts = after.map(({ figures: [picks] }) => Number(picks));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(20);
    await browser().screenshot('67-batch-after-a-killed-tab');
  };

  /** A folder that was renamed since is named and found again, and exports call it by its new name. */
  const renamedFolder = async (): Promise<void> => {
    for (const name of names) await folders.move('grid', name, 'grid_done');
    await folders.take('grid');
    await browser().kept();
    await user.page.reload();
    await at('error')
      .getByText(/^grid is not where the session saw it/)
      .waitFor();
    await folders.choose('grid_done');
    await at('open-folder').click();
    await at('pixel-size').waitFor();
    // All that was known of them is: they have their picks.
    await until('the list knows them', async () => (await user.text('library-counts')) === '3 micrographs');
    const written = await exportAll('out');
    expect([...written]).toEqual(names.map((name, i) => [`grid_done/${name}`, counts[i]]));
  };

  /** A lost micrograph is named in one sentence, the others and all exports go on, and it is found again by hand. */
  const lostMicrograph = async (): Promise<void> => {
    await folders.move('grid_done', 'a.mrc', 'elsewhere');
    await browser().kept();
    await user.page.reload();
    const banner = at('lost-files');
    await banner.getByText(/^a\.mrc can’t be read: moved, renamed or deleted/).waitFor();
    const item = (name: string) => at('micrograph-item').filter({ hasText: name });
    await item('b.mrc').click();
    await user.isOpen('b.mrc', counts[1]);
    // Its picks are kept, so they are exported, too.
    const written = await exportAll('out_again');
    expect([...written.values()]).toEqual(counts);
    await browser().screenshot('68-lost-micrograph');

    await folders.choose('particles');
    await user.page.keyboard.press('Shift+E');
    await at('extract-all').click();
    await user.fill('extract-bin', 16);
    await at('extract-run').click();
    await at('notice')
      .getByText(/particles of 2 micrographs were written to particles/)
      .waitFor();
    await user.page
      .locator('.toast.error')
      .getByText(/^a\.mrc can't be read: it was moved, renamed or deleted/)
      .waitFor();
    expect([...(await folders.read('particles')).keys()].sort()).toEqual([
      'b.mrcs',
      'c.mrcs',
      'particles.star',
    ]);

    await folders.choose('elsewhere');
    await at('find-folder').click();
    await banner.waitFor({ state: 'detached' });
    await item('a.mrc').click();
    await user.isOpen('a.mrc', counts[0]);
  };

  // One story, and one test: what fails is run once more from its beginning.
  test('nothing that was finished is lost by a killed tab, a renamed folder or a lost file, and all else goes on', async () => {
    await killedTab();
    await renamedFolder();
    await lostMicrograph();
  }, 300_000);
});
