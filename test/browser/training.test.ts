/** Training in the tab as a user meets it: some clicks, Train, Stop, Continue, Undo, yes and no, and a file for the terminal. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { conv, leakyRelu, pool } from '../../src/nn/build.ts';
import type { Graph } from '../../src/nn/layers.ts';
import { openModel } from '../../src/pipelines/models/open.ts';
import { pickerOf } from '../../src/pipelines/picking/model.ts';
import { blankNetwork } from '../../src/pipelines/training/initial.ts';
import { pickerModelBytes } from '../../src/pipelines/training/modelFile.ts';
import { fitView, toScreen } from '../../src/ui/viewer/transform.ts';
import { describeBrowser } from '../support/browser.ts';
import { randomTensors } from '../unit/nn/train/graphs.ts';

const [width, height] = [512, 448];
const pixelSizeAngstrom = 2;
const diameterPx = 40;

/** Faint dark discs in noise. */
function discs(seed: number) {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  const centres: { x: number; y: number }[] = [];
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 7; column++) {
      const centre = {
        x: 34 + 70 * column + random.between(0, 14),
        y: 32 + 70 * row + random.between(0, 14),
      };
      centres.push(centre);
      for (let y = Math.ceil(centre.y - 20); y < centre.y + 20; y++) {
        for (let x = Math.ceil(centre.x - 20); x < centre.x + 20; x++) {
          if (x < 0 || y < 0 || x >= width || y >= height) continue;
          const radius = Math.hypot(x - centre.x, y - centre.y);
          if (radius < 18) data[y * width + x] = (data[y * width + x] ?? 0) - 0.6;
        }
      }
    }
  }
  return { data, centres };
}

/** Of few channels, so that a software GPU is soon done; it knows nothing yet. */
function smallNetwork(): Uint8Array<ArrayBuffer> {
  const graph: Graph = {
    name: 'small',
    channels: 1,
    layers: [
      conv('a', 'input', 1, 3, 3, { padding: 'same', activation: leakyRelu(0.1) }),
      pool('maxPool', 'half', 'a', 2),
      conv('logit', 'half', 3, 1, 3, { padding: 'same' }),
    ],
  };
  const picker = {
    network: blankNetwork(graph, randomTensors(graph, 1), 1),
    settings: { workingDiameterPx: 24, highpassDiameters: 4, clip: 6 },
    separationDiameters: 0.5,
    threshold: 0.5,
  };
  return pickerModelBytes('small', picker, {
    program: '',
    seed: 0,
    steps: 0,
    labels: 0,
    micrographs: [],
    startedFrom: undefined,
    labelsHash: '',
    diameterAngstrom: diameterPx * pixelSizeAngstrom,
  });
}

describeBrowser(
  'training in the tab',
  (browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-training-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const page = () => browser().page;
    const at = (testid: string) => page().getByTestId(testid);
    const text = async (testid: string): Promise<string> => (await at(testid).textContent()) ?? '';
    const network = join(folder, 'small.safetensors');
    writeFileSync(network, smallNetwork());
    const micrographs = ['one.mrc', 'two.mrc'].map((name, i) => ({
      path: join(folder, name),
      ...discs(i + 3),
    }));
    const isIdle = async (): Promise<boolean> => (await at('cancel').count()) === 0;
    const until = (what: string, probe: () => Promise<boolean>) => browser().until(what, probe, 120_000);
    const drawn = () =>
      until('everything is drawn', async () => {
        return (await at('viewer').getAttribute('data-pending-tiles')) === '0' && (await isIdle());
      });
    const chosen = (): Promise<string> =>
      at('model-pick').evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text ?? '');
    const clickParticles = async (centres: readonly { x: number; y: number }[]): Promise<void> => {
      const box = await at('viewer').boundingBox();
      if (!box) throw new Error('The viewer is not visible.');
      const pane = { x: box.x, y: box.y, width: box.width, height: box.height };
      for (const { x, y } of centres) {
        const on = toScreen(fitView({ width, height }, pane), pane, { x: x + 0.5, y: y + 0.5 });
        await page().mouse.click(on.x, on.y);
      }
    };
    const saved = async (button: string, name: string): Promise<string> => {
      const waiting = page().waitForEvent('download');
      await at(button).click();
      const path = join(folder, name);
      await (await waiting).saveAs(path);
      return path;
    };
    const shownPicks = async (): Promise<number> =>
      Number((await text('pick-count')).match(/^\d+/)?.[0] ?? 0);

    test('clicks on two micrographs are counted', async () => {
      for (const { path, data } of micrographs) {
        const sink = memorySink();
        await writeMrc(sink, { width, height, pixelSizeAngstrom }, [data]);
        writeFileSync(path, sink.bytes());
      }
      // While a software GPU trains, the page answers slowly.
      page().setDefaultTimeout(120_000);
      await page().addInitScript(() => {
        // Its dialog can't be driven here; without it the page downloads.
        Reflect.deleteProperty(window, 'showSaveFilePicker');
      });
      await browser().open();
      await browser().drop(
        at('drop-zone'),
        micrographs.map(({ path }) => path),
      );
      await at('pixel-size').waitFor();
      await drawn();
      await at('diameter').fill(String(diameterPx * pixelSizeAngstrom));
      await at('diameter').press('Tab');
      await at('model-input-pick').setInputFiles(network);
      await at('model-facts-pick').waitFor();
      await page().keyboard.press('a');
      await clickParticles(micrographs[0]?.centres.filter((_, i) => i % 4 === 0) ?? []);
      await until('the clicks are counted', async () => /^11 picks$/.test(await text('train-labels')));
      await page().keyboard.press('n');
      await until('the other is open', async () => /^two\.mrc/.test(await page().title()));
      await drawn();
      await clickParticles(micrographs[1]?.centres.slice(0, 3) ?? []);
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
      await page().keyboard.press('t');
      await until('it has stopped', async () => (await at('train-continue').count()) === 1);
      expect(await text('train-progress')).toMatch(/^Not finished: step \d+ of 24, on 14 picks\.$/);
      await drawn();
      expect(await chosen()).toMatch(/^Trained on 14 picks, \d\d:\d\d$/);
      await browser().screenshot('training-1-stopped');
    });

    test('after a reload it can go on', async () => {
      await page().waitForTimeout(1500);
      await page().reload();
      await until('the page is there', async () => (await at('open-files').count()) > 0);
      if ((await at('pixel-size').count()) === 0) {
        await browser().drop(
          at('drop-zone'),
          micrographs.map(({ path }) => path),
        );
      }
      await at('train-continue').waitFor();
      await drawn();
      await until(
        'all picks are back',
        async () => (await text('train-labels')) === '14 picks on 2 micrographs',
      );
      await page().keyboard.press('c');
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
        if (key === 'y') await browser().screenshot('training-3-question');
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
      const file = await saved('train-save', 'mine.safetensors');
      const picker = pickerOf(await openModel('mine', new Uint8Array(readFileSync(file))));
      expect(picker.kind).toBe('working-scale');
      await at('export-program').selectOption('relion');
      const star = readFileSync(await saved('export-picks', 'picks.star'), 'utf8');
      expect(star).toMatch(/weights Trained on 14 picks, \d\d:\d\d, SHA-256 [0-9a-f]{64}/);
      const picks = readStarPicks('export', star);
      const all = micrographs.map(
        ({ centres }) =>
          centres.filter((centre) =>
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
