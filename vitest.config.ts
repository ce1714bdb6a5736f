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
 * The GPU tests on one adapter. Dawn finds its driver through the Vulkan loader, which reads these variables
 * before the first adapter is asked for: hence a process for each file, and no thread pool.
 * @param workers software GPUs compile on one core: two of them, of one adapter or of both, keep two cores busy.
 */
function gpu(
  adapter: string,
  group: number,
  workers: number,
  icd: string | undefined,
): TestProjectConfiguration {
  const driver = icd === undefined ? {} : { VK_ICD_FILENAMES: icd, VK_DRIVER_FILES: icd };
  return {
    ...base(),
    test: {
      name: `gpu-${adapter}`,
      include: ['test/gpu/**/*.test.ts'],
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

export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, 'dist/**', 'dist-cli/**'],
    // A software GPU and a compiler share two cores with the tests.
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    reporters: ['default', './test/support/reporter.ts', 'json'],
    outputFile: { json: 'test-results/vitest.json' },
    projects: [
      plain('unit', 0, ['test/unit/**/*.test.{ts,tsx}'], [solid()]),
      plain('fuzz', 0, ['test/fuzz/**/*.test.ts']),
      plain('laws', 0, ['test/laws/**/*.test.ts']),
      ...drivers.map(({ name, icd }) => gpu(name, 1, 2, icd)),
      // The machine's own GPU: `npm test -- --project gpu-native`.
      ...(process.env.CRYOLITE_ADAPTER === 'native' ? [gpu('native', 2, 1, undefined)] : []),
      {
        ...base(),
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
