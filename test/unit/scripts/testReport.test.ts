import { describe, expect, test } from 'vitest';
import { filesToTryAgain, outcomeOf, passedNow, withSecondTry } from '../../../scripts/testReport.mjs';

const root = '/work';

/** A file with tests, each with its status. */
function file(name: string, statuses: Record<string, string>, message = '') {
  const assertionResults = Object.entries(statuses).map(([fullName, status]) => ({
    fullName,
    status,
    failureMessages:
      status === 'failed' ? [`Error: \u001b[31m${fullName} is wrong\u001b[39m\n  at a line`] : [],
  }));
  const isFailed = message !== '' || Object.values(statuses).includes('failed');
  return { name: `${root}/${name}`, status: isFailed ? 'failed' : 'passed', message, assertionResults };
}

const page = file('test/browser/a.test.ts', { opens: 'passed', picks: 'failed', saves: 'pending' });
const pageAgain = file('test/browser/a.test.ts', { opens: 'passed', picks: 'passed', saves: 'pending' });
const unit = file('test/unit/b.test.ts', { adds: 'passed' });
const brokenUnit = file('test/unit/b.test.ts', { adds: 'failed' });

describe('the report of the tests', () => {
  test('counts, and says at the end which failed and why', () => {
    const { failures, ...counts } = outcomeOf({ testResults: [page, unit] }, 1, root);
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(failures).toEqual([
      'FAILED  test/browser/a.test.ts: picks\n        Error: picks is wrong\n          at a line',
    ]);
  });

  test('a file that doesn’t load, a crash, and no report at all are failures', () => {
    const unread = file('test/unit/c.test.ts', {}, 'SyntaxError: no');
    expect(outcomeOf({ testResults: [unit, unread] }, 1, root).failures).toEqual([
      'FAILED  test/unit/c.test.ts\n        SyntaxError: no',
    ]);
    expect(outcomeOf({ testResults: [unit] }, 1, root).failed).toBe(1);
    expect(outcomeOf(undefined, 0, root).failed).toBe(1);
    expect(outcomeOf({ testResults: [unit] }, 0, root).failed).toBe(0);
  });

  test('files of the page are tried again, where nothing else failed', () => {
    expect(filesToTryAgain({ testResults: [page, unit] }, root)).toEqual(['test/browser/a.test.ts']);
    expect(filesToTryAgain({ testResults: [page, brokenUnit] }, root)).toEqual([]);
    expect(filesToTryAgain({ testResults: [unit] }, root)).toEqual([]);
    expect(filesToTryAgain(undefined, root)).toEqual([]);
  });

  test('a second try counts in the place of the first, and is named', () => {
    const first = { testResults: [page, unit] };
    const again = { testResults: [pageAgain] };
    expect(passedNow(first, again).map(({ fullName }) => fullName)).toEqual(['picks']);
    expect(outcomeOf(withSecondTry(first, again), 0, root)).toEqual({
      passed: 3,
      failed: 0,
      skipped: 1,
      failures: [],
    });
    expect(outcomeOf(withSecondTry(first, { testResults: [page] }), 1, root).failed).toBe(1);
  });
});
