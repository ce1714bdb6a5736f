/**
 * The whole job as a biologist does it: fifty clicks, a training, a threshold, junk thrown out of the gallery, and a stack of
 * particles that RELION reads. The truth is known, so every step is judged by it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySource } from '../../src/core/bytes.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { tileGeometry, tileRect } from '../../src/ui/panels/galleryGeometry.ts';
import { describeBrowser } from '../support/browser.ts';
import { type Place, User } from '../support/user.ts';
import { diameterAngstrom, diameterPx, particlesInNoise, smallPicker, writeField } from './trainingFiles.ts';

const hasRelion = spawnSync('relion_stack_create', ['--version']).error === undefined;
if (!hasRelion)
  console.warn('RELION does not read the page’s stack here: relion_stack_create is not installed.');

/** A particle is found where a pick is within a quarter of its diameter. */
const isNear = (places: readonly Place[], { x, y }: Place): boolean =>
  places.some((place) => Math.hypot(place.x - x, place.y - y) < diameterPx / 4);

describeBrowser(
  'the whole job',
  (browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-whole-job-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const field = particlesInNoise(10, 8, 21, 8);
    const clicked = field.centres.filter((_, i) => i % 7 < 5);
    const user = new User(browser, 120_000);
    const { at, number, text, until } = user;
    const exported = async (): Promise<readonly Place[]> =>
      readStarPicks('export', readFileSync(await user.save('export-picks', folder), 'utf8'));
    const file = join(folder, 'field.mrc');
    const network = join(folder, 'small.safetensors');
    beforeAll(async () => {
      await writeField(file, field);
      writeFileSync(network, smallPicker());
    });

    test('fifty clicks', async () => {
      expect(clicked).toHaveLength(50);
      await user.arrive();
      await user.open([file]);
      await user.fill('diameter', diameterAngstrom);
      await at('model-input-pick').setInputFiles(network);
      await at('model-facts-pick').waitFor();
      await user.page.keyboard.press('c');
      await user.clickOn(field, clicked);
      await until('they are counted', async () => (await text('train-labels')) === '50 picks');
      await expect.poll(() => number('pick-count')).toBe(50);
      await browser().screenshot('whole-1-clicks');
    });

    test('a training finds the others', async () => {
      await at('train-options').click();
      await at('train-start').selectOption('chosen');
      await at('train-steps').fill('6');
      await at('train-steps').press('Escape');
      // Started by its key with the panel scrolled to its top: what is said of it comes into sight, and stays there.
      await at('pixel-size').scrollIntoViewIfNeeded();
      expect(await user.isInSight('train')).toBe(false);
      await user.page.keyboard.press('t');
      await until('it is seen', () => user.isInSight('train-progress'));
      await until('it has finished', async () => (await at('review-begin').count()) === 1);
      await user.drawn();
      expect(await user.isInSight('train-progress')).toBe(true);
      expect(await user.isInSight('review-begin')).toBe(true);
      expect(await text('train-judgement')).toMatch(/^Held-out: finds/);
      const found = (await exported()).filter((pick) => !isNear(clicked, pick));
      const right = found.filter((pick) => isNear(field.centres, pick));
      const others = field.centres.length - clicked.length;
      expect(right.length).toBeGreaterThan(0.8 * others);
      // With six steps it still takes specks for particles: the gallery is there for that.
      expect(found.length - right.length).toBeLessThan(1.5 * field.junk.length);
      await browser().screenshot('whole-2-trained');
    });

    test('the threshold is set by the picks by hand', async () => {
      await at('judge-by-hand').click();
      await at('evaluation-scores').waitFor();
      await at('target-recall').click();
      await at('target-value').fill('90');
      await at('target-apply').click();
      await at('target-said').waitFor();
      const words = (await text('target-said')).replaceAll('\u00a0', ' ');
      expect(words).toMatch(/^Recall 90 % or more at score ≥ .* by 50 labelled particles/);
      const threshold = Number(/≥ ([\d.]+)/.exec(words)?.[1]);
      expect(Number(await at('threshold-value').inputValue())).toBeCloseTo(threshold, 3);
      expect(threshold).toBeGreaterThan(0);
      // More than that: what is junk among it goes by eye.
      await user.fill('threshold-value', 0.1);
    });

    test('junk is thrown out of the gallery, comes back, and goes', async () => {
      const all = await exported();
      const found = all.filter((pick) => !isNear(clicked, pick)).length;
      await at('pick-count').click();
      await user.page.keyboard.press('Shift+C');
      await at('gallery-tall').click();
      // The worst come first: that is where junk is looked for.
      await at('gallery-direction').click();
      const grid = at('gallery-grid');
      await grid.focus();
      const words: string[] = [];
      for (let i = 0; i < found; i++) {
        await user.page.keyboard.press(i === 0 ? 'Home' : 'ArrowRight');
        words.push((await grid.locator('[role="option"]').first().textContent()) ?? '');
      }
      await browser().screenshot('whole-3-gallery');
      const junk = words.flatMap((one, i) => {
        const [x = 0, y = 0] = /column (\d+), row (\d+)/.exec(one)?.slice(1).map(Number) ?? [];
        return isNear(field.centres, { x, y }) ? [] : [i];
      });
      const box = await grid.boundingBox();
      if (!box) throw new Error('The gallery is not visible.');
      const size = Number(await at('gallery-size').inputValue());
      const geometry = tileGeometry(all.length, size, await grid.evaluate((one) => one.clientWidth));
      for (const [n, index] of junk.entries()) {
        const tile = tileRect(geometry, index);
        const middle = { x: box.x + tile.x + tile.width / 2, y: box.y + tile.y + tile.height / 2 };
        if (n > 0) await user.page.keyboard.down('Control');
        await user.page.mouse.click(middle.x, middle.y);
        await user.page.keyboard.up('Control');
      }
      expect(junk.length).toBeGreaterThan(0);
      await expect.poll(() => number('gallery-selected')).toBe(junk.length);
      await browser().screenshot('whole-4-junk');
      await at('gallery-throw').click();
      await until('it is gone', async () => (await number('gallery-kept')) === all.length - junk.length);
      await user.page.keyboard.press('Control+z');
      await until('it is back', async () => (await number('gallery-kept')) === all.length);
      await user.page.keyboard.press('Control+Shift+z');
      await until(
        'it is gone again',
        async () => (await number('gallery-kept')) === all.length - junk.length,
      );
      await user.page.keyboard.press('Shift+C');
    });

    test('the rest becomes a stack with a particle in every box, which RELION reads', async () => {
      const kept = await exported();
      await user.page.keyboard.press('Shift+E');
      await user.fill('extract-bin', 24);
      const archive = await user.save('extract-run', folder);
      const made = unzipSync(new Uint8Array(readFileSync(archive)));
      expect(Object.keys(made)).toEqual(['field.mrcs', 'particles.star']);
      const project = join(folder, 'project');
      mkdirSync(project);
      for (const [name, bytes] of Object.entries(made)) writeFileSync(join(project, name), bytes);
      const star = readStarPicks('particles.star', readFileSync(join(project, 'particles.star'), 'utf8'));
      const right = star.filter((pick) => isNear(field.centres, pick));
      expect(star).toHaveLength(kept.length);
      expect(right.length).toBeGreaterThan(0.95 * star.length);
      expect(right.length).toBeGreaterThan(0.9 * field.centres.length);

      const stack = await openMicrograph(
        memorySource('field.mrcs', new Uint8Array(readFileSync(join(project, 'field.mrcs')))),
      );
      expect([stack.width, stack.height, stack.frames]).toEqual([24, 24, star.length]);
      const brighter: number[] = [];
      for (let box = 0; box < stack.frames; box++) brighter.push(middleOf(await stack.readRows(box, 0, 24)));
      // Inverted and normalised: half a deviation of the background is a particle beyond doubt.
      expect(brighter.filter((one) => one > 0.5).length).toBeGreaterThan(0.95 * star.length);

      if (!hasRelion) return;
      const args = ['--i', 'particles.star', '--o', 'again'];
      expect(spawnSync('relion_stack_create', args, { cwd: project }).status).toBe(0);
      const again = readFileSync(join(project, 'again.mrcs'));
      // The pixels, behind headers that differ.
      expect(again.subarray(1024).equals(Buffer.from(made['field.mrcs'] ?? []).subarray(1024))).toBe(true);
    });
  },
  { width: 1280, height: 900 },
);

/** How much brighter a box is in its middle than at its border, where there is no particle. */
function middleOf(box: Float32Array): number {
  const side = Math.sqrt(box.length);
  const [inner, outer] = [[] as number[], [] as number[]];
  box.forEach((value, i) => {
    const radius = Math.hypot((i % side) - side / 2, Math.floor(i / side) - side / 2);
    if (radius < side / 8) inner.push(value);
    else if (radius > (3 * side) / 8) outer.push(value);
  });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return mean(inner) - mean(outer);
}
