/** The power spectrum over the viewer, as a user reads it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const side = 512;
const pixelSizeAngstrom = 1.5;
/** A wave of 10 Å, 30° from the x axis towards the top; row 0 is drawn at the top. */
const wave = { angstrom: 10, degrees: 30 };

function waves(): Float32Array<ArrayBuffer> {
  const random = createRandom(4);
  const k = (2 * Math.PI * pixelSizeAngstrom) / wave.angstrom;
  const angle = (wave.degrees * Math.PI) / 180;
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    return random.normal() + 0.6 * Math.cos(k * (x * Math.cos(angle) - y * Math.sin(angle)));
  });
}

describeBrowser('the power spectrum', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-spectrum-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at, text, until } = user;

  test('of a wave of 10 Å has its peak there, whole and under the cursor', async () => {
    const sink = memorySink();
    await writeMrc(sink, { width: side, height: side, pixelSizeAngstrom }, [waves()]);
    const file = join(folder, 'wave.mrc');
    writeFileSync(file, sink.bytes());
    await user.arrive();
    await user.open([file]);
    const { page } = user;
    await page.keyboard.press('Shift+F');
    await at('spectrum-plot').waitFor();
    expect(await text('spectrum-readout')).toBe('Nyquist 3.00 Å');

    /** The brightest sample of the upper half, as parts of the side from the middle. */
    const peak = (): Promise<{ x: number; y: number }> =>
      at('spectrum-plot').evaluate((plot) => {
        const canvas = plot.querySelector('canvas');
        const context = canvas?.getContext('2d');
        if (!canvas || !context) throw new Error('There is no spectrum.');
        const { width } = canvas;
        const { data } = context.getImageData(0, 0, width, width);
        // Noise is as bright here and there, but not over 3 × 3 samples.
        const around = (column: number, row: number): number =>
          [-1, 0, 1]
            .flatMap((dy) => [-1, 0, 1].map((dx) => data[4 * ((row + dy) * width + column + dx)] ?? 0))
            .reduce((sum, value) => sum + value);
        let [best, x, y] = [0, 0, 0];
        for (let row = 1; row < width / 2 - 8; row++) {
          for (let column = 1; column < width - 1; column++) {
            const value = around(column, row);
            if (value > best) [best, x, y] = [value, column, row];
          }
        }
        return { x: x / width - 0.5, y: y / width - 0.5 };
      });
    /** Points at the place where the wave has to be; what is read there. */
    const readAtWave = async (): Promise<{ readonly words: string; readonly off: number }> => {
      const box = await at('spectrum-plot').boundingBox();
      const edge = Number(await at('spectrum-plot').getAttribute('data-edge'));
      if (!box) throw new Error('The spectrum is not visible.');
      const found = await peak();
      const radius = pixelSizeAngstrom / wave.angstrom;
      const angle = (wave.degrees * Math.PI) / 180;
      const expected = { x: radius * Math.cos(angle), y: -radius * Math.sin(angle) };
      const on = (part: number): number => (part + 0.5 + 0.5 / edge) * box.width;
      await page.mouse.move(box.x + on(found.x), box.y + on(found.y));
      return {
        words: await text('spectrum-readout'),
        off: edge * Math.hypot(found.x - expected.x, found.y - expected.y),
      };
    };
    const whole = await readAtWave();
    expect(whole.off).toBeLessThan(1.5);
    expect(Number.parseFloat(whole.words)).toBeGreaterThan(9.6);
    expect(Number.parseFloat(whole.words)).toBeLessThan(10.4);
    expect(Number(/at (\d+)°/.exec(whole.words)?.[1])).toBeCloseTo(wave.degrees, -0.6);
    await browser().screenshot('spectrum-1-whole');

    // A box that follows the cursor, and stays where it was when that leaves the picture.
    await at('spectrum-cursor').click();
    await at('spectrum-edge').selectOption('256');
    const viewer = await at('viewer').boundingBox();
    if (!viewer) throw new Error('The viewer is not visible.');
    const before = await at('spectrum-box').boundingBox();
    await page.mouse.move(viewer.x + viewer.width * 0.35, viewer.y + viewer.height * 0.6, { steps: 6 });
    const after = await at('spectrum-box').boundingBox();
    expect(after?.x).toBeLessThan((before?.x ?? 0) - 20);
    await page.keyboard.press('9');
    await until('the box’s spectrum is made', async () => {
      const edge = await at('spectrum-plot').getAttribute('data-edge');
      return edge === '128' && (await at('spectrum').getAttribute('data-making')) === 'false';
    });
    const part = await readAtWave();
    expect(part.off).toBeLessThan(1.5);
    expect(Number.parseFloat(part.words)).toBeCloseTo(10, 0);
    expect((await at('spectrum-box').boundingBox())?.x).toBeCloseTo(after?.x ?? 0, 0);

    // Rings of one's own, and large.
    await at('spectrum-add-ring').fill('5');
    await at('spectrum-add-ring').press('Enter');
    // Ice, the new one, and gold in the corners beyond Nyquist.
    expect(await at('spectrum-ring').count()).toBe(3);
    await at('spectrum-large').click();
    await browser().screenshot('spectrum-2-large');
    await at('spectrum-large').click();
    await at('spectrum-handle').focus();
    const width = (await at('spectrum').boundingBox())?.width ?? 0;
    await page.keyboard.press('ArrowLeft');
    expect((await at('spectrum').boundingBox())?.width).toBeCloseTo(width + 24, 0);
    await page.keyboard.press('Shift+F');
    expect(await at('spectrum').count()).toBe(0);
  });
});
