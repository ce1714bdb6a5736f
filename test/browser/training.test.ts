/** Training in the tab as a user meets it: some clicks, Train, Stop, Continue, Undo, yes and no, and a file for the terminal. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { openModel } from '../../src/pipelines/models/open.ts';
import { pickerOf } from '../../src/pipelines/picking/model.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';
import { diameterAngstrom, diameterPx, particlesInNoise, smallPicker, writeField } from './trainingFiles.ts';

describeBrowser(
  'training in the tab',
  (browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-training-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    // While a software GPU trains, the page answers slowly.
    const user = new User(browser, 120_000);
    const page = () => user.page;
    const { at, drawn, text, until } = user;
    const network = join(folder, 'small.safetensors');
    writeFileSync(network, smallPicker());
    const micrographs = ['one.mrc', 'two.mrc'].map((name, i) => ({
      path: join(folder, name),
      field: particlesInNoise(7, 6, i + 3),
    }));
    const [one, two] = micrographs;
    if (!one || !two) throw new Error('There are two.');
    const paths = micrographs.map(({ path }) => path);
    const chosen = (): Promise<string> =>
      at('model-pick').evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text ?? '');
    const shownPicks = async (): Promise<number> =>
      Number((await text('pick-count')).match(/^\d+/)?.[0] ?? 0);

    test('clicks on two micrographs are counted', async () => {
      for (const { path, field } of micrographs) await writeField(path, field);
      await user.arrive();
      await user.open(paths);
      await user.fill('diameter', diameterAngstrom);
      await at('model-input-pick').setInputFiles(network);
      await at('model-facts-pick').waitFor();
      await page().keyboard.press('c');
      await user.clickOn(
        one.field,
        one.field.centres.filter((_, i) => i % 4 === 0),
      );
      await until('the clicks are counted', async () => /^11 picks$/.test(await text('train-labels')));
      await page().keyboard.press('n');
      await until('the other is open', async () => /^two\.mrc/.test(await page().title()));
      await drawn();
      await user.clickOn(two.field, two.field.centres.slice(0, 3));
      await until(
        'all are counted',
        async () => (await text('train-labels')) === '14 picks on 2 micrographs',
      );
    });

    test('a training can be stopped and continued, and gives a network by a name of its own', async () => {
      await at('train-options').click();
      await at('train-start').selectOption('chosen');
      await at('train-steps').fill('24');
      await at('train-steps').press('Escape');
      await page().keyboard.press('t');
      await until('there are steps', async () => /^step \d+ of 24/.test(await text('train-progress')));
      await until('it was looked at', async () => /Held-out: finds/.test(await text('train-judgement')));
      await expectAccessible(page(), 'a training that runs');
      await page().keyboard.press('t');
      await until('it has stopped', async () => (await at('train-continue').count()) === 1);
      expect(await text('train-progress')).toMatch(/^Not finished: step \d+ of 24, on 14 picks\.$/);
      await drawn();
      expect(await chosen()).toMatch(/^Trained on 14 picks, \d\d:\d\d$/);
      await browser().screenshot('training-1-stopped');
    });

    test('after a reload it can go on', async () => {
      await browser().comeBack(paths);
      await at('train-continue').waitFor();
      await drawn();
      await until(
        'all picks are back',
        async () => (await text('train-labels')) === '14 picks on 2 micrographs',
      );
      // Where no trained network has picked yet.
      await at('micrograph-item').filter({ hasText: 'one.mrc' }).click();
      await until('the first is open', async () => /^one\.mrc/.test(await page().title()));
      await drawn();
      await page().keyboard.press('Shift+R');
      await until('it has finished', async () => (await at('review-begin').count()) === 1);
      await drawn();
      expect(await at('train-continue').count()).toBe(0);
      // On a run this short no step may have made it better, which is said, too.
      expect(await text('train-progress')).toMatch(/steps|^No step made it better/);
      expect(await shownPicks()).toBeGreaterThan(25);
      await browser().screenshot('training-2-finished');
    });

    test('questions are shown one after the other and answered by keys; undo brings back what was', async () => {
      const before = await text('train-labels');
      await page().keyboard.press('q');
      await at('review').waitFor();
      const words: string[] = [];
      for (const key of ['y', 'n', 's']) {
        await until('the next is asked', async () => await at('review-yes').isEnabled());
        words.push(await text('review-words'));
        const [mark, box] = [at('review-mark').first(), await at('viewer').boundingBox()];
        expect(Number(await mark.getAttribute('data-x'))).toBeCloseTo((box?.width ?? 0) / 2, 0);
        if (key === 'y') {
          await browser().screenshot('training-3-question');
          await expectAccessible(page(), 'a question');
        }
        await page().keyboard.press(key);
      }
      expect(words.map((one) => one.match(/\d+ of/)?.[0])).toEqual(['1 of', '2 of', '3 of']);
      // Of different micrographs in turn.
      expect(new Set(words.map((one) => one.match(/\w+\.mrc/)?.[0])).size).toBe(2);
      await until('they are counted', async () => (await text('review-counts')) === '1 yes, 1 no');
      await until(
        'they are learnt from',
        async () => (await text('train-labels')) === '15 picks on 2 micrographs, 1 no',
      );
      // The skipped one and the no are taken back, though the next one's micrograph may still be opening.
      await page().keyboard.press('Backspace');
      await page().keyboard.press('Backspace');
      await until('the no is gone', async () => (await text('train-labels')) === '15 picks on 2 micrographs');
      await page().keyboard.press('Escape');
      expect(await at('review').count()).toBe(0);
      expect(before).toBe('14 picks on 2 micrographs');

      await at('train-undo').click();
      expect(await chosen()).not.toMatch(/Trained on 14 picks, \d\d:\d\d$/);
      await at('train-undo').click();
      expect(await chosen()).toMatch(/^Trained on 14 picks/);
    });

    test('its file is a picker, and what it picks names it', async () => {
      const file = await user.save('train-save', folder, 'mine.safetensors');
      const picker = pickerOf(await openModel('mine', new Uint8Array(readFileSync(file))));
      expect(picker.kind).toBe('working-scale');
      await at('export-program').selectOption('relion');
      const star = readFileSync(await user.save('export-picks', folder, 'picks.star'), 'utf8');
      expect(star).toMatch(/weights Trained on 14 picks, \d\d:\d\d, SHA-256 [0-9a-f]{64}/);
      const picks = readStarPicks('export', star);
      const all = micrographs.map(
        ({ field }) =>
          field.centres.filter((centre) =>
            picks.some(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) < diameterPx / 4),
          ).length,
      );
      // Of the micrograph on the screen, whichever was asked about last.
      expect(Math.max(...all)).toBeGreaterThan(30);
      // No particle twice, though some were picked by hand and found again.
      const doubles = picks.filter((a, i) =>
        picks.some((b, j) => j < i && Math.hypot(a.x - b.x, a.y - b.y) < diameterPx / 4),
      );
      expect(doubles).toEqual([]);
    });
  },
  { width: 1280, height: 900 },
);
