/** What Vitest's report says: how many tests passed, which failed and why, and which files are worth a second try. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** @returns undefined where there is none, as after a crash. */
export function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/**
 * Files with failures, where all of them are tests of the page; else none. A browser, a driver and a disk share a busy processor,
 * and tests of one file follow one another: only the whole file can be tried again.
 */
export function filesToTryAgain(report, root) {
  const failed = (report?.testResults ?? []).filter(({ status }) => status === 'failed');
  const files = failed.map(({ name }) => relative(root, name));
  return files.every((file) => file.startsWith('test/browser/')) ? files : [];
}

/** A report with the files of a second run in the place of what they were in the first. */
export function withSecondTry(report, again) {
  const second = new Map(again.testResults.map((file) => [file.name, file]));
  return { ...report, testResults: report.testResults.map((file) => second.get(file.name) ?? file) };
}

/** Tests that failed in the first report and passed in the second. */
export function passedNow(first, again) {
  const all = ({ testResults }, status) =>
    testResults.flatMap((file) => file.assertionResults).filter((result) => result.status === status);
  const failed = new Set(all(first, 'failed').map(({ fullName }) => fullName));
  return all(again, 'passed').filter(({ fullName }) => failed.has(fullName));
}

/**
 * @param code of Vitest: a crash is a failure without a failed test, as is a file that doesn't load.
 * @returns counts, and for each failure a few lines: whoever reads only the end of a long log should know.
 */
export function outcomeOf(report, code, root) {
  if (!report)
    return { passed: 0, failed: 1, skipped: 0, failures: ['FAILED  there is no report of the tests'] };
  const files = report.testResults;
  const count = (status) =>
    files.flatMap((file) => file.assertionResults).filter((result) => result.status === status).length;
  const failures = files.flatMap((file) => failuresOf(file, root));
  const passed = count('passed');
  return {
    passed,
    failed: failures.length === 0 && code !== 0 ? 1 : failures.length,
    skipped: files.flatMap((file) => file.assertionResults).length - passed - count('failed'),
    failures,
  };
}

function failuresOf({ name, status, message, assertionResults }, root) {
  const file = relative(root, name);
  const failed = assertionResults.filter((result) => result.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [`FAILED  ${file}\n${inset(message)}`];
  return failed.map(
    ({ fullName, failureMessages }) =>
      `FAILED  ${file}: ${fullName}\n${failureMessages.map(inset).join('\n')}`,
  );
}

/** The first lines of a message, without colours, set in. */
function inset(message) {
  return stripVTControlCharacters(message)
    .split('\n')
    .slice(0, 12)
    .map((line) => `        ${line.slice(0, 300)}`)
    .join('\n');
}
