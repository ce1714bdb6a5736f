/**
 * Movies in a real browser: the sum that follows the slider, single frames, hot pixels, the gain reference's dialog,
 * saved sums, EER fractions, bytes of either sign, what the header says, and what goes wrong.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySource } from '../../src/core/bytes.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import { describeBrowser } from '../support/browser.ts';
import { eerFile, frames, height, hot, type MovieFiles, movieFiles, mrcFile, width } from './movieFiles.ts';

describeBrowser('movies', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-movies-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let files: MovieFiles;
  beforeAll(async () => {
    files = await movieFiles(folder);
  });

  const page = (): Page => browser().page;
  const at = (testid: string) => page().getByTestId(testid);
  const textOf = async (testid: string): Promise<string> => (await at(testid).first().textContent()) ?? '';
  const version = async (): Promise<string> => (await at('viewer').getAttribute('data-version')) ?? '';
  const shows = (expected: RegExp) =>
    browser().until(`the picture is ${expected}`, async () => expected.test(await version()));
  const drawn = () => browser().drawn();
  const picks = async (): Promise<number> => Number.parseInt((await textOf('pick-count')) || '0', 10);
  const picture = async (): Promise<string> => {
    await page().mouse.move(5, 5);
    await drawn();
    return (await at('viewer').screenshot()).toString('base64');
  };
  const save = async (button: string): Promise<{ name: string; pixels: Float32Array }> => {
    const waiting = page().waitForEvent('download');
    await at(button).click();
    const download = await waiting;
    const path = join(folder, `saved-${download.suggestedFilename()}`);
    await download.saveAs(path);
    const saved = await openMicrograph(memorySource(path, new Uint8Array(readFileSync(path))));
    expect([saved.width, saved.height, saved.frames, saved.pixelSizeAngstrom]).toEqual([
      width,
      height,
      1,
      1.5,
    ]);
    return { name: download.suggestedFilename(), pixels: await saved.readRows(0, 0, height) };
  };
  /** What a sum of some frames should be, away from the hot pixel. */
  const expectSum = (pixels: Float32Array, isIn: (frame: number) => boolean): void => {
    for (let i = 0; i < pixels.length; i += 97) {
      if (Math.abs((i % width) - hot.x) < 3 && Math.abs(Math.floor(i / width) - hot.y) < 3) continue;
      const sum = files.counts.reduce(
        (total, frame, index) => total + (isIn(index) ? (frame[i] ?? 0) : 0),
        0,
      );
      if (pixels[i] !== sum) expect({ pixel: i, value: pixels[i] }).toEqual({ pixel: i, value: sum });
    }
  };

  test('a dropped movie is shown as the sum of its frames, hot pixels removed', async () => {
    // Its dialog can't be driven here; without it the page downloads.
    await page().addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
    await browser().open();
    await browser().drop(at('drop-zone'), [files.movie]);
    await at('first-frame').waitFor();
    await drawn();
    expect(await version()).toBe('sum-0-15');
    expect(await textOf('exposure-range')).toBe('All 16 frames');
    expect(await textOf('hot-pixel-count')).toBe('1 found');
    expect(await at('error').count()).toBe(0);
    await browser().screenshot('20-movie');
  });

  test('the picture, the words and the status follow the keys; picks stay', async () => {
    await at('tool-add').click();
    const box = await at('viewer').boundingBox();
    if (!box) throw new Error('The viewer is not visible.');
    await page().mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await at('tool-pan').click();
    await expect.poll(picks).toBe(1);
    const whole = await picture();
    await at('first-frame').focus();
    for (let i = 0; i < 9; i++) await page().keyboard.press('ArrowRight');
    await shows(/^sum-9-15$/);
    expect(await textOf('exposure-range')).toBe('Frames 10 to 16 of 16');
    await browser().until('the status tells the frames', async () =>
      /frames 10 to 16 of 16, 1 pick shown/.test(await textOf('status')),
    );
    expect(await picture()).not.toBe(whole);
    await expect.poll(picks).toBe(1);
    // Neither end passes the other.
    await at('last-frame').focus();
    for (let i = 0; i < 12; i++) await page().keyboard.press('ArrowLeft');
    await shows(/^sum-9-9$/);
    expect(await at('last-frame').inputValue()).toBe('10');
    await at('all-frames').click();
    await shows(/^sum-0-15$/);
    await at('first-frame').focus();
    expect(await picture()).not.toBe('');
  });

  test('a dragged end is followed, and where it is let go is what is shown at last', async () => {
    const slider = await at('last-frame').boundingBox();
    if (!slider) throw new Error('The slider is not visible.');
    const y = slider.y + slider.height / 2;
    const seen = new Set<string>();
    await page().mouse.move(slider.x + slider.width - 7, y);
    await page().mouse.down();
    for (let step = 1; step <= 12; step++) {
      await page().mouse.move(slider.x + slider.width * (1 - step / 16), y);
      await page().waitForTimeout(60);
      seen.add(await version());
    }
    await page().mouse.up();
    const last = Number(await at('last-frame').inputValue());
    expect(last).toBeLessThan(8);
    await shows(new RegExp(`^sum-0-${last - 1}$`));
    // It did not wait for the end of the drag.
    expect(seen.size).toBeGreaterThan(2);
    expect(await at('error').count()).toBe(0);
    await browser().screenshot('21-dragged');
  });

  test('the filtered picture is made again of every sum, without falling back to the raw one', async () => {
    await page().keyboard.press('b');
    await browser().until(
      'both are shown',
      async () =>
        (await at('viewer')
          .getByText(/^Filtered,/)
          .count()) === 1,
    );
    const before = await picture();
    await at('all-frames').click();
    await shows(/^sum-0-15$/);
    await browser().until('the filtered picture is back', async () => at('save-filtered').isEnabled());
    await at('viewer')
      .getByText(/^Filtered,/)
      .waitFor();
    expect(await picture()).not.toBe(before);
    await browser().screenshot('22-both');
    await page().keyboard.press('r');
  });

  test('single frames are stepped through by key, and the sum comes back', async () => {
    await at('viewer').click();
    await page().keyboard.press('Shift+K');
    await shows(/^sum-0-0$/);
    await page().keyboard.press('k');
    await page().keyboard.press('k');
    // On the way there the second is shown, too.
    await shows(/^sum-2-2$/);
    await page().keyboard.press('j');
    await shows(/^sum-1-1$/);
    expect(await textOf('exposure-range')).toBe('Frame 2 of 16');
    expect(await at('save-even').isDisabled()).toBe(true);
    const { name, pixels } = await save('save-sum');
    expect(name).toBe('field_frame2.mrc');
    expectSum(pixels, (frame) => frame === 1);
    await browser().screenshot('23-single');
    await page().keyboard.press('Shift+K');
    await shows(/^sum-0-15$/);
  });

  test('hot pixels can be left in', async () => {
    await at('hot-pixels').uncheck();
    await shows(/^sum-0-15-hot$/);
    expect(await textOf('hot-pixel-count')).toBe('');
    const { pixels } = await save('save-sum');
    expect(pixels[hot.y * width + hot.x]).toBe(127 * frames);
    await at('hot-pixels').check();
    await shows(/^sum-0-15$/);
  });

  test('saves the sum and its halves as counts', async () => {
    const all = await save('save-sum');
    const even = await save('save-even');
    const odd = await save('save-odd');
    expect([all.name, even.name, odd.name]).toEqual(['field_sum.mrc', 'field_EVN.mrc', 'field_ODD.mrc']);
    expectSum(all.pixels, () => true);
    // Frame 1 is odd.
    expectSum(even.pixels, (frame) => frame % 2 === 1);
    expectSum(odd.pixels, (frame) => frame % 2 === 0);
    expect(all.pixels[hot.y * width + hot.x]).toBeLessThan(40 * frames);
  });

  test('explains the header, and can be read by key', async () => {
    await at('about-file').focus();
    await page().keyboard.press('Enter');
    await at('file-info').waitFor();
    expect(await textOf('file-summary')).toBe('Everything in the header makes sense');
    const row = page().locator('[data-testid="file-info"] tbody tr', { hasText: 'MODE' });
    expect(await row.textContent()).toMatch(/8-bit.*good/);
    await browser().screenshot('24-about');
    // Keys of the page are not for the page while a dialog is open.
    await page().keyboard.press('Shift+K');
    await page().keyboard.press('Escape');
    await at('file-info').waitFor({ state: 'hidden' });
    expect(await version()).toBe('sum-0-15');
    await expect
      .poll(() => at('about-file').evaluate((element) => element === document.activeElement))
      .toBe(true);
  });

  test('a gain reference is tried in eight ways, the right one proposed, and the chosen one kept', async () => {
    const before = await picture();
    await browser().drop(at('drop-zone'), [files.gain]);
    await at('gain-dialog').waitFor();
    expect(await at('orientation-1').getAttribute('data-proposed')).toBe('true');
    expect(await page().locator('[data-proposed="true"]').count()).toBe(1);
    expect(await at('gain-dialog').locator('canvas').count()).toBe(4);
    expect(await at('orientation-0').textContent()).toContain('does not fit');
    expect(await at('gain-multiply').isChecked()).toBe(true);
    await browser().screenshot('25-gain');
    // The chosen one has the focus: Enter takes it.
    await page().keyboard.press('Enter');
    await at('gain-dialog').waitFor({ state: 'hidden' });
    await shows(/^sum-0-15-.*multiply-1$/);
    expect(await textOf('gain-text')).toContain('turned 90° counter-clockwise, multiply');
    expect(await picture()).not.toBe(before);
    const { pixels } = await save('save-sum');
    // Without the detector's pattern the discs' background is flat but for the noise: 20 × 16 ± 18.
    const background = pixels.filter((_, i) => {
      const [x, y] = [(i % width) % 80, Math.floor(i / width) % 80];
      return Math.hypot(x - 40, y - 40) > 18;
    });
    const mean = background.reduce((sum, value) => sum + value, 0) / background.length;
    const variance = background.reduce((sum, value) => sum + (value - mean) ** 2, 0) / background.length;
    expect(Math.abs(mean - 320)).toBeLessThan(5);
    expect(Math.sqrt(variance)).toBeLessThan(22);
    await browser().screenshot('26-corrected');
  });

  test('the gain reference is used for the next movie, too, and can be changed and taken away', async () => {
    const other = join(folder, 'other.mrc');
    copyFileSync(files.movie, other);
    await browser().drop(at('drop-zone'), [other]);
    await browser().until('the other is shown', async () => (await textOf('status')).startsWith('other.mrc'));
    await shows(/^sum-0-15-.*multiply-1$/);
    await at('gain-change').click();
    await at('gain-dialog').waitFor();
    await page().keyboard.press('ArrowRight');
    await at('gain-divide').click();
    await at('gain-accept').click();
    await shows(/divide-3$/);
    await at('gain-change').click();
    await at('gain-none').click();
    await shows(/^sum-0-15$/);
    await at('gain-choose').waitFor();
  });

  test('a session made with a gain reference says so when that is gone after a reload', async () => {
    await at('micrograph-item').first().click();
    await browser().until('the first is shown', async () => (await textOf('status')).startsWith('field.mrc'));
    await browser().drop(at('drop-zone'), [files.gain]);
    await at('gain-accept').click();
    await shows(/multiply-1$/);
    await at('first-frame').focus();
    await page().keyboard.press('ArrowRight');
    await shows(/^sum-1-15-.*multiply-1$/);
    await browser().comeBack([files.movie]);
    await at('gain-missing').waitFor();
    expect(await textOf('gain-missing')).toContain('field_gain.mrc, turned 90° counter-clockwise, multiply');
    await shows(/^sum-1-15$/);
    await expect.poll(picks).toBe(1);
    await at('gain-forget').click();
    await at('gain-missing').waitFor({ state: 'hidden' });
  });

  test('a gain reference of another shape is refused with both shapes', async () => {
    const flat = new Float32Array(300 * 200).fill(1);
    const wrong = await mrcFile(folder, 'wrong_gain.mrc', { width: 300, height: 200 }, 2, [flat]);
    await browser().drop(at('drop-zone'), [wrong]);
    await at('error').waitFor();
    expect(await textOf('error')).toMatch(/wrong_gain\.mrc is 300 × 200.*field\.mrc are 640 × 512/);
    expect(await at('gain-dialog').isVisible()).toBe(false);
    await at('error').getByLabel('Dismiss').click();
  });

  test('EER: the raw frames of a fraction are the user’s choice', async () => {
    await browser().drop(at('drop-zone'), [eerFile(folder)]);
    await at('frames-per-fraction').waitFor();
    await drawn();
    await at('frames-per-fraction').fill('4');
    await at('frames-per-fraction').press('Enter');
    await browser().until('there are six fractions', async () =>
      /24 raw frames make 6 fractions/.test(await textOf('fractions')),
    );
    await drawn();
    expect(await textOf('exposure-range')).toBe('All 6 frames');
    await at('first-frame').focus();
    for (let i = 0; i < 3; i++) await page().keyboard.press('ArrowRight');
    await shows(/^sum-3-5-by-4$/);
    expect(await textOf('exposure-dose')).toBe('16.7 of 33.3 e/Å²');
    await browser().screenshot('27-eer');
    // It is read so again when it comes back.
    await at('micrograph-item').first().click();
    await browser().until('the movie is shown', async () => (await textOf('status')).startsWith('field.mrc'));
    await at('micrograph-item').last().click();
    await shows(/^sum-3-5-by-4$/);
  });

  test('bytes are read signed or unsigned as the user says', async () => {
    const bytes = new Float32Array(width * height).map((_, i) => ((i * 7) % 200) - 100);
    const path = await mrcFile(folder, 'bytes.mrc', { width, height }, 0, [bytes]);
    await browser().drop(at('drop-zone'), [path]);
    await browser().until('it is shown', async () => (await textOf('status')).startsWith('bytes.mrc'));
    expect(await at('movie-sum').count()).toBe(0);
    expect(await at('bytes-signed').isChecked()).toBe(true);
    const before = await picture();
    await at('bytes-unsigned').click();
    await shows(/unsigned/);
    expect(await at('bytes-unsigned').isChecked()).toBe(true);
    expect(await picture()).not.toBe(before);
  });

  test('sections of a volume are called so, and stepped through', async () => {
    const section = (level: number): Float32Array =>
      new Float32Array(64 * 64).map((_, i) => level + Math.sin(i / 9));
    const size = { width: 64, height: 64, frames: 5 };
    const path = await mrcFile(folder, 'density.map', size, 2, [1, 2, 3, 4, 5].map(section));
    await browser().drop(at('drop-zone'), [path]);
    await at('frame').waitFor();
    expect(await page().getByText('Section of 5').count()).toBe(1);
    await at('viewer').click();
    await page().keyboard.press('k');
    await browser().until('the second is shown', async () => (await at('frame').inputValue()) === '2');
  });

  test('a movie that is cut off gets one sentence, and what is open stays', async () => {
    const whole = readFileSync(files.movie);
    const path = join(folder, 'cut.mrc');
    writeFileSync(path, whole.subarray(0, Math.floor(whole.length * 0.6)));
    await browser().drop(at('drop-zone'), [path]);
    const error = at('micrograph-item').last().getByTestId('error');
    await error.waitFor();
    expect(await error.textContent()).toMatch(/^cut\.mrc is cut off/);
    expect(await textOf('status')).toMatch(/^density\.map/);
  });
});
