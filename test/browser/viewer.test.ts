/** The viewer as a user has it: keys that pan and flip, contrast and colours, measuring, presenting, and the view as a file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { fitView, type Point, toScreen } from '../../src/ui/viewer/transform.ts';
import { describeBrowser } from '../support/browser.ts';
import { User } from '../support/user.ts';

const size = { width: 480, height: 360 };
const pixelSizeAngstrom = 2;
/** Of each quarter: left and right above, left and right below. */
const quarters = [0, 100, 200, 300] as const;

async function writeQuarters(path: string, seed: number): Promise<void> {
  const random = createRandom(seed);
  const pixels = Float32Array.from({ length: size.width * size.height }, (_, i) => {
    const isRight = i % size.width >= size.width / 2;
    const isBelow = Math.floor(i / size.width) >= size.height / 2;
    return (quarters[(isBelow ? 2 : 0) + (isRight ? 1 : 0)] ?? 0) + 0.01 * random.normal();
  });
  const sink = memorySink();
  await writeMrc(sink, { ...size, pixelSizeAngstrom }, [pixels]);
  writeFileSync(path, sink.bytes());
}

describeBrowser('the viewer', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-viewer-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = new User(browser);
  const { at, text } = user;

  beforeAll(async () => {
    const files = ['a-quarters.mrc', 'b-quarters.mrc'].map((name) => join(folder, name));
    for (const [seed, file] of files.entries()) await writeQuarters(file, seed);
    const stripes = join(folder, 'c-stripes.mrc');
    const sink = memorySink();
    const columns = Float32Array.from({ length: size.width * size.height }, (_, i) => 300 * (i % 2));
    await writeMrc(sink, { ...size, pixelSizeAngstrom }, [columns]);
    writeFileSync(stripes, sink.bytes());
    await user.arrive();
    await user.open([...files, stripes]);
  });

  /** Where a pixel of the file is on the page while all of it is shown. */
  const place = async ({ x, y }: Point): Promise<Point> => {
    const box = await at('viewer').boundingBox();
    if (!box) throw new Error('The viewer is not visible.');
    return toScreen(fitView(size, box), box, { x: x + 0.5, y: y + 0.5 });
  };
  const middles: readonly Point[] = [
    { x: 120, y: 90 },
    { x: 360, y: 90 },
    { x: 120, y: 270 },
    { x: 360, y: 270 },
  ];
  /** The colours in the middle of the quarters, as they are seen. */
  const seen = async (): Promise<number[][]> => {
    await user.drawn();
    await user.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const points = await Promise.all(middles.map(place));
    return await browser().pixels(
      await user.page.screenshot(),
      points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })),
    );
  };
  const drag = async (from: Point, to: Point): Promise<void> => {
    const [a, b] = [await place(from), await place(to)];
    await user.page.mouse.move(a.x, a.y);
    await user.page.mouse.down();
    await user.page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2);
    await user.page.mouse.move(b.x, b.y);
    await user.page.mouse.up();
  };
  const press = (keys: string): Promise<void> => user.page.keyboard.press(keys);

  test('contrast, gamma, colours and flip are what is on the screen', async () => {
    const greys = (await seen()).map(([r = 0]) => r);
    // A hundred counts are a third of the way from black to white.
    expect(greys.map((grey) => Math.abs(grey - (greys.indexOf(grey) * 255) / 3) < 6)).toEqual([
      true,
      true,
      true,
      true,
    ]);

    await press('\\');
    const flipped = (await seen()).map(([r = 0]) => r);
    expect(flipped.map((grey) => Math.round(grey / 85))).toEqual([1, 0, 3, 2]);
    await press('|');
    expect((await seen()).map(([r = 0]) => Math.round(r / 85))).toEqual([3, 2, 1, 0]);
    await press('\\');
    await press('|');

    await press('Alt+h');
    await at('histogram').waitFor();
    await at('gamma').fill('1');
    // The panel lies over the right half.
    const bright = (await seen())[2]?.[0] ?? 0;
    expect(Math.abs(bright - 255 * Math.sqrt(2 / 3))).toBeLessThan(8);
    await at('gamma').fill('0');

    await at('colours-fire').click();
    const [dark, , light] = await seen();
    // Nearly black; and two thirds of the way, which is orange.
    expect(Math.max(...(dark ?? []))).toBeLessThan(60);
    expect(light?.[0]).toBeGreaterThan(200);
    expect(light?.[1]).toBeGreaterThan((light?.[2] ?? 0) + 40);
    await browser().screenshot('viewer-contrast');

    await at('rule-sigma').click();
    await user.fill('rule-sigmas', 2);
    // Of four even steps σ is 111.8 counts: the ends are 150 ± 224.
    await user.until('black is two σ below the mean', async () =>
      /Black -2\.00 σ, -7[34]/.test(await text('contrast-ends')),
    );
    await at('look-reset').click();
    await press('Escape');
    expect(await at('contrast-popover').count()).toBe(0);
  });

  test('W A S D pan while they are held', async () => {
    await press('+');
    await press('+');
    await user.drawn();
    const start = await user.page.screenshot();
    await user.page.keyboard.down('d');
    await user.until('the picture moves', async () => !(await user.page.screenshot()).equals(start));
    await user.page.keyboard.up('d');
    await user.drawn();
    const moved = await user.page.screenshot();
    expect(moved.equals(start)).toBe(false);
    // Released, it stands still.
    await user.page.waitForTimeout(100);
    expect((await user.page.screenshot()).equals(moved)).toBe(true);
    await press('f');
  });

  test('a ruler, a line profile, the statistics of a region and the magnifier', async () => {
    await press('Alt+m');
    await drag({ x: 100, y: 100 }, { x: 160, y: 180 });
    // 100 px of 2 Å; the mouse moves by whole pixels of the screen.
    expect(Number.parseFloat(await text('ruler-length'))).toBeGreaterThan(197);
    expect(Number.parseFloat(await text('ruler-length'))).toBeLessThan(203);
    await press('Escape');

    await press('Shift+L');
    await drag({ x: 140, y: 90 }, { x: 340, y: 90 });
    await at('profile-plot').waitFor();
    // From 0 counts to 100 at the middle of the picture: high numbers are low on the screen. It is measured while it is drawn, too.
    await user.until('the plot rises along the whole line', async () => {
      const path = (await at('profile-plot').locator('path.main').getAttribute('d')) ?? '';
      const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
      return (heights[10] ?? 0) - (heights.at(-10) ?? 0) > 80;
    });
    expect(await text('profile-length')).toMatch(/^(39\d|40\d) Å$/);
    await browser().screenshot('viewer-profile');

    await press('Shift+I');
    await drag({ x: 260, y: 200 }, { x: 459, y: 339 });
    // It is measured while it is drawn, too.
    await user.until('the whole region is measured', async () => {
      const isThere = (await at('region-size').count()) === 1;
      return (
        isThere && /^[\d.]+ nm × [\d.]+ nm, (19\d|20\d) × (13\d|14\d) px$/.test(await text('region-size'))
      );
    });
    expect(Number(await text('region-raw-mean'))).toBeCloseTo(300, 1);
    expect(Number(await text('region-raw-sigma'))).toBeLessThan(0.02);
    await browser().screenshot('viewer-region');
    await press('Escape');
    await press('v');

    await press('Shift+Z');
    const middle = await place({ x: 236, y: 90 });
    await user.page.mouse.move(middle.x, middle.y);
    await at('lens').waitFor();
    await user.drawn();
    const near = { x: Math.round(middle.x) + 30, y: Math.round(middle.y) - 20 };
    const [[inLens = 0] = []] = await browser().pixels(await user.page.screenshot(), [near]);
    // The border of the quarters, 4 px away, is some 16 file px away in the lens at four times the size.
    expect(inLens).toBeGreaterThan(60);
    await browser().screenshot('viewer-magnifier');
    await press('Escape');
    expect(await at('lens').count()).toBe(0);
  });

  test('the view is saved as PNG and as SVG, with scale bar and picks', async () => {
    await press('c');
    await user.clickOn(size, [{ x: 360, y: 90 }]);
    await press('v');
    await press('Alt+s');
    await at('view-size-2').click();
    const box = await at('viewer').boundingBox();
    const png = await user.save('view-save', folder, 'view.png');
    const bytes = readFileSync(png);
    // Width and height in the header of a PNG.
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([
      2 * Math.round(box?.width ?? 0),
      2 * Math.round(box?.height ?? 0),
    ]);
    const whole = { x: 0, y: 0, width: box?.width ?? 0, height: box?.height ?? 0 };
    const inPicture = ({ x, y }: Point): Point => {
      const on = toScreen(fitView(size, whole), whole, { x: x + 0.5, y: y + 0.5 });
      return { x: Math.round(2 * on.x), y: Math.round(2 * on.y) };
    };
    const colours = await browser().pixels(
      bytes,
      [...middles.slice(0, 1), ...middles.slice(2)].map(inPicture),
    );
    expect(colours.map(([r = 0]) => Math.round(r / 85))).toEqual([0, 2, 3]);

    // As it is on the screen, with what is measured; the mouse is as good as whole pixels of the screen.
    await press('Alt+m');
    await drag({ x: 100, y: 300 }, { x: 200, y: 300 });
    await press('Alt+s');
    await at('view-svg').click();
    const svg = readFileSync(await user.save('view-save', folder, 'view.svg'), 'utf8');
    expect(svg).toMatch(/<image [^>]*href="data:image\/png;base64,iVBOR/);
    expect(svg.match(/<circle [^>]*stroke="rgb/g)).toHaveLength(1);
    expect(svg).toMatch(/id="scale-bar"/);
    expect(svg).toMatch(/>\d+ nm<\/text>/);
    expect(svg).toMatch(/data-part="ruler-line"/);
    expect(svg).toMatch(/>(199|200|201)(\.\d)? Å<\/text>/);

    // Copied, it is a PNG that another program can have.
    await user.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await press('Alt+c');
    await user.until(
      'it was copied',
      async () => (await user.page.getByText('The view was copied').count()) === 1,
    );
    const copied = await user.page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const bytes = new Uint8Array(
        (await (await item?.getType('image/png'))?.arrayBuffer()) ?? new ArrayBuffer(0),
      );
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text);
    });
    const pasted = Buffer.from(copied, 'base64');
    expect(pasted.readUInt32BE(16)).toBe(2 * Math.round(box?.width ?? 0));
    const onLine = inPicture({ x: 150, y: 300 });
    // The middle of the ruler is blue where the picture is white.
    const [[r = 0, , b = 0] = []] = await browser().pixels(pasted, [onLine]);
    expect(b - r).toBeGreaterThan(60);
    writeFileSync(join(folder, 'copied.png'), pasted);
    await press('Escape');
    await press('v');
    await press('Control+z');
  });

  test('a low-pass follows its slider, and filters all of the picture when that is let go', async () => {
    await at('lowpass-live').fill('6');
    await user.until('the filtered picture is shown', async () => (await at('label-filtered').count()) === 1);
    await user.drawn();
    expect(await at('lowpass').inputValue()).toBe('64');
    expect(await text('label-filtered')).toContain('64 Å');
    await press('r');
  });

  test('a presentation shows the picture alone, in big type, and goes on by arrows', async () => {
    await press('Shift+P');
    await at('presentation').waitFor();
    expect(await text('presentation-name')).toBe('a-quarters.mrc');
    expect(await at('open-files').isVisible()).toBe(false);
    await press('ArrowRight');
    await user.until(
      'the next one is shown',
      async () => (await text('presentation-name')) === 'b-quarters.mrc',
    );
    await user.drawn();
    await browser().screenshot('viewer-presentation');
    await press('Escape');
    await user.until('it is over', async () => (await at('presentation').count()) === 0);
    expect(await at('open-files').isVisible()).toBe(true);
  });

  test('the mouse has the habits of RELION and of EMAN2 where the keymap says so', async () => {
    const wear = async (keymap: 'relion' | 'eman2' | 'cryolite'): Promise<void> => {
      await press('?');
      await at(`keymap-${keymap}`).click();
      await press('Escape');
      await user.until('the sheet is closed', async () => (await at(`keymap-${keymap}`).count()) === 0);
    };
    const counted = (count: number): Promise<void> =>
      user.until(`${count} picks are shown`, async () =>
        new RegExp(`, ${count} picks? shown`).test(await text('status')),
      );
    const click = async (at: Point, options: { button?: 'middle'; shift?: boolean } = {}): Promise<void> => {
      const { x, y } = await place(at);
      if (options.shift) await user.page.keyboard.down('Shift');
      await user.page.mouse.click(x, y, { button: options.button ?? 'left' });
      if (options.shift) await user.page.keyboard.up('Shift');
    };
    const [first = { x: 0, y: 0 }, second = { x: 0, y: 0 }] = middles;
    await wear('relion');
    await click(first);
    await click(second);
    await counted(2);
    await click(first, { button: 'middle' });
    await counted(1);
    await click(second, { shift: true });
    await counted(0);

    await wear('eman2');
    await click(first);
    await counted(1);
    // Dragged, it is elsewhere.
    await drag(first, { x: 200, y: 200 });
    await click({ x: 200, y: 200 }, { shift: true });
    await counted(0);
    await wear('cryolite');
  });

  test('pixels are drawn as they are, blended, or binned first', async () => {
    await press('n');
    await user.until('the stripes are shown', async () =>
      (await user.page.title()).startsWith('c-stripes.mrc'),
    );
    /** The difference of the darkest and the brightest of some pixels beside each other, left of the popover. */
    const span = async (): Promise<number> => {
      await user.drawn();
      const box = await at('viewer').boundingBox();
      const [x, y] = [Math.round((box?.x ?? 0) + 220), Math.round((box?.y ?? 0) + (box?.height ?? 0) / 2)];
      const row = Array.from({ length: 13 }, (_, i) => ({ x: x + i, y }));
      const greys = (await browser().pixels(await user.page.screenshot(), row)).map(([r = 0]) => r);
      return Math.max(...greys) - Math.min(...greys);
    };
    const spans = (what: string, isIt: (span: number) => boolean): Promise<void> =>
      user.until(what, async () => isIt(await span()));
    await press('Alt+h');
    await at('sampling').waitFor();
    await press('1');
    await spans('the stripes are black and white', (one) => one > 200);
    await at('sampling').selectOption('bin2');
    await spans('binned, they are grey', (one) => one < 8);
    // Smaller than the screen's pixels: blended they are grey, exact ones stay what they are.
    await at('sampling').selectOption('automatic');
    await spans('they are black and white again', (one) => one > 200);
    await at('viewer').locator('.surface').focus();
    await press('-');
    await spans('blended, they are nearly grey', (one) => one < 60);
    await at('sampling').selectOption('exact');
    await spans('exact, they are black and white', (one) => one > 200);
    await at('look-reset').click();
    await press('Escape');
    await press('f');
  });
});
