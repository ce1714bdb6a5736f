/**
 * Debian's Firefox: it has no File System Access, and no WebGPU unless that is switched on. What works without: files
 * come through the chooser, leave as downloads, and the session comes back when the file is opened again.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFirefox, NO_FIREFOX, TestFirefox } from '../support/firefox.ts';

const micrograph = resolve('../shared/data/groel-negative-stain/07jan05b_12gr_02en_00.dwn.mrc');
const isReady = findFirefox() !== undefined && existsSync(micrograph);
if (findFirefox() === undefined) console.warn(`Firefox: none, skipping its test. ${NO_FIREFOX}`);

describe.skipIf(!isReady)('in Firefox', () => {
  let firefox: TestFirefox;
  beforeAll(async () => {
    firefox = await TestFirefox.launch();
  });
  afterAll(() => firefox?.close());

  const number = async (testid: string): Promise<number> =>
    Number(/\d+/.exec((await firefox.text(testid)) ?? '')?.[0] ?? Number.NaN);

  const open = async (): Promise<void> => {
    await firefox.choose('file-input', micrograph);
    await firefox.until('the micrograph is drawn', async () => {
      const pending = await firefox.run(
        `return document.querySelector('[data-testid="viewer"]')?.dataset.pendingTiles`,
      );
      return pending === '0' && (await firefox.count('pixel-size')) > 0;
    });
  };

  test('the page says that there is no WebGPU and what to do, and shows the micrograph all the same', async () => {
    await firefox.open();
    await firefox.until('the page tells of WebGPU', async () => (await firefox.count('no-webgpu')) > 0);
    expect(await firefox.text('no-handles')).toMatch(/choose them again/);
    const said = await firefox.text('no-webgpu');
    expect(said).toMatch(/micrographs can be seen but not filtered or picked/);
    expect(said).toMatch(/dom\.webgpu\.enabled|Use Firefox/);
    await open();
    const greys = async (): Promise<number> =>
      Number(
        await firefox.run(`
          const canvas = document.querySelector('[data-testid="viewer"] canvas');
          const { data } = canvas.getContext('2d').getImageData(canvas.width / 2 - 50, canvas.height / 2, 100, 1);
          return new Set(data.filter((_, index) => index % 4 === 0)).size;`),
      );
    await firefox.until('the canvas shows more than one grey', async () => (await greys()) > 20);
    await firefox.screenshot('firefox-1-shown');
  });

  /** What was downloaded: Firefox makes an empty file of the final name first. */
  const landed = (): string[] =>
    readdirSync(firefox.downloads)
      .filter((name) => name.endsWith('.star'))
      .map((name) => readFileSync(join(firefox.downloads, name), 'utf8'))
      .filter((text) => text !== '');

  test('a pick by hand is kept over a reload, and exported as a download', async () => {
    await firefox.click('tool-add');
    const box = await firefox.run(
      `const { x, y, width, height } = document.querySelector('[data-testid="viewer"]').getBoundingClientRect();
       return [x + width / 2, y + height / 2];`,
    );
    const [x, y] = Array.isArray(box) ? box.map(Number) : [];
    // A second try finds the pick of the first one.
    if ((await number('pick-count')) !== 1) await firefox.clickAt(Math.round(x ?? 0), Math.round(y ?? 0));
    await firefox.until('the pick is there', async () => (await number('pick-count')) === 1);
    await firefox.run("dispatchEvent(new PageTransitionEvent('pagehide')); return true;");
    await new Promise((done) => setTimeout(done, 800));
    await firefox.open();
    await firefox.until('the page is there', async () => (await firefox.count('file-input')) > 0);
    await open();
    await firefox.until('the pick is back', async () => (await number('pick-count')) === 1);
    await firefox.click('export-picks');
    await firefox.until('the file has landed', async () => landed().length > 0);
    expect(landed()[0]).toMatch(/_rlnCoordinateX/);
    await firefox.screenshot('firefox-2-exported');
    expect(await firefox.problems()).toEqual([]);
  });

  test('from the second visit on it works with the network cut, and says what it can not do', async () => {
    await firefox.until('the service worker has the page', async () => {
      const state = await firefox.run(`return navigator.serviceWorker.controller?.state ?? ''`);
      return state === 'activated';
    });
    await firefox.cutNetwork();
    await firefox.open();
    await firefox.until('the page tells of WebGPU', async () => (await firefox.count('no-webgpu')) > 0);
    expect(await firefox.text('no-webgpu')).toMatch(/seen but not filtered or picked/);
    expect(await firefox.text('no-handles')).toMatch(/can’t open files again by itself/);
    // Nobody answers: what is seen comes from the browser's own storage.
    expect(await firefox.run(`return fetch('no-such-file').then(() => 'answered', () => 'nobody')`)).toBe(
      'nobody',
    );
    await open();
    await firefox.until('the pick is back', async () => (await number('pick-count')) === 1);
    const before = landed().length;
    await firefox.click('export-picks');
    await firefox.until('a second file has landed', async () => landed().length > before);
    await firefox.click('open-help');
    await firefox.until('the help is there', async () =>
      ((await firefox.text('help')) ?? '').includes('Opening'),
    );
    await firefox.screenshot('firefox-3-offline');
  });
});
