/**
 * `npm test`: brings this machine what the tests need, builds the page and the command line, lints, checks the
 * types and runs every test. `npm test -- --project unit` hands its options to Vitest and leaves out the lint and
 * the types. REQUIRE_GPU=1 turns "no GPU, skipped" into a failure.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root, setup, tool } from './setup.mjs';
import { bringTestTools, findChromium, findFirefox, workingAdapters } from './system.mjs';

const REPORT = join(root, 'test-results/vitest.json');
const options = process.argv.slice(2);
const steps = [];

await setup();
await bringTestTools();
const adapters = await workingAdapters();
console.log(
  `Chromium: ${findChromium() ?? 'none'}. Firefox: ${findFirefox() ?? 'none'}. GPU adapters: ${adapters.join(', ') || 'none'}.`,
);

for (const folder of ['dist', 'dist-single', 'dist-cli'])
  rmSync(join(root, folder), { recursive: true, force: true });
await step('page', 'vite', 'bin/vite.js', ['build', '--logLevel', 'warn']);
await step('single file', 'vite', 'bin/vite.js', ['build', '--mode', 'single', '--logLevel', 'warn']);
await step('command line', 'vite', 'bin/vite.js', ['build', '--mode', 'cli', '--logLevel', 'warn']);
if (options.length === 0) {
  await step('lint', '@biomejs/biome', 'bin/biome', ['check', '--error-on-warnings', '.']);
  await step('types', 'typescript', 'bin/tsc', ['--noEmit']);
}
const tests = await runTests();

const count = {
  passed: tests.passed + steps.filter(({ ok }) => ok).length,
  failed: tests.failed + steps.filter(({ ok }) => !ok).length,
};
console.log();
for (const { name, ok, seconds } of steps) console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
console.log(`${tests.failed === 0 ? 'ok    ' : 'FAILED'}  tests (${tests.seconds} s)\n`);
for (const failure of tests.failures) console.log(`${failure}\n`);
console.log(
  `${count.passed} passed, ${count.failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`,
);
process.exitCode = count.failed === 0 ? 0 : 1;

/** Runs one check and keeps its outcome for the summary, where each counts as one test. */
async function step(name, ...command) {
  console.log(`\n> ${name}`);
  const start = performance.now();
  const { code } = await tool(...command);
  steps.push({ name, ok: code === 0, seconds: since(start) });
}

async function runTests() {
  console.log('\n> tests');
  const start = performance.now();
  rmSync(REPORT, { force: true });
  const native = adapters.includes('native') ? { CRYOLITE_ADAPTER: 'native' } : {};
  const { code } = await tool(
    'vitest',
    'vitest.mjs',
    ['run', ...(options.length > 0 ? options : defaultProjects())],
    { env: native },
  );
  return { ...outcome(code), seconds: since(start) };
}

/** Every project; of the GPU ones those whose adapter works, or one that reports the skipped tests. */
function defaultProjects() {
  const gpu = adapters.length > 0 ? adapters : ['swiftshader'];
  return ['unit', 'fuzz', 'laws', ...gpu.map((name) => `gpu-${name}`), 'browser'].flatMap((name) => [
    '--project',
    name,
  ]);
}

/** Counts of Vitest's report. A file that fails to load, or a crash, is a failure without a failed test. */
function outcome(code) {
  if (!existsSync(REPORT)) return { passed: 0, failed: 1, skipped: 0, failures: [] };
  const report = JSON.parse(readFileSync(REPORT, 'utf8'));
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: failuresOf(report),
  };
}

/** What failed and why, again: whoever reads only the end of a long log should know. */
function failuresOf({ testResults }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((result) => result.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`FAILED  ${file}\n${inset(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `FAILED  ${file}: ${fullName}\n${failureMessages.map(inset).join('\n')}`,
    );
  });
}

/** The first lines of a message, without colours, set in. */
function inset(message) {
  return stripVTControlCharacters(message)
    .split('\n')
    .slice(0, 12)
    .map((line) => `        ${line.slice(0, 300)}`)
    .join('\n');
}

function since(start) {
  return Math.round((performance.now() - start) / 100) / 10;
}
