import type { Reporter, TestModule } from 'vitest/node';

/** In the names of groups of tests that do not run because there is no adapter. */
export const noGpu = 'GPU: none';

/**
 * Says at the end, for each GPU project, how many tests did not run, because there was no adapter or for another reason; and
 * which tests passed at their second try alone, since those want mending.
 */
export default class EndReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    this.#skipped(modules);
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        if (test.diagnostic()?.flaky) console.warn(`Passed at the second try only: ${test.fullName}`);
      }
    }
  }

  #skipped(modules: readonly TestModule[]): void {
    const skipped = new Map<string, { withoutGpu: number; others: number }>();
    for (const module of modules) {
      const { name } = module.project;
      if (!name.startsWith('gpu-')) continue;
      const counts = skipped.get(name) ?? { withoutGpu: 0, others: 0 };
      for (const { fullName } of module.children.allTests('skipped')) {
        if (fullName.includes(noGpu)) counts.withoutGpu++;
        else counts.others++;
      }
      skipped.set(name, counts);
    }
    for (const [name, { withoutGpu, others }] of skipped) {
      if (withoutGpu > 0) console.warn(`${noGpu}, ${withoutGpu} skipped (${name})`);
      if (others > 0) console.warn(`GPU: ${others} skipped for the reasons given (${name})`);
    }
  }
}
