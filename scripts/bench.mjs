/**
 * `npm run bench [-- options]`: builds test/bench and runs it, then compares with other runtimes
 * (scripts/bench-compare.mjs, which installs them when they are first wanted). One JSON object goes to the standard output,
 * all else to the error stream. Options are those of test/bench/main.ts; for `--only` the comparison is a part "compare".
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, root, setup, tool } from './setup.mjs';

/** Runs a script whose standard output is one JSON object. */
function json(script, args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', (code) => {
      try {
        done({ code: code ?? 1, value: JSON.parse(output) });
      } catch {
        done({ code: code || 1, value: { error: 'It ended without a result: see its words above.' } });
      }
    });
  });
}

const { values } = parseArgs({
  strict: false,
  options: { only: { type: 'string' }, runs: { type: 'string', default: '3' } },
});
const only = values.only?.split(',');
const own = only?.filter((part) => part !== 'compare');
await setup();

let report = {};
let code = 0;
if (own === undefined || own.length > 0) {
  const build = await tool('vite', 'bin/vite.js', ['build', '--mode', 'bench', '--logLevel', 'warn'], {
    quiet: true,
  });
  if (build.code !== 0) fail(`the build failed:\n${build.output}`);
  // The last of two options of one name counts.
  const args = [...process.argv.slice(2), ...(own ? ['--only', own.join()] : [])];
  const bench = await json(join(root, 'dist-bench', 'bench.mjs'), args);
  if (bench.code !== 0) fail(`the bench ended with ${bench.code}.`);
  report = bench.value;
}
if (only === undefined || only.includes('compare')) {
  const compared = await json(join(root, 'scripts', 'bench-compare.mjs'), ['--runs', values.runs]);
  report = { ...report, compare: compared.value };
  code = compared.code;
}
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = code;
