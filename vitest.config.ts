import { existsSync, readFileSync } from 'node:fs';
import type { PluginOption } from 'vite';
import solid from 'vite-plugin-solid';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';
import machine from './test/support/machine.json' with { type: 'json' };
import { SlowFirst } from './test/support/slowFirst.ts';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string;
};
/** What every project shares; a fresh object each, since Vitest takes the definitions out of the one it is given. */
const base = () => ({ define: { __CRYOLITE_VERSION__: JSON.stringify(version) } });

/** Plain logic in Node, in parallel on two workers; projects of a `group` share them, and groups go low first. */
function plain(
  name: string,
  group: number,
  include: readonly string[],
  plugins: PluginOption[] = [],
): TestProjectConfiguration {
  return {
    ...base(),
    plugins,
    test: {
      name,
      include: [...include],
      setupFiles: ['test/support/properties.ts'],
      environment: 'node',
      pool: 'forks',
      maxWorkers: 2,
      // A slow machine is no failure; what hangs is.
      testTimeout: 60_000,
      sequence: { groupOrder: group },
    },
  };
}

/**
 * What stands on kernels that are tested on every adapter, and what the browser's tests run on SwiftShader anyway: there it takes minutes,
 * most of them compiling. `CRYOLITE_FULL=1` runs it, and so does a machine without another adapter.
 */
const aboveKernels = [
  ...['test/gpu/cli/**', 'test/gpu/pipelines/**', 'test/gpu/workers/**'],
  // Whole networks, of layers that the catalogue and the gradients test one by one.
  ...['test/gpu/nn/{networks,picker,topaz}.test.ts', 'test/gpu/train/trace.test.ts'],
];

/**
 * The GPU tests on one adapter. Dawn finds its driver through the Vulkan loader, which reads these variables
 * before the first adapter is asked for: hence a process for each file, and no thread pool.
 * @param workers software GPUs compile on one core: two of them, of one adapter or of both, keep two cores busy.
 */
function gpu(
  adapter: string,
  group: number,
  workers: number,
  icd: string | undefined,
  exclude: readonly string[] = [],
): TestProjectConfiguration {
  const driver = icd === undefined ? {} : { VK_ICD_FILENAMES: icd, VK_DRIVER_FILES: icd };
  return {
    ...base(),
    test: {
      name: `gpu-${adapter}`,
      include: ['test/gpu/**/*.test.ts'],
      exclude: [...configDefaults.exclude, ...exclude],
      environment: 'node',
      pool: 'forks',
      maxWorkers: workers,
      env: { CRYOLITE_ADAPTER: adapter, ...driver },
      // A slow machine is no failure; what hangs is.
      testTimeout: 400_000,
      hookTimeout: 180_000,
      sequence: { groupOrder: group },
    },
  };
}

const drivers = Object.entries(machine.drivers).map(([name, { icd }]) => ({
  name,
  // Without a driver the project stays: its tests are reported as skipped, or fail where REQUIRE_GPU=1.
  icd: icd.find((path) => existsSync(path)) ?? '/no/such/driver.json',
}));

const isSpared = (name: string): boolean =>
  name === 'swiftshader' &&
  process.env.CRYOLITE_FULL !== '1' &&
  drivers.some((other) => other.name !== name && existsSync(other.icd));

export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, 'dist/**', 'dist-single/**', 'dist-cli/**'],
    // A software GPU and a compiler share two cores with the tests.
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    reporters: ['default', './test/support/reporter.ts', 'json'],
    outputFile: { json: 'test-results/vitest.json' },
    projects: [
      plain('unit', 0, ['test/unit/**/*.test.{ts,tsx}'], [solid()]),
      plain('fuzz', 0, ['test/fuzz/**/*.test.ts']),
      plain('laws', 0, ['test/laws/**/*.test.ts']),
      ...drivers.map(({ name, icd }) => gpu(name, 1, 2, icd, isSpared(name) ? aboveKernels : [])),
      // The machine's own GPU: `npm test -- --project gpu-native`.
      ...(process.env.CRYOLITE_ADAPTER === 'native' ? [gpu('native', 2, 1, undefined)] : []),
      {
        ...base(),
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          pool: 'forks',
          // A page waits for its GPU about half of the time: two browsers keep two cores busy.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // A browser, a driver and a disk beside a busy processor: what fails once is run once more, and named at the end.
          retry: 1,
          // The page counts and draws in tasks of its own, after the click that asks for it.
          expect: { poll: { timeout: 20_000, interval: 50 } },
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
