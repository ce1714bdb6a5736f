import { describe, expect, test } from 'vitest';
import { type Capabilities, capabilitiesOf, leastCapabilities } from '../../../src/gpu/capabilities.ts';
import type { Conv2dSpec } from '../../../src/gpu/ops/conv2d.ts';
import { conv2dKernel, conv2dKernels } from '../../../src/gpu/ops/conv2dKernels.ts';

const one = { x: 1, y: 1 };
const source = { groups: 12, stored: 'full', isUpsampled: false } as const;
const wide: Conv2dSpec = {
  kernel: { x: 3, y: 3 },
  stride: one,
  dilation: one,
  sources: [source],
  groups: 12,
  result: 'full',
  paddingMode: 'zero',
  hasResidual: false,
  activation: { kind: 'none' },
};
const narrow: Conv2dSpec = { ...wide, groups: 4 };
const plane = { groups: 1, stored: 'plane', isUpsampled: false } as const;

const processor: Capabilities = {
  ...leastCapabilities,
  isProcessor: true,
  subgroup: { fewest: 4, most: 4 },
};
const gpu: Capabilities = { ...leastCapabilities, subgroup: { fewest: 32, most: 32 } };
const names = (spec: Conv2dSpec, capabilities: Capabilities): string[] =>
  conv2dKernels(spec, capabilities).map(({ name }) => name);

describe('the kernel of a convolution', () => {
  test('packed into packed: by workgroup memory where it is fast and the layer wide', () => {
    expect(names(wide, processor)).toEqual(['direct', 'gemm', 'quads']);
    expect(names(wide, gpu)).toEqual(['gemm', 'direct', 'quads']);
    expect(names(narrow, gpu)).toEqual(['direct', 'gemm', 'quads']);
    expect(names({ ...wide, sources: [{ ...source, groups: 4 }] }, gpu)[0]).toBe('direct');
    expect(names({ ...wide, sources: [source, { ...source, groups: 1 }] }, gpu)[0]).toBe('gemm');
  });

  test('planes have kernels of their own on every device', () => {
    for (const device of [processor, gpu, leastCapabilities]) {
      expect(names({ ...wide, sources: [plane] }, device)).toEqual(['oneIn']);
      expect(names({ ...wide, groups: 1, result: 'plane' }, device)).toEqual(['oneOut']);
      expect(names({ ...wide, sources: [plane], groups: 1, result: 'plane' }, device)).toEqual(['oneOne']);
    }
  });

  test('quads want subgroups that a workgroup can be made of', () => {
    expect(names(wide, { ...gpu, subgroup: undefined })).toEqual(['gemm', 'direct']);
    expect(names(wide, { ...gpu, subgroup: { fewest: 4, most: 128 }, invocations: 64 })).toEqual([
      'gemm',
      'direct',
    ]);
  });

  test('one that is preferred is taken where it can run', () => {
    for (const name of ['direct', 'gemm', 'quads'] as const) {
      for (const device of [processor, gpu]) expect(conv2dKernel(wide, device, name).name).toBe(name);
    }
    expect(conv2dKernel(wide, leastCapabilities, 'quads').name).toBe('gemm');
    expect(conv2dKernel(wide, gpu, 'oneIn').name).toBe('gemm');
    expect(conv2dKernel({ ...wide, sources: [plane] }, gpu, 'gemm').name).toBe('oneIn');
  });

  test('what none can run is named', () => {
    const spec: Conv2dSpec = { ...wide, result: 'plane', groups: 1, hasResidual: true };
    expect(() => conv2dKernel(spec, gpu)).toThrow('No kernel convolves 12 × full into 1 × plane.');
  });

  test('only another GPU than a processor gets long unrolled texts', () => {
    expect(conv2dKernel(wide, processor, 'gemm').defines.UNROLL).toBe(1);
    expect(conv2dKernel(wide, gpu, 'gemm').defines.UNROLL).toBe(4);
  });

  test('only a processor gets long strips, for wide layers without dilation', () => {
    const strip = (spec: Conv2dSpec, device: Capabilities) =>
      conv2dKernel(spec, device, 'direct').defines.PIXELS;
    expect(strip(wide, processor)).toBe(16);
    expect(strip(wide, gpu)).toBe(8);
    expect(strip(narrow, processor)).toBe(8);
    expect(strip({ ...wide, dilation: { x: 2, y: 2 } }, processor)).toBe(8);
  });

  const widths = Array.from({ length: 64 }, (_, i) => i + 1);
  test.each(['full', 'half'] as const)('workgroups fit every device, %s', (stored) => {
    const bytesOfItem = stored === 'full' ? 16 : 8;
    for (const groups of widths) {
      const spec: Conv2dSpec = { ...wide, sources: [{ ...source, stored }], groups, result: stored };
      const { ACROSS, DOWN, BLOCK, DEPTH, LEFTROW, SHARED } = conv2dKernel(spec, gpu, 'gemm').defines;
      expect(SHARED).toBe(stored === 'full' ? 'vec4f' : 'vec4h');
      expect(Number(ACROSS) * Number(DOWN)).toBeLessThanOrEqual(128);
      const items = Number(DEPTH) * (Number(LEFTROW) + 4 * Number(ACROSS) * Number(BLOCK));
      expect(items * bytesOfItem).toBeLessThanOrEqual(leastCapabilities.workgroupBytes);
    }
  });

  test('quads fill whole subgroups and whole quads, whatever the channels', () => {
    for (const groups of widths) {
      for (const most of [4, 8, 16, 32, 64, 128]) {
        const device = { ...gpu, subgroup: { fewest: 4, most } };
        const { THREADS, LANES, STRIPS } = conv2dKernel({ ...wide, groups }, device, 'quads').defines;
        expect(Number(THREADS) % most).toBe(0);
        expect(Number(THREADS) % (4 * Number(LANES))).toBe(0);
        expect(Number(LANES) * Number(STRIPS)).toBe(THREADS);
        expect(groups % Number(LANES)).toBe(0);
      }
    }
  });

  test.each(['direct', 'gemm', 'quads'] as const)('the grid of %s covers every item', (name) => {
    for (const groups of [1, 5, 12, 25]) {
      for (const [width, height] of [
        [1, 1],
        [129, 3],
        [4096, 4096],
      ] as const) {
        const { defines, grid } = conv2dKernel({ ...wide, groups }, gpu, name);
        const [x, y, z] = grid(width, height);
        const { LANES, STRIPS, ACROSS, BLOCK, DOWN, PIXELS } = Object.fromEntries(
          Object.entries(defines).map(([key, value]) => [key, Number(value)]),
        );
        if (name === 'gemm') {
          expect(x * (ACROSS ?? 0) * (BLOCK ?? 0)).toBe(groups);
          expect(y * z * (DOWN ?? 0) * (PIXELS ?? 0)).toBeGreaterThanOrEqual(width * height);
        } else {
          expect(x * (LANES ?? 0)).toBe(groups);
          expect(y * (STRIPS ?? 0) * (PIXELS ?? 0)).toBeGreaterThanOrEqual(width);
          expect(z).toBe(height);
        }
        expect(Math.max(x, y, z)).toBeLessThanOrEqual(65535);
      }
    }
  });
});

describe('capabilities', () => {
  const limits = { maxComputeWorkgroupStorageSize: 32768, maxComputeInvocationsPerWorkgroup: 512 };
  const device = (features: readonly string[], adapterInfo: object | undefined) =>
    capabilitiesOf({ features: new Set(features), limits, adapterInfo } as unknown as GPUDevice);

  test('are those of the device', () => {
    const info = { isFallbackAdapter: true, subgroupMinSize: 8, subgroupMaxSize: 64 };
    expect(device(['subgroups'], info)).toEqual({
      isProcessor: true,
      subgroup: { fewest: 8, most: 64 },
      workgroupBytes: 32768,
      invocations: 512,
    });
    expect(device([], info).subgroup).toBeUndefined();
  });

  test('of an older browser, which says little', () => {
    expect(device(['subgroups'], undefined)).toEqual({
      isProcessor: false,
      subgroup: { fewest: 4, most: 128 },
      workgroupBytes: 32768,
      invocations: 512,
    });
  });
});
