/** As much of Vitest's JSON report as is read. */
export interface TestReport {
  readonly testResults: readonly {
    /** Absolute path of the file. */
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

export function readReport(path: string): TestReport | undefined;
export function filesToTryAgain(report: TestReport | undefined, root: string): string[];
export function withSecondTry(report: TestReport, again: TestReport): TestReport;
export function passedNow(
  first: TestReport,
  again: TestReport,
): TestReport['testResults'][number]['assertionResults'][number][];
export function outcomeOf(
  report: TestReport | undefined,
  code: number,
  root: string,
): { passed: number; failed: number; skipped: number; failures: string[] };
