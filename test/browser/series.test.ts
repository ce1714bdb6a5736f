/** Work on more than one micrograph: what was dropped together, what stays when the next one is opened. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';

const shared = resolve('../shared/data');
const first = resolve(shared, 'apoferritin/May08_03.13.02_avg.mrc');
const marked = resolve(shared, 'apoferritin/May08_03.13.02.star');
const second = resolve(shared, 'apoferritin/May08_04.33.57_avg.mrc');
const bad = resolve(shared, 'conformance/synth/truncated_half.mrc');

describeBrowser(
  'a series of micrographs',
  (browser) => {
    const at = (testid: string) => browser().page.getByTestId(testid);
    const item = (index: number) => at('micrograph-item').nth(index);
    const shown = async (): Promise<number> =>
      Number.parseInt((await at('pick-count').textContent()) || '0', 10);
    const isOpen = (index: number) =>
      browser().until(
        'it is open',
        async () =>
          (await item(index).getAttribute('aria-current')) === 'true' &&
          (await at('task-open').count()) === 0,
      );

    test('picks dropped with their micrograph are put on it', async () => {
      await browser().open();
      await browser().drop(at('drop-zone'), [first, bad, second, marked]);
      const rows = readFileSync(marked, 'utf8').match(/^\s*-?\d+(\.\d+)?\s+-?\d/gm)?.length;
      await browser().until('the picks are imported', async () => (await shown()) === rows);
      expect(await at('micrograph-item').count()).toBe(3);
      // One that can't be read says so on its row and stops nothing.
      await item(1).getByTestId('error').waitFor();
      await at('clear-picks').click();
      await expect.poll(shown).toBe(0);
    });

    test('the next key passes over what can not be opened, and the filtered picture stays', async () => {
      const { page } = browser();
      await page.keyboard.press('g');
      await at('viewer').getByText('Filtered').waitFor();
      await page.keyboard.press('n');
      await isOpen(2);
      await at('viewer').getByText('Filtered').waitFor();
      await page.keyboard.press('r');
      await item(2).focus();
      await page.keyboard.press('ArrowUp');
      await isOpen(0);
      expect(await item(0).evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await at('viewer').getByText('Filtered').count()).toBe(0);
    });

    test('picks of a micrograph that was left meanwhile wait there', async () => {
      await at('diameter').fill('125');
      await at('pick').click();
      await at('task-pick').waitFor();
      await item(2).click();
      await isOpen(2);
      expect(await at('task-pick').textContent()).toContain('May08_03.13.02_avg.mrc');
      await browser().until('the job has ended', async () => (await at('task-pick').count()) === 0, 150_000);
      await expect.poll(shown).toBe(0);
      await browser().until('the list shows them', async () =>
        /1\d\d picks/.test((await item(0).textContent()) ?? ''),
      );
      await item(0).click();
      await isOpen(0);
      await expect.poll(shown).toBeGreaterThan(100);
      expect(await at('threshold-value').inputValue()).not.toBe('0.5');
    });

    test('undo of a second picking brings back the threshold of the first', async () => {
      const { page } = browser();
      const [count, threshold] = [await shown(), await at('threshold-value').inputValue()];
      await at('method-log').click();
      await at('pick').click();
      await browser().until(
        'there are other picks',
        async () => (await at('threshold-value').inputValue()) !== threshold,
      );
      const picking = async () => {
        // The count follows the picks a moment later.
        await browser().settled();
        return [await shown(), await at('threshold-value').inputValue()];
      };
      const other = await picking();
      await page.keyboard.press('Control+z');
      expect(await picking()).toEqual([count, threshold]);
      await page.keyboard.press('Control+y');
      expect(await picking()).toEqual(other);
    });
  },
  { needs: [first, marked, second, bad] },
);
