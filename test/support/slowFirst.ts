import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest on software GPUs, most of it in compiling kernels and waiting for pictures: begun last they would leave one of two
 * workers with nothing to do. Vitest knows what took how long only where it has run before.
 */
const slow = [
  'gpu/train/trace',
  'gpu/nn/catalogue',
  'gpu/nn/topaz',
  'gpu/train/gradients',
  'gpu/pipelines/pick',
  // Of the page: short files that wait long.
  ...['browser/training', 'browser/movie', 'browser/mainJob', 'browser/wholeJob', 'browser/demo'],
  ...['browser/picking', 'browser/keysAlone', 'browser/recovery', 'browser/diagnostics', 'browser/denoise'],
];

/** Vitest's order, but for those. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean =>
      slow.some((name) => moduleId.endsWith(`${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
