/** What is built keeps its promises: its own origin only, nothing made from text, everything kept for offline use. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkSite } from '../../scripts/checkSite.mjs';

const folder = mkdtempSync(join(tmpdir(), 'cryolite-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the site is as it should be', () => {
  expect(checkSite('dist')).toEqual([]);
});

test('the first screen comes without kernels, the pages of the help, and what is opened later', () => {
  const scripts = (names: readonly string[]) =>
    names.map((name) => readFileSync(join('dist', name), 'utf8')).join('\n');
  const page = readFileSync('dist/index.html', 'utf8');
  const first = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, name = '']) => name);
  const all = readdirSync('dist/assets').filter((name) => /\.js$/.test(name) && !/worker/.test(name));
  const [now, ever] = [scripts(first), scripts(all.map((name) => `assets/${name}`))];
  expect(now).not.toContain('@compute');
  for (const part of ['import-accept', 'batch-start', 'gallery-throw', 'spectrum-readout', 'help-title']) {
    expect(ever).toContain(part);
    expect(now).not.toContain(part);
  }
  expect(now.length).toBeLessThan(700_000);
});

test('the single file is as it should be', () => {
  expect(checkSite('dist-single/cryolite.html')).toEqual([]);
});

describe('the check finds', () => {
  /** What it says of a copy in which a text of a file was replaced. */
  const saidOf = (file: string, from: string | RegExp, to: string): string => {
    const copy = join(folder, 'site');
    rmSync(copy, { recursive: true, force: true });
    cpSync('dist', copy, { recursive: true });
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    const changed = before.replace(from, to);
    expect(changed).not.toBe(before);
    writeFileSync(path, changed);
    return checkSite(copy).join('\n');
  };

  test.each([
    [
      'a policy that lets the page connect anywhere',
      "connect-src 'self'",
      'connect-src *',
      /connect-src.*\n.*connect to \*/,
    ],
    ['no policy', 'Content-Security-Policy', 'Nothing', /no Content-Security-Policy/],
    ['an inline script', '</body>', '<script>alert(1)</script></body>', /policy does not name/],
    ['a handler in the markup', '<div id="app"', '<div id="app" onclick="a()"', /handler in its markup/],
    ['an asset from elsewhere', './icon.svg', 'https://example.org/icon.svg', /not beside it/],
  ])('%s', (_, from, to, said) => {
    expect(saidOf('index.html', from, to)).toMatch(said);
  });

  test('a program made from text, and one that tells somebody', () => {
    expect(saidOf('service-worker.js', /^/, 'eval("1");')).toMatch(/makes a program of a text/);
    expect(saidOf('service-worker.js', /^/, 'const f = new Function("a");')).toMatch(
      /makes a program of a text/,
    );
    expect(saidOf('service-worker.js', /^/, 'navigator.sendBeacon("a");')).toMatch(/may tell somebody/);
    expect(saidOf('service-worker.js', /^/, 'fetch("https://example.org/a");')).toMatch(
      /names https:\/\/example/,
    );
  });

  test('a file that is not kept, and a manifest that is bound to one path', () => {
    expect(saidOf('service-worker.js', 'url:"licences.md"', 'url:"other.md"')).toMatch(
      /not keep licences\.md/,
    );
    expect(saidOf('manifest.webmanifest', '"start_url":"./"', '"start_url":"/"')).toMatch(/start_url is \//);
  });

  test('a single file whose script has changed', () => {
    const path = join(folder, 'cryolite.html');
    const page = readFileSync('dist-single/cryolite.html', 'utf8');
    writeFileSync(path, page.replace('<script type="module">', '<script type="module">0;'));
    expect(checkSite(path).join()).toMatch(/policy does not name/);
  });
});
