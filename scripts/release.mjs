/**
 * `npm run release`: builds what is given away into `release/`: the site as a zip archive, the page as one file, and
 * the SHA-256 of both. What is not as it should be (`checkSite.mjs`) is not released.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { zipSync } from 'fflate';
import { checkSite } from './checkSite.mjs';
import { fail, root, tool } from './setup.mjs';

const OUT = join(root, 'release');
/** The same bytes from the same site, whenever it is packed: zip's own beginning of time. */
const DATE = '1980-01-01T12:00:00';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const folder of ['dist', 'dist-single', 'release'])
  rmSync(join(root, folder), { recursive: true, force: true });
await build([]);
await build(['--mode', 'single']);
const site = join(root, 'dist');
const single = join(root, 'dist-single/cryolite.html');
const problems = [site, single].flatMap((place) => checkSite(place));
if (problems.length > 0) fail(`this can't be released:\n${problems.join('\n')}`);

mkdirSync(OUT);
const archive = `cryolite-${version}-site.zip`;
const page = `cryolite-${version}.html`;
writeFileSync(join(OUT, archive), zipSync(filesOf(site), { mtime: DATE, level: 9 }));
copyFileSync(single, join(OUT, page));
const sums = [archive, page].map((name) => {
  const bytes = readFileSync(join(OUT, name));
  console.log(`release/${name}: ${(bytes.length / 2 ** 20).toFixed(2)} MiB`);
  return `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
});
writeFileSync(join(OUT, 'SHA256SUMS'), sums.join(''));
console.log('release/SHA256SUMS: check with "sha256sum -c SHA256SUMS".');

async function build(options) {
  const { code } = await tool('vite', 'bin/vite.js', ['build', ...options, '--logLevel', 'warn']);
  if (code !== 0) fail('the build failed (above).');
}

function filesOf(folder) {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path).replaceAll('\\', '/'), new Uint8Array(readFileSync(path))]),
  );
}
