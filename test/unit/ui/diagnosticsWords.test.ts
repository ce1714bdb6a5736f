import { describe, expect, it } from 'vitest';
import {
  formatBandwidth,
  formatFlops,
  formatSeconds,
  formatShare,
  limitRows,
  profileSummary,
} from '../../../src/ui/panels/diagnosticsWords.ts';
import { isSoftware, usualSize } from '../../../src/ui/state/diagnostics.ts';

describe('diagnostics in words', () => {
  it('give times in the unit that suits them', () => {
    expect([0, 8.3e-5, 0.00125, 0.9999, 12.34].map(formatSeconds)).toEqual([
      'too short',
      '83\u00a0µs',
      '1.25\u00a0ms',
      '1000\u00a0ms',
      '12.3\u00a0s',
    ]);
  });

  it('say nothing where a time was too short to tell', () => {
    expect([0, 0.004, 0.384, 2.5].map(formatShare)).toEqual([
      '–',
      '<\u00a01\u00a0%',
      '38\u00a0%',
      '250\u00a0%',
    ]);
    expect(formatFlops(0)).toBe('–');
    expect(formatFlops(9.1e12)).toBe('9.1\u00a0TFLOP/s');
    expect(formatBandwidth(5e8)).toBe('500\u00a0MB/s');
  });

  it('sum a run up, with what its clock and its peak are worth', () => {
    const profile = {
      network: 'picker',
      adapter: 'A100',
      clock: 'timestamps',
      image: { width: 128, height: 64 },
      tiles: 1,
      runs: 3,
      peak: { flopsPerSecond: 1e13, bytesPerSecond: 1e12 },
      kernels: [],
      seconds: 0.02,
      togetherSeconds: 0.01,
      flops: 5e10,
      bytes: 1,
      fractionOfPeak: 0.5,
      memory: [],
    } as const;
    expect(profileSummary(profile).replaceAll('\u00a0', ' ')).toBe(
      'picker on 128 × 64 px takes 10 ms, 5 TFLOP/s; its kernels reach 50 % of what A100 was seen to do: 10 TFLOP/s in a matrix product, 1 TB/s in a copy.',
    );
    expect(profileSummary({ ...profile, clock: 'submits' })).toContain('no timestamps');
    expect(profileSummary({ ...profile, fractionOfPeak: 1.2 })).toContain('may exceed it');
  });

  it('name the limits that there are, bytes as bytes', () => {
    const report = { available: true, description: '', features: [] };
    const limits = { maxBufferSize: 2 ** 30, maxStorageBuffersPerShaderStage: 8, maxBindGroups: 4 };
    expect(limitRows({ ...report, limits })).toEqual([
      { name: 'Largest buffer', title: 'maxBufferSize', text: '1 GiB' },
      { name: 'Bindings of a kernel', title: 'maxStorageBuffersPerShaderStage', text: '8' },
    ]);
  });

  it('know the adapters that are made of software', () => {
    expect(isSoftware('google swiftshader')).toBe(true);
    expect(isSoftware('llvmpipe (LLVM 19, 256 bits)')).toBe(true);
    expect(isSoftware('NVIDIA H100')).toBe(false);
    // They are given smaller pictures, the more so for a heavy network.
    expect(usualSize('NVIDIA H100', 5e5)).toBe(1024);
    expect(usualSize('llvmpipe', 0)).toBe(128);
    expect(usualSize('llvmpipe', 5e5)).toBe(64);
  });
});
