/** The built command line, as a function. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from '../setup.mjs';

const cli = process.env.CRYOLITE_CLI ?? join(root, 'dist-cli', 'cryolite.mjs');

/** @returns what it prints with --json. */
export function cryolite(args) {
  if (!existsSync(cli)) fail('build the command line first: npm run build:cli');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) fail(`cryolite ${args[0]} failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** @returns its JSON and the seconds it took. */
export function timed(args) {
  const begin = performance.now();
  const json = cryolite(args);
  return { json, seconds: (performance.now() - begin) / 1000 };
}
