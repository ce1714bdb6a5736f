/**
 * Coordinates from other programs and back, in a real browser: the wizard on boxes whose y is flipped, STAR files that
 * keep their columns, a file for every program read back with our readers, and files that are damaged or of another
 * micrograph. Screenshots go to test-results/screenshots; look at them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { memorySource } from '../../src/core/bytes.ts';
import { readCoordinates } from '../../src/dataset/coordinates/read.ts';
import { readPicksFile } from '../../src/dataset/picksFile.ts';
import { readStarDocument } from '../../src/formats/star/document.ts';
import { readStarPicks, type StarCoordinate } from '../../src/formats/star/picks.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { describeBrowser, type TestBrowser } from '../support/browser.ts';

const shared = resolve('../shared/data');
const apoferritin = join(shared, 'apoferritin');
const boxes = join(shared, 'coordinates/eman-box');
const galactosidase = 'Falcon_2012_06_12-15_17_31_0';
const micrograph = join(shared, `beta-galactosidase/full/${galactosidase}.mrc`);
const crYOLO = join(boxes, `crYOLO/${galactosidase}.box`);
const topazBoxes = join(boxes, `topaz/${galactosidase}.box`);
const otherBoxes = join(boxes, 'crYOLO/Falcon_2012_06_12-16_26_22_0.box');
const name = 'May08_03.05.02';
const picked = join(apoferritin, `${name}_avg.mrc`);
const star = join(apoferritin, `${name}.star`);
const cs = join(shared, 'coordinates/ours/apoferritin_picks.cs');
const index = join(shared, 'coordinates/ours/coordinate_files.star');
const named = ['May08_03.13.02', 'May08_03.15.02'].map((one) => join(apoferritin, `${one}.star`));

/** What the tests do with the page. */
function driver(browser: () => TestBrowser, folder: string) {
  const page = (): Page => browser().page;
  const at = (testid: string) => page().getByTestId(testid);
  const shown = async (): Promise<number> =>
    Number(((await at('pick-count').textContent()) ?? '').match(/\d+/)?.[0] ?? 0);
  const start = async (file: string): Promise<void> => {
    await page().addInitScript(() => {
      // Its dialog can't be driven here; without it the page downloads.
      Reflect.deleteProperty(window, 'showSaveFilePicker');
    });
    await browser().open();
    await browser().until('the GPU is ready', async () =>
      /swiftshader/i.test((await page().textContent('body')) ?? ''),
    );
    await browser().drop(at('drop-zone'), [file]);
    await isDrawn();
  };
  const isDrawn = async (): Promise<void> => {
    await at('pixel-size').waitFor();
    await browser().drawn();
  };
  const isAsked = async (): Promise<void> => {
    await at('import-wizard').getByTestId('import-accept').waitFor();
    await browser().until(
      'the pictures are drawn',
      async () => (await page().locator('.reading canvas[data-drawn="false"]').count()) === 0,
    );
  };
  const exportFor = async (program: string): Promise<string> => {
    await at('export-program').selectOption(program);
    const waiting = page().waitForEvent('download');
    await at('export-picks').click();
    const download = await waiting;
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  };
  const news = async (pattern: RegExp): Promise<void> =>
    browser().until(`a notice says ${pattern}`, async () =>
      (await at('notice').or(at('error')).allTextContents()).some((text) => pattern.test(text)),
    );
  return { page, at, shown, start, isDrawn, isAsked, exportFor, news };
}

describeBrowser(
  'boxes whose y is flipped',
  (browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-coordinates-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const { page, at, shown, start, isAsked, exportFor, news } = driver(browser, folder);

    test('are laid on the micrograph in all ways, and the right one is proposed', async () => {
      await start(micrograph);
      await browser().drop(at('drop-zone'), [crYOLO]);
      await isAsked();
      const best = at('reading-0');
      expect(await best.getAttribute('data-reading')).toBe('flip corner bin1 pixel');
      expect(await best.getByTestId('reading-score').textContent()).toMatch(/^fits well, \d+\.\d/);
      expect(await best.locator('input').isChecked()).toBe(true);
      expect(await at('reading-1').getByTestId('reading-score').textContent()).toMatch(/^does not fit/);
      expect(await at('import-verdict').textContent()).toContain('y counted from the last row');
      await browser().screenshot('20-wizard');
      await expectAccessible(page(), 'the import');
      // The pictures differ from each other: the circles lie elsewhere.
      const [first, second] = await page()
        .locator('.reading canvas')
        .evaluateAll((all) => all.map((one) => (one instanceof HTMLCanvasElement ? one.toDataURL() : '')));
      expect(first).not.toBe(second);
      expect(first?.length).toBeGreaterThan(5000);
    });

    test('can be chosen among with the keyboard, and set by hand', async () => {
      await page().keyboard.press('ArrowRight');
      expect(await at('reading-1').locator('input').isChecked()).toBe(true);
      await page().keyboard.press('ArrowLeft');
      await at('reading-binning').fill('0.5');
      await at('reading-binning').press('Tab');
      await at('import-wizard').getByText('yours').waitFor();
      expect(await at('reading-0').getAttribute('data-reading')).toBe('flip corner bin0.5 pixel');
      expect(await at('reading-0').getByTestId('reading-score').textContent()).toMatch(/^does not fit/);
      await at('wizard-whole').click();
      await isAsked();
      await browser().screenshot('21-wizard-by-hand');
      await page().keyboard.press('Escape');
      await browser().until('the dialog is gone', async () => !(await at('import-wizard').isVisible()));
      await expect.poll(shown).toBe(0);
    });

    test('lie right after the choice, and the diameter is that of the boxes', async () => {
      await at('picks-input').setInputFiles(crYOLO);
      await isAsked();
      await page().keyboard.press('Enter');
      await browser().until('the picks are imported', async () => (await shown()) === 627);
      expect(await at('diameter').inputValue()).toBe('212');
      const exported = await exportFor('csv');
      const ours = await readPicksFile(await sourceOf(exported), 'any');
      const file = await readCoordinates(await sourceOf(crYOLO));
      const expected = file.micrographs[0]?.coordinates.map(({ x, y }) => ({ x, y: 4095 - y })) ?? [];
      expect(ours.map(({ x, y }) => ({ x, y }))).toEqual(expected);
      const truth = await readPicksFile(await sourceOf(micrograph.replace('.mrc', '.star')), 'any');
      const near = truth.filter((one) => ours.some(({ x, y }) => Math.hypot(x - one.x, y - one.y) < 40));
      // As the data's description says: 88 to 95 % of the truth.
      expect(near.length / truth.length).toBeGreaterThan(0.85);
    });

    test('are read the same way again without a question, and undo takes them back', async () => {
      await at('undo').click();
      await expect.poll(shown).toBe(0);
      await at('picks-input').setInputFiles(topazBoxes);
      await browser().until('other picks are imported', async () => (await shown()) > 0);
      await expect.poll(shown).not.toBe(627);
      expect(await at('import-wizard').isVisible()).toBe(false);
      await news(/picks were imported from .*read as: corner of the box, y counted from the last row/);
      await at('undo').click();
      await expect.poll(shown).toBe(0);
    });

    test('of another micrograph fit in no way, and cancelling imports nothing', async () => {
      await at('picks-input').setInputFiles(otherBoxes);
      await isAsked();
      expect(await at('import-verdict').textContent()).toMatch(/^No reading fits the picture/);
      await browser().screenshot('22-wizard-other-micrograph');
      await at('import-cancel').click();
      await browser().until('the dialog is gone', async () => !(await at('import-wizard').isVisible()));
      await expect.poll(shown).toBe(0);
    });
  },
  { width: 1440, height: 900, needs: [micrograph, crYOLO, topazBoxes, otherBoxes] },
);

describeBrowser(
  'STAR files and other programs',
  (browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-coordinates-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const { page, at, shown, start, isDrawn, isAsked, exportFor, news } = driver(browser, folder);
    const lab = join(folder, 'lab_particles.star');
    let truth: StarCoordinate[] = [];

    /** As a lab has them: particles of two micrographs, with optics and columns of its own. */
    const labText = (): string => {
      const columns = ['rlnCoordinateX', 'rlnCoordinateY', 'rlnAutopickFigureOfMerit', 'rlnMicrographName'];
      const rows = truth.map(({ x, y }, i) => `${x} ${y} ${(0.5 + i / 1000).toFixed(6)} M/${name}_avg.mrc`);
      const others = ['10 20 0.9 M/other.mrc', '30 40 0.8 M/other.mrc'];
      const all = [...rows, ...others].map((row, i) => `${row} grid-${i} ${i}.5`);
      return `# of the lab\n\ndata_optics\n\nloop_\n_rlnOpticsGroup #1\n_rlnVoltage #2\n1 300\n\ndata_particles\n\nloop_\n${[...columns, 'labGrid', 'labDose'].map((label, i) => `_${label} #${i + 1}`).join('\n')}\n${all.join('\n')}\n\n`;
    };

    test('a STAR file with columns of its own comes in without a question', async () => {
      truth = readStarPicks('truth', readFileSync(star, 'utf8'));
      writeFileSync(lab, labText());
      await start(picked);
      await at('picks-input').setInputFiles(lab);
      await browser().until('the picks are imported', async () => (await shown()) === truth.length);
      expect(await at('import-wizard').isVisible()).toBe(false);
      expect(await page().locator('.star-columns').textContent()).toContain(
        'with the columns of lab_particles.star',
      );
    });

    test('it is written back as it was where nothing has changed, also after a reload', async () => {
      expect(readFileSync(await exportFor('relion'), 'utf8')).toBe(labText());
      await browser().screenshot('23-star-columns');
      await browser().comeBack([picked]);
      await isDrawn();
      await expect.poll(shown).toBe(truth.length);
      expect(readFileSync(await exportFor('relion'), 'utf8')).toBe(labText());
    });

    test('an erased and an added particle are all that differs', async () => {
      const viewer = await at('viewer').boundingBox();
      if (!viewer) throw new Error('The viewer is not visible.');
      const middle = { x: viewer.x + viewer.width / 2, y: viewer.y + viewer.height / 2 };
      await at('tool-erase').click();
      await page().mouse.move(middle.x, middle.y);
      await page().mouse.down();
      await page().mouse.move(middle.x + 60, middle.y, { steps: 8 });
      await page().mouse.up();
      await browser().settled();
      const left = await shown();
      expect(left).toBeLessThan(truth.length);
      expect(left).toBeGreaterThan(truth.length - 20);
      await at('tool-add').click();
      await page().mouse.click(middle.x, middle.y);
      await expect.poll(shown).toBe(left + 1);
      const text = readFileSync(await exportFor('relion'), 'utf8');
      const before = labText().split('\n');
      const after = text.split('\n');
      const fresh = after.filter((line) => !before.includes(line));
      // One new line; what is gone are rows of this micrograph.
      expect(fresh).toHaveLength(1);
      expect(fresh[0]).toContain(`M/${name}_avg.mrc`);
      const gone = before.filter((line) => !after.includes(line));
      expect(gone).toHaveLength(truth.length - left);
      const document = readStarDocument('back', text);
      expect(document.blocks.map((block) => block.name)).toEqual(['optics', 'particles']);
      expect(document.blocks[1]?.loops[0]?.columns.slice(-2)).toEqual(['labGrid', 'labDose']);
      expect(text).toContain('10 20 0.9 M/other.mrc grid-');
      await at('keep-columns').uncheck();
      const plain = await exportFor('relion');
      expect(basename(plain)).toBe(`${name}_avg_autopick.star`);
      expect(readFileSync(plain, 'utf8')).not.toContain('labGrid');
      await at('tool-pan').click();
    });

    test('each program gets files that say the same places, and is told what to do', async () => {
      const expected = await readPicksFile(await sourceOf(await exportFor('csv')), name);
      const size = { width: 1240, height: 1200 };
      const first: Readonly<Record<string, RegExp>> = {
        cryosparc: /^Unpack .*_cryosparc\.zip: .* In cryoSPARC, run Import Particle Stack/,
        eman2: /^Unpack .*In the EMAN2 project/,
        cryolo: /^Unpack .*train_annot_folder/,
        topaz: /^Run "topaz train/,
        relion: /^Put .* In RELION/,
      };
      for (const [program, instruction] of Object.entries(first)) {
        const path = await exportFor(program);
        for (const [file, bytes] of Object.entries(filesOf(path))) {
          if (file.endsWith('.csg')) continue;
          const back = await readPicksFile(memorySource(file, bytes), `${name}_avg.mrc`, { size });
          expect([file, back.length]).toEqual([file, expected.length]);
          for (const [i, one] of back.entries()) {
            const off = Math.hypot(one.x - (expected[i]?.x ?? 0), one.y - (expected[i]?.y ?? 0));
            expect(off).toBeLessThan(0.75);
          }
        }
        await at('export-instruction').waitFor();
        expect(await at('export-instruction').textContent()).toMatch(instruction);
        expect(await at('export-written').textContent()).toContain(
          `${expected.length} picks were written to`,
        );
      }
      await browser().screenshot('24-exported');
      await expectAccessible(page(), 'what was exported');
      await at('dismiss-written').click();
      expect(await at('export-written').count()).toBe(0);
      await browser().comeBack([picked]);
      await isDrawn();
      expect(await at('export-program').inputValue()).toBe('relion');
    });

    test('cryoSPARC picks fit as cryoSPARC means them', async () => {
      await at('clear-picks').click();
      await expect.poll(shown).toBe(0);
      await at('picks-input').setInputFiles(cs);
      await isAsked();
      expect(await at('reading-0').getAttribute('data-reading')).toBe('straight centre bin1 pixel');
      expect(await at('import-verdict').textContent()).toMatch(
        /^The picks stand out as cryoSPARC means them/,
      );
      await at('import-accept').click();
      await browser().until('the picks are imported', async () => (await shown()) === truth.length);
    });

    test('an index finds its files among those it came with', async () => {
      await at('clear-picks').click();
      await expect.poll(shown).toBe(0);
      const first = join(folder, 'renamed.star');
      writeFileSync(first, readFileSync(star));
      const ownIndex = join(folder, 'autopick.star');
      writeFileSync(ownIndex, readFileSync(index, 'utf8').replaceAll(`${name}.star`, 'renamed.star'));
      await at('picks-input').setInputFiles([ownIndex, first, ...named]);
      await browser().until('the picks are imported', async () => (await shown()) === truth.length);
      await news(/picks were imported from autopick\.star/);
    });

    test('a damaged file gets one sentence, and the picks stay', async () => {
      const cut = join(folder, 'cut.cs');
      writeFileSync(cut, readFileSync(cs).subarray(0, 3000));
      await at('picks-input').setInputFiles(cut);
      await news(/^cut\.cs /);
      const far = join(folder, 'far.star');
      writeFileSync(
        far,
        labText()
          .replaceAll(/^(\d+) (\d+)/gm, '9$1 9$2')
          .replaceAll(`M/${name}_avg`, 'M/a'),
      );
      await at('picks-input').setInputFiles(far);
      await news(/^far\.star holds particles of 2 micrographs/);
      await expect.poll(shown).toBe(truth.length);
      expect(await at('import-wizard').isVisible()).toBe(false);
    });
  },
  { width: 1280, height: 800, colorScheme: 'light', needs: [picked, star, cs, index, ...named] },
);

function filesOf(path: string): Record<string, Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(readFileSync(path));
  const files = path.endsWith('.zip') ? unzipSync(bytes) : { [basename(path)]: bytes };
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [file, new Uint8Array(content)]));
}

async function sourceOf(path: string) {
  return memorySource(basename(path), new Uint8Array(readFileSync(path)));
}
