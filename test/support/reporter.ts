import type { Reporter, TestModule } from 'vitest/node';

/** Says at the end, for each GPU project, how many tests did not run because there was no adapter. */
export default class SkippedGpuReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = new Map<string, number>();
    for (const module of modules) {
      const { name } = module.project;
      if (!name.startsWith('gpu-')) continue;
      const count = [...module.children.allTests('skipped')].length;
      skipped.set(name, (skipped.get(name) ?? 0) + count);
    }
    for (const [name, count] of skipped) {
      if (count > 0) console.warn(`GPU: none, ${count} skipped (${name})`);
    }
  }
}
