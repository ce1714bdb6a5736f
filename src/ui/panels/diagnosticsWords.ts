/** Figures of a profile and of a GPU, as a person reads them. */
import { formatBytes } from '../../core/units.ts';
import type { GpuReport, NetworkProfile } from '../../rpc/contract.ts';
import { scaled } from '../state/modelWords.ts';

/** "1.25 ms", "830 µs" */
export function formatSeconds(seconds: number): string {
  if (seconds <= 0) return 'too short';
  if (seconds < 1e-3) return `${three(seconds * 1e6)}\u00a0µs`;
  return seconds < 1 ? `${three(seconds * 1e3)}\u00a0ms` : `${three(seconds)}\u00a0s`;
}

/** "38 %", or "< 1 %"; nothing where a time was too short to tell. */
export function formatShare(share: number): string {
  if (share <= 0) return '–';
  const percent = 100 * share;
  return percent < 1 ? '<\u00a01\u00a0%' : `${percent.toFixed(0)}\u00a0%`;
}

export function formatFlops(flopsPerSecond: number): string {
  return flopsPerSecond > 0 ? scaled(flopsPerSecond, 'FLOP/s') : '–';
}

export function formatBandwidth(bytesPerSecond: number): string {
  return bytesPerSecond > 0 ? scaled(bytesPerSecond, 'B/s') : '–';
}

/** The run in two sentences: what was timed, how long a user waits, and how near that is to what the GPU can do. */
export function profileSummary(profile: NetworkProfile): string {
  const { network, image, adapter, togetherSeconds, flops, fractionOfPeak, peak, clock } = profile;
  const rate = togetherSeconds > 0 ? `, ${formatFlops(flops / togetherSeconds)}` : '';
  const how =
    clock === 'timestamps'
      ? ''
      : ' It has no timestamps, so every time below has the way to the GPU and back in it.';
  const above =
    fractionOfPeak > 1
      ? ' They may exceed it: convolutions load less for each product, and loads are what limits GPUs made of software.'
      : '';
  return (
    `${network} on ${image.width} × ${image.height} px takes ${formatSeconds(togetherSeconds)}${rate}; ` +
    `its kernels reach ${formatShare(fractionOfPeak)} of what ${adapter} was seen to do: ` +
    `${formatFlops(peak.flopsPerSecond)} in a matrix product, ${formatBandwidth(peak.bytesPerSecond)} in a copy.${above}${how}`
  );
}

/** Limits that decide how large tiles are and which kernels fit, with what they are for. */
const named = [
  ['maxStorageBufferBindingSize', 'Largest binding', true],
  ['maxBufferSize', 'Largest buffer', true],
  ['maxComputeWorkgroupStorageSize', 'Workgroup memory', true],
  ['maxComputeInvocationsPerWorkgroup', 'Threads in a workgroup', false],
  ['maxStorageBuffersPerShaderStage', 'Bindings of a kernel', false],
  ['maxComputeWorkgroupsPerDimension', 'Workgroups along a side', false],
] as const;

export function limitRows({
  limits,
}: GpuReport): readonly { readonly name: string; readonly text: string; readonly title: string }[] {
  return named.flatMap(([title, name, isBytes]) => {
    const value = limits[title];
    return value === undefined ? [] : [{ name, title, text: isBytes ? formatBytes(value) : String(value) }];
  });
}

function three(value: number): string {
  return value >= 99.5 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
