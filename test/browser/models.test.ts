/** "Open model…" as a user does it: networks of his own pick and denoise, survive a reload, and are named in what is written. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { describeBrowser } from '../support/browser.ts';
import {
  centres,
  diameterAngstrom,
  writeBadModel,
  writeDenoiser,
  writeMicrograph,
  writePicker,
} from './modelFiles.ts';

const topaz = resolve('../shared/data/weights/topaz');
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describeBrowser(
  'networks of the user',
  (browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-models-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const picker = writePicker(folder);
    const denoiser = writeDenoiser(folder);

    const page = () => browser().page;
    const at = (testid: string) => page().getByTestId(testid);
    const text = async (testid: string): Promise<string> => (await at(testid).textContent()) ?? '';
    const chosen = (use: string): Promise<string> =>
      at(`model-${use}`).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text ?? '');
    const counts = async (): Promise<string> => text('pick-count');
    const drawn = () => browser().drawn();
    const openMicrograph = async (): Promise<void> => {
      await browser().drop(at('drop-zone'), [await writeMicrograph(folder)]);
      await at('pixel-size').waitFor();
      await drawn();
    };
    const reload = async (): Promise<void> => {
      await browser().kept();
      await page().reload();
      await browser().until('the page is there', async () => (await at('open-files').count()) > 0);
      if ((await at('pixel-size').count()) === 0) await openMicrograph();
      await drawn();
    };
    const saved = async (button: string): Promise<Buffer> => {
      const waiting = page().waitForEvent('download');
      await at(button).click();
      const path = join(folder, 'saved');
      await (await waiting).saveAs(path);
      return readFileSync(path);
    };
    const pick = async (): Promise<void> => {
      const before = await counts();
      await at('pick').click();
      await browser().until('it has picked', async () => {
        await page().waitForTimeout(100);
        return (await counts()) !== before && (await at('cancel').count()) === 0;
      });
    };

    test('one of his own picks, by name and hash in what is written', async () => {
      await page().addInitScript(() => {
        // Its dialog can't be driven here; without it the page downloads.
        Reflect.deleteProperty(window, 'showSaveFilePicker');
      });
      await browser().open();
      await openMicrograph();
      await browser().screenshot('models-0-own');
      expect(await chosen('pick')).toBe('Cryolite’s network');
      await at('diameter').fill(String(diameterAngstrom));
      await at('model-input-pick').setInputFiles(picker);
      await at('model-facts-pick').waitFor();
      expect(await chosen('pick')).toBe('disc-and-ring.safetensors');
      expect(await text('model-facts-pick')).toMatch(/Cryolite disc-and-ring.*962 parameters.*31 × 31 px/);
      await pick();
      await drawn();
      await browser().screenshot('models-1-picked');
      await at('export-program').selectOption('relion');
      const star = (await saved('export-picks')).toString('utf8');
      const picks = readStarPicks('export', star);
      expect(picks).toHaveLength(centres.length);
      for (const { x, y } of centres) {
        expect(picks.some((found) => Math.hypot(found.x - x, found.y - y) < 3)).toBe(true);
      }
      expect(star).toContain(`weights disc-and-ring.safetensors, SHA-256 ${sha256(picker)}`);
    });

    test('one that denoises makes the filtered picture, for display only', async () => {
      await at('filter-method').selectOption('network');
      await browser().screenshot('models-2-no-denoiser');
      await at('model-input-denoise').setInputFiles(denoiser);
      await at('model-facts-denoise').waitFor();
      expect(await chosen('pick')).toBe('disc-and-ring.safetensors');
      expect(await chosen('denoise')).toBe('mean.onnx');
      expect(await text('display-only')).toMatch(/never extracted/);
      await at('apply-filter').click();
      await at('label-denoised').waitFor();
      await drawn();
      expect(await text('label-denoised')).toBe('Denoised by mean.onnx, display only');
      await browser().screenshot('models-3-denoised');
      const mrc = await saved('save-filtered');
      expect(mrc.byteLength).toBe(1024 + 260 * 240 * 4);
      const header = mrc.subarray(224, 1024).toString('latin1');
      expect(header).toContain(`denoised by mean.onnx (ONNX, sha256 ${sha256(denoiser).slice(0, 12)})`);
      expect(header).toContain('display only');
      // Of noise of σ = 2, a mean over 25 pixels leaves 0.4.
      const values = new Float32Array(
        mrc.buffer.slice(mrc.byteOffset + 1024, mrc.byteOffset + mrc.byteLength),
      );
      const corner = Array.from(
        { length: 400 },
        (_, i) => values[(4 + Math.floor(i / 20)) * 260 + 4 + (i % 20)] ?? 0,
      );
      const mean = corner.reduce((sum, value) => sum + value, 0) / corner.length;
      const spread = Math.sqrt(corner.reduce((sum, value) => sum + (value - mean) ** 2, 0) / corner.length);
      expect(Math.abs(mean - 100)).toBeLessThan(0.5);
      expect(spread).toBeLessThan(0.8);
    });

    test('a damaged one gets a sentence, and the choice stays', async () => {
      await browser().drop(at('drop-zone'), [writeBadModel(folder)]);
      await browser().until('the page says so', async () =>
        /broken\.sav/.test((await page().getByRole('alert').allTextContents()).join(' ')),
      );
      await browser().screenshot('models-4-bad');
      await page().keyboard.press('Escape');
      expect(await chosen('pick')).toBe('disc-and-ring.safetensors');
    });

    test('they are there after a reload, until they are removed', async () => {
      await reload();
      expect(await chosen('pick')).toBe('disc-and-ring.safetensors');
      expect(await chosen('denoise')).toBe('mean.onnx');
      await at('clear-picks').click();
      // Else the count of before is taken for what the picker has found.
      await expect.poll(counts).not.toMatch(/[1-9]/);
      await pick();
      expect(await counts()).toMatch(new RegExp(`^${centres.length} of`));
      await at('apply-filter').click();
      await at('label-denoised').waitFor();
      // Removed, it is not offered any more.
      await at('model-remove-denoise').click();
      expect(await chosen('denoise')).toBe('No network yet');
      expect(await at('model-denoise').locator('option').allTextContents()).not.toContain('mean.onnx');
    });

    test('one that the browser has let go of is named, and Cryolite’s own can be chosen again', async () => {
      await page().evaluate(
        () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase('cryolite-models');
            request.onsuccess = resolve;
            request.onerror = reject;
          }),
      );
      await reload();
      expect(await text('model-missing-pick')).toMatch(/disc-and-ring\.safetensors is not kept/);
      await at('pick').click();
      await browser().until('the page says so', async () =>
        /disc-and-ring\.safetensors is no longer kept/.test(
          (await page().getByRole('alert').allTextContents()).join(' '),
        ),
      );
      await page().keyboard.press('Escape');
      await at('model-pick').selectOption('');
      expect(await chosen('pick')).toBe('Cryolite’s network');
      expect(await at('model-missing-pick').count()).toBe(0);
    });

    const detector = join(topaz, 'resnet8_u32.sav');
    const affine = join(topaz, 'affine_L1_v0.2.2.sav');
    const hasTopaz = existsSync(detector) && existsSync(affine);
    if (!hasTopaz) console.warn(`Skipping Topaz's networks in the page: ${topaz} is not there.`);
    test.skipIf(!hasTopaz)('networks of Topaz that are dropped go where they belong, and work', async () => {
      await browser().drop(at('drop-zone'), [affine]);
      await browser().until('it denoises', async () => /affine/.test(await chosen('denoise')));
      expect(await text('model-facts-denoise')).toMatch(/Topaz affine.*962 parameters.*31 × 31 px/);
      await at('apply-filter').click();
      await browser().until('it has denoised', async () => /affine/.test(await text('label-denoised')));
      await browser().drop(at('drop-zone'), [detector]);
      await browser().until('it picks', async () => /resnet8/.test(await chosen('pick')));
      // The larger a particle, the smaller the picture that is picked on, and the sooner a GPU of software is done.
      await at('diameter').fill('120');
      expect(await text('model-facts-pick')).toMatch(/Topaz resnet8.*329\u00a0k parameters.*71 × 71 px/);
      await at('pick').click();
      await at('task-pick').waitFor();
      await drawn();
      await browser().screenshot('models-5-topaz');
      expect(await page().getByRole('alert').count()).toBe(0);
    });
  },
  { width: 1280, height: 800 },
);
