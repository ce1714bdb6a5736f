/** Every file of the shared conformance set, good and bad, read by a real browser's worker. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { compare } from '../support/conformance.ts';
import type { Expected, Found } from '../support/conformanceFinding.ts';
import { hasShared, sharedPath, sharedText } from '../unit/formats/sharedData.ts';

const list = 'data/conformance/expected.json';
const folder = mkdtempSync(join(tmpdir(), 'cryolite-conformance-'));

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: join(import.meta.dirname, 'conformance-page'),
    base: './',
    define: { __CRYOLITE_VERSION__: '"test"' },
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describeBrowser(
  'MRC conformance in the browser',
  (browser) => {
    const { files } = JSON.parse(hasShared(list) ? sharedText(list) : '{"files":[]}') as {
      files: Expected[];
    };

    test('reads and refuses what Node does', async () => {
      const page = await browser().open();
      const paths = files.map(({ file }) => sharedPath(`data/conformance/${file}`));
      await page.locator('input').setInputFiles(paths);
      await browser().until('all files are read', () => page.evaluate(() => 'found' in window));
      const found = await page.evaluate(() => (window as { found?: readonly Found[] }).found ?? []);
      expect(found.length).toBe(96);
      const failures = files.flatMap((entry, i) => {
        try {
          compare(entry, basename(entry.file), found[i] ?? { ok: false, problem: '', message: 'missing' });
          return [];
        } catch (error) {
          return [`${entry.file}: ${String(error)}`];
        }
      });
      expect(failures).toEqual([]);
    });
  },
  { folder, needs: [sharedPath(list)] },
);
