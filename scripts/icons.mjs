/**
 * Draws the icons of the installed app from public/icon.svg, in the Chromium of the tests: `node scripts/icons.mjs`.
 * What it makes is committed; it is run again when the icon changes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './setup.mjs';
import { findChromium } from './system.mjs';

const SIZES = [192, 512];
/** Of a maskable icon the circle of four fifths of the side is always seen. */
const SAFE = 0.66;
const GROUND = '#13202b';

const svg = readFileSync(join(root, 'public/icon.svg'), 'utf8');
const folder = join(root, 'public/icons');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
for (const size of SIZES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  for (const [name, part, ground] of [
    ['icon', 1, 'transparent'],
    ['maskable', SAFE, GROUND],
  ]) {
    const edge = Math.round(size * part);
    await page.setContent(
      `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">` +
        `<div style="width:${edge}px;height:${edge}px">${svg}</div></body>`,
    );
    const png = await page.screenshot({ omitBackground: true });
    writeFileSync(join(folder, `${name}-${size}.png`), png);
    console.log(`public/icons/${name}-${size}.png: ${png.length} bytes`);
  }
  await page.close();
}
await browser.close();
