/** The harness itself, on a page of its own: a GPU that shows, real file handles, and complaints that are heard. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';

const folder = join(import.meta.dirname, 'support-page');

describeBrowser(
  'the browser harness',
  (browser) => {
    const output = async () => (await browser().page.locator('output').textContent()) ?? '';
    const files = mkdtempSync(join(tmpdir(), 'cryolite-drop-'));
    afterAll(() => rmSync(files, { recursive: true }));

    test('serves under a sub-path, with WebGPU on the software adapter', async () => {
      const page = await browser().open();
      expect(new URL(page.url()).pathname).not.toBe('/');
      await browser().until('the adapter is found', async () => (await output()).startsWith('adapter'));
      expect(await output()).toContain('swiftshader');
    });

    test('shows a WebGPU canvas in a screenshot', async () => {
      const page = await browser().open();
      let colour: number[] | undefined;
      await browser().until('the canvas is orange', async () => {
        const png = await browser().screenshot('support-canvas', page.locator('canvas'));
        [colour] = await browser().pixels(png, [{ x: 100, y: 50 }]);
        return colour?.[0] === 255;
      });
      expect(colour?.[1]).toBeGreaterThan(125);
      expect(colour?.[1]).toBeLessThan(130);
      expect(colour?.[2]).toBe(0);
    });

    test('drops a file and a folder as real handles', async () => {
      const file = join(files, 'one.mrc');
      const inner = join(files, 'movies');
      mkdirSync(inner, { recursive: true });
      writeFileSync(file, new Uint8Array(1234));
      for (const name of ['a.mrc', 'b.mrc']) writeFileSync(join(inner, name), name);
      const page = await browser().open();
      // The page says what it has drawn in the same place.
      await browser().until('the page has drawn', async () => (await output()).startsWith('adapter'));
      await browser().drop(page.locator('#drop'), [file, inner]);
      await browser().until('the handles are read', async () => (await output()).includes('one.mrc 1234'));
      expect(await output()).toBe('one.mrc 1234, movies/ a.mrc b.mrc');
    });

    test('hears console errors, uncaught errors and requests to foreign places', async () => {
      const page = await browser().open();
      expect(() => browser().check()).not.toThrow();
      await page.evaluate(async () => {
        console.error('a complaint');
        setTimeout(() => {
          throw new Error('a mishap');
        });
        // Nobody listens on the discard port; what counts is that it was asked.
        await fetch('http://127.0.0.1:9/elsewhere').catch(() => {});
        await new Promise((done) => setTimeout(done, 50));
      });
      expect(() => browser().check()).toThrow(/a complaint/);
      expect(browser().takeProblems()).toEqual([]);
      await page.evaluate(() => fetch('http://127.0.0.1:9/elsewhere').catch(() => {}));
      const problems = browser().takeProblems().join('\n');
      expect(problems).toContain('foreign place: http://127.0.0.1:9/elsewhere');
      await page.evaluate(() =>
        setTimeout(() => {
          throw new Error('a mishap');
        }),
      );
      await browser().until('the mishap is heard', async () =>
        browser()
          .takeProblems()
          .some((problem) => problem.includes('a mishap')),
      );
    });

    test('serves nothing outside the folder', async () => {
      const { port, pathname } = new URL(browser().url);
      // Not fetch(): it would resolve the dots before asking.
      const status = (path: string): Promise<number | undefined> =>
        new Promise((done, fail) => {
          request({ host: '127.0.0.1', port, path }, (response) => {
            response.resume();
            done(response.statusCode);
          })
            .on('error', fail)
            .end();
        });
      expect(await status(`${pathname}page.js?v=1`)).toBe(200);
      expect(await status(pathname)).toBe(200);
      expect(await status('/')).toBe(404);
      expect(await status(`${pathname}missing.js`)).toBe(404);
      expect(await status(`${pathname}../support.test.ts`)).toBe(404);
      expect(await status(`${pathname}%2e%2e/support.test.ts`)).toBe(404);
      expect(await status(`${pathname}..%2fsupport.test.ts`)).toBe(404);
      expect(await status(`${pathname}%`)).toBe(404);
    });
  },
  { folder },
);

describeBrowser(
  'the browser harness without WebGPU',
  (browser) => {
    const output = async () => (await browser().page.locator('output').textContent()) ?? '';
    test('has no adapter', async () => {
      await browser().open();
      await browser().until('the page gives up', async () => (await output()).startsWith('no adapter'));
    });
  },
  { folder, noGpu: true },
);
