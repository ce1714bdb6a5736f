/** Picking by hand as a user does it: painted, chosen, called, moved, filaments, copied to the next micrograph, exported. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { readStarPicks } from '../../src/formats/star/picks.ts';
import { fitView, toScreen } from '../../src/ui/viewer/transform.ts';
import { describeBrowser } from '../support/browser.ts';
import { type Place, User } from '../support/user.ts';

const [width, height] = [640, 520];
const diameterPx = 40;

async function noise(seed: number): Promise<Uint8Array> {
  const random = createRandom(seed);
  const sink = memorySink();
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  await writeMrc(sink, { width, height, pixelSizeAngstrom: 2 }, [data]);
  return sink.bytes();
}

describeBrowser('picking by hand', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-picking-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at, text } = user;

  const onScreen = async ({ x, y }: Place): Promise<Place> => {
    const box = await at('viewer').boundingBox();
    if (!box) throw new Error('The viewer is not visible.');
    return toScreen(fitView({ width, height }, box), box, { x: x + 0.5, y: y + 0.5 });
  };
  /** Presses at the first place, goes over the others, and lets go at the last. */
  const drag = async (places: readonly Place[], steps = 6): Promise<void> => {
    const { mouse } = browser().page;
    for (const [i, place] of places.entries()) {
      const to = await onScreen(place);
      await mouse.move(to.x, to.y, { steps: i === 0 ? 1 : steps });
      if (i === 0) await mouse.down();
    }
    await mouse.up();
  };
  const corners = (left: number, top: number, right: number, bottom: number): Place[] => [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
    { x: left, y: top + 2 },
  ];
  const count = async (): Promise<number> => (await user.number('pick-count')) || 0;
  const becomes = (what: string, probe: () => Promise<boolean>): Promise<void> => user.until(what, probe);

  test('a stroke, a lasso, a class, a move, a filament, the next micrograph and a file', async () => {
    const files = [join(folder, 'a.mrc'), join(folder, 'b.mrc')];
    for (const [i, file] of files.entries()) writeFileSync(file, await noise(i + 1));
    await user.arrive();
    await user.open(files);
    const { page } = browser();
    const { keyboard } = page;
    await user.fill('diameter', 2 * diameterPx);

    // Shift and a drag paint, a diameter apart; the same way again doubles nothing.
    await at('tool-add').click();
    const way = [
      { x: 60, y: 80 },
      { x: 380, y: 80 },
    ];
    await keyboard.down('Shift');
    await drag(way);
    await drag(way);
    await keyboard.up('Shift');
    await expect.poll(count).toBe(9);
    await user.clickOn({ width, height }, [
      { x: 100, y: 300 },
      { x: 200, y: 320 },
      { x: 300, y: 300 },
    ]);
    await expect.poll(count).toBe(12);

    // A lasso round three, Delete, and undo.
    await keyboard.press('5');
    await drag(corners(40, 50, 160, 110));
    await expect.poll(() => text('selection-count')).toBe('3 picks');
    await browser().screenshot('60-lasso');
    await keyboard.press('Delete');
    await expect.poll(count).toBe(9);
    await keyboard.press('Control+z');
    await expect.poll(count).toBe(12);

    // A rectangle round the three below: a second class, with a name.
    await keyboard.press('6');
    await drag([
      { x: 70, y: 260 },
      { x: 340, y: 360 },
    ]);
    await expect.poll(() => text('selection-count')).toBe('3 picks');
    await keyboard.press('Shift+2');
    await becomes('three are of the class', async () => (await text('class-count-2')) === '3');
    await user.fill('class-name-2', 'Ice crystal');
    await expect.poll(() => text('class-count-1')).toBe('9');

    // Dragging one of them moves all three; the arrows nudge them.
    await keyboard.press('7');
    await drag([
      { x: 200, y: 320 },
      { x: 200, y: 400 },
    ]);
    await at('viewer').locator('.surface').focus();
    await keyboard.press('Shift+ArrowRight');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowUp');
    // A key that is held is one step.
    await keyboard.down('ArrowDown');
    await keyboard.down('ArrowDown');
    await keyboard.up('ArrowDown');
    await keyboard.press('Control+z');

    // A filament by two clicks, and its end elsewhere.
    await keyboard.press('Escape');
    await keyboard.press('8');
    await user.clickOn({ width, height }, [
      { x: 420, y: 180 },
      { x: 560, y: 300 },
    ]);
    await expect.poll(() => at('filament').count()).toBe(1);
    await drag([
      { x: 560, y: 300 },
      { x: 560, y: 380 },
    ]);
    await browser().screenshot('61-classes-filament');
    const theme = page.getByRole('button', { name: 'Light or dark' });
    await theme.click();
    await at('shape-box').click();
    await browser().screenshot('62-classes-light-boxes');
    await theme.click();
    await at('shape-dot').click();
    await browser().screenshot('63-classes-dots');

    const archive = unzipSync(readFileSync(await user.save('export-picks', folder)));
    const star = (name: string) => new TextDecoder().decode(archive[name]);
    const picks = readStarPicks('a', star('a_autopick.star'));
    expect(picks.length).toBe(12);
    const crystals = picks.filter(({ className }) => className === 'Ice crystal');
    expect(crystals.length).toBe(3);
    const sorted = crystals.map(({ x, y }) => ({ x, y })).sort((a, b) => a.x - b.x);
    for (const [i, place] of [
      { x: 111, y: 379 },
      { x: 211, y: 399 },
      { x: 311, y: 379 },
    ].entries()) {
      expect(Math.abs((sorted[i]?.x ?? 0) - place.x)).toBeLessThan(2);
      expect(Math.abs((sorted[i]?.y ?? 0) - place.y)).toBeLessThan(2);
    }
    const ends = readStarPicks('a', star('a_helix_manualpick.star'));
    expect(ends.map(({ x, y }) => [Math.round(x / 10), Math.round(y / 10)])).toEqual([
      [42, 18],
      [56, 38],
    ]);
    expect(ends.map(({ tube }) => tube)).toEqual([1, 1]);

    // All of it on the next micrograph, as one step.
    await keyboard.press('Alt+n');
    // As many as on the one before, whose count stands there for a moment longer than its name.
    await user.isOpen('b.mrc', 12);
    await user.drawn();
    await expect.poll(count).toBe(12);
    await expect.poll(() => text('class-count-2')).toBe('3');
    await expect.poll(() => at('filament').count()).toBe(1);
    await keyboard.press('Control+z');
    await becomes('they are gone again', async () => (await count()) === 0);
  });
});
