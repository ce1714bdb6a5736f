/**
 * `npm test`: brings this machine what the tests need, builds the page and the command line, lints, checks the
 * types and runs every test. `npm test -- --project unit` hands its options to Vitest and leaves out the lint and
 * the types. REQUIRE_GPU=1 turns "no GPU, skipped" into a failure.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, setup, tool } from './setup.mjs';
import { bringTestTools, findChromium, findFirefox, workingAdapters } from './system.mjs';
import { filesToTryAgain, outcomeOf, passedNow, readReport, withSecondTry } from './testReport.mjs';

const REPORT = join(root, 'test-results/vitest.json');
const SECOND_REPORT = join(root, 'test-results/vitest-again.json');
/** Files of the page's tests: where more fail, it is no chance. */
const MOST_TRIED_AGAIN = 2;
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
  const first = await runVitest(options.length > 0 ? options : defaultProjects(), REPORT);
  let { report, code } = first;
  const files = code === 0 ? [] : filesToTryAgain(report, root);
  if (files.length > 0 && files.length <= MOST_TRIED_AGAIN) {
    console.log(`\n> once more: ${files.join(', ')}`);
    const second = await runVitest(['--project', 'browser', ...files], SECOND_REPORT);
    if (second.report) {
      for (const { fullName } of passedNow(first.report, second.report))
        console.warn(`Passed when its file was run once more only: ${fullName}`);
      report = withSecondTry(first.report, second.report);
      code = second.code;
    }
  }
  return { ...outcomeOf(report, code, root), seconds: since(start) };
}

/** @param file where its report is written. */
async function runVitest(how, file) {
  rmSync(file, { force: true });
  const native = adapters.includes('native') ? { CRYOLITE_ADAPTER: 'native' } : {};
  const { code } = await tool('vitest', 'vitest.mjs', ['run', ...how, `--outputFile.json=${file}`], {
    env: native,
  });
  return { code, report: readReport(file) };
}

/** Every project; of the GPU ones those whose adapter works, or one that reports the skipped tests. */
function defaultProjects() {
  const gpu = adapters.length > 0 ? adapters : ['swiftshader'];
  return ['unit', 'fuzz', 'laws', ...gpu.map((name) => `gpu-${name}`), 'browser'].flatMap((name) => [
    '--project',
    name,
  ]);
}

function since(start) {
  return Math.round((performance.now() - start) / 100) / 10;
}
