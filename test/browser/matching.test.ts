/** Matching and consensus as a user meets them: a reference opened, seen, searched for; what two methods agree on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { parseStar } from '../../src/formats/star/parse.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const [width, height] = [420, 380];
const pixelSizeAngstrom = 2;
const diameterPx = 40;

/** A dumbbell about (0, 0), turned; 1 at its heads. */
function dumbbell(x: number, y: number, angle: number): number {
  const [u, v] = [x * Math.cos(angle) + y * Math.sin(angle), y * Math.cos(angle) - x * Math.sin(angle)];
  const head = (at: number, size: number): number => Math.exp(-((u - at) ** 2 + v * v) / (2 * size ** 2));
  return head(-11, 4.5) + 0.8 * head(11, 3.5);
}

async function mrcOf(size: number, rows: number, data: Float32Array<ArrayBuffer>) {
  const sink = memorySink();
  await writeMrc(sink, { width: size, height: rows, pixelSizeAngstrom }, [data]);
  return sink.bytes();
}

describeBrowser('matching and consensus', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-matching-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (testid: string) => browser().page.getByTestId(testid);

  test('finds turned particles like the reference; what it and LoG agree on', async () => {
    const random = createRandom(5);
    const data = Float32Array.from({ length: width * height }, () => random.normal());
    let particles = 0;
    for (let row = 0; row < 5; row++) {
      for (let column = 0; column < 6; column++, particles++) {
        const [cx, cy] = [40 + 67 * column + random.between(0, 8), 38 + 70 * row + random.between(0, 8)];
        const angle = random.between(0, 2 * Math.PI);
        for (let y = Math.ceil(cy - 26); y < cy + 26; y++) {
          for (let x = Math.ceil(cx - 26); x < cx + 26; x++) {
            if (x < 0 || y < 0 || x >= width || y >= height) continue;
            const pixel = y * width + x;
            data[pixel] = (data[pixel] ?? 0) - 1.6 * dumbbell(x - cx, y - cy, angle);
          }
        }
      }
    }
    const side = 64;
    const average = Float32Array.from({ length: side * side }, (_, i) =>
      dumbbell((i % side) - side / 2, Math.floor(i / side) - side / 2, 0.3),
    );
    const [picture, reference] = [join(folder, 'dumbbells.mrc'), join(folder, 'averages.mrcs')];
    writeFileSync(picture, await mrcOf(width, height, data));
    writeFileSync(reference, await mrcOf(side, side, average));

    await browser().open();
    await browser().drop(at('drop-zone'), [picture]);
    await at('pixel-size').waitFor();
    await at('diameter').fill(String(diameterPx * pixelSizeAngstrom));
    await at('diameter').press('Tab');
    await at('method-matching').click();
    expect(await at('matching-hint').textContent()).toContain('Class averages');
    // Dropped on the panel it is a reference, not a micrograph.
    await browser().drop(at('matching'), [reference]);
    await at('matching-reference').waitFor();
    await at('angular-step').fill('30');
    await at('angular-step').press('Tab');
    await browser().until('the references are seen', async () =>
      ((await at('matching-preview').textContent()) ?? '').includes('12 with all turns'),
    );
    const shown = async (): Promise<number> =>
      Number((await at('pick-count').textContent())?.match(/\d+/)?.[0] ?? 0);
    await at('pick').click();
    await browser().until('about all are found', async () => Math.abs((await shown()) - particles) <= 4);
    await browser().screenshot('matching');

    await at('method-log').click();
    await at('pick').click();
    await at('method-consensus').click();
    await at('consensus-log').waitFor();
    await at('consensus-matching').waitFor();
    await at('pick').click();
    // Ranks are above 0 and at most 1; deviations and responses are more.
    await browser().until('about all that both have found is combined', async () => {
      const threshold = Number((await at('threshold-value').inputValue()) || Number.NaN);
      return threshold > 0 && threshold <= 1 && Math.abs((await shown()) - particles) <= 6;
    });
    await browser().screenshot('consensus');
  });

  test('is what a batch picks by, and classes, angles and filaments by hand go into its export', async () => {
    const { page } = browser();
    const user = new User(browser, 60_000);
    // The browser's own dialog can't be driven: a download comes instead.
    await page.evaluate(() => {
      for (const dialog of ['showDirectoryPicker', 'showSaveFilePicker'])
        Reflect.deleteProperty(window, dialog);
    });
    await page.keyboard.press('8');
    await user.clickOn({ width, height }, [
      { x: 100, y: 190 },
      { x: 300, y: 200 },
    ]);
    await expect.poll(() => at('filament').count()).toBe(1);
    await page.keyboard.press('Shift+B');
    await at('batch-method').selectOption('matching');
    await browser().until('the references are named', async () =>
      ((await at('batch-references').textContent()) ?? '').includes('averages.mrcs, every 30°'),
    );
    await at('batch-start').click();
    await browser().until(
      'it is done',
      async () => (await at('batch-row').first().getAttribute('data-state')) === 'done',
    );
    const files = unzipSync(readFileSync(await user.save('batch-export', folder)));
    const text = (name: string): string => new TextDecoder().decode(files[name]);
    const [table] = parseStar('a', text('AutoPick/cryolite/dumbbells_autopick.star'))[0]?.loops ?? [];
    const column = (label: string): number[] =>
      (table?.rows ?? []).map((row) => Number(row[table?.columns.indexOf(label) ?? -1]));
    expect(column('rlnClassNumber').length).toBeGreaterThan(20);
    expect(new Set(column('rlnClassNumber'))).toEqual(new Set([1]));
    // All turns are among them.
    expect(new Set(column('rlnAnglePsi').map((psi) => Math.round(psi / 30))).size).toBeGreaterThan(5);
    const ends = readStarPicks('a', text('ManualPick/cryolite_helices/dumbbells_manualpick.star'));
    expect(ends.map(({ tube }) => tube)).toEqual([1, 1]);
    expect(ends.map(({ x, y }) => [Math.round(x / 10), Math.round(y / 10)])).toEqual([
      [10, 19],
      [30, 20],
    ]);
  });
});
