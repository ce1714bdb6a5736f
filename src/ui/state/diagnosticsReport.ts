/** What stands in the report for an issue: plain text that a person can read through before it is sent. */
import { formatBytes } from '../../core/units.ts';
import type { StorageState } from '../../platform/browser/storage.ts';
import type { CacheUsage, GpuMemory, GpuReport, StageTime } from '../../rpc/contract.ts';

export interface ReportParts {
  readonly version: string;
  readonly browser: string;
  readonly gpu: GpuReport | undefined;
  readonly memory: GpuMemory | undefined;
  readonly cache: CacheUsage | undefined;
  readonly storage: StorageState | undefined;
  readonly stages: readonly StageTime[];
  /** The last run of the profiler in sentences. */
  readonly profile: string | undefined;
  /** The last sentences that told of a failure, oldest first. */
  readonly errors: readonly { readonly at: number; readonly text: string }[];
  /** What is wrong with files of the list. */
  readonly unread: readonly string[];
}

/** @param hide names of files, folders and sessions, none of which may stand in it; undefined: all may. */
export function reportText(parts: ReportParts, hide: readonly string[] | undefined): string {
  const { gpu, memory, cache, storage, stages, profile, errors, unread } = parts;
  const shown = (text: string): string => (hide ? withoutNames(text, hide) : text);
  const blocks = [
    [`Cryolite ${parts.version}`, `Browser: ${parts.browser}`],
    [
      `GPU: ${gpu?.description ?? 'not started'}`,
      ...(gpu?.available ? [`Features: ${gpu.features.join(', ') || 'none beyond the core'}`] : []),
      ...Object.entries(gpu?.limits ?? {}).map(([name, value]) => `  ${name}: ${value}`),
    ],
    memory && [
      `Memory on the GPU: ${formatBytes(memory.bytes)} now, ${formatBytes(memory.peak)} at most`,
      ...memory.byOwner.map(
        ({ owner, bytes, atPeak, most }) =>
          `  ${owner}: ${formatBytes(bytes)} now, ${formatBytes(atPeak)} at the peak, ${formatBytes(most)} at most`,
      ),
    ],
    [...(cache ? [`Tiles kept: ${cacheWords(cache)}`] : []), `Storage: ${storageWords(storage)}`],
    ['Time per stage (runs; last, median, longest; failed)', ...stages.map(stageLine)],
    profile === undefined ? undefined : ['Profile', `  ${profile}`],
    [
      errors.length + unread.length > 0 ? 'Failures' : 'Failures: none',
      ...errors.map(({ at, text }) => `  ${new Date(at).toISOString().slice(11, 19)} UTC  ${shown(text)}`),
      ...unread.map((text) => `  In the list: ${shown(text)}`),
    ],
  ];
  return `${blocks.flatMap((lines) => (lines && lines.length > 0 ? [lines.join('\n')] : [])).join('\n\n')}\n`;
}

/** "312 MiB of 1 GiB in 2400 tiles, 120 dropped for room" */
export function cacheWords({ bytes, budget, tiles, evicted }: CacheUsage): string {
  const dropped = evicted > 0 ? `${evicted} dropped for room` : 'none dropped for room';
  return `${formatBytes(bytes)} of ${formatBytes(budget)} in ${tiles} tiles, ${dropped}`;
}

/** "1.2 GiB of 10 GiB, kept until you delete it" */
export function storageWords(storage: StorageState | undefined): string {
  if (storage?.usedBytes === undefined || storage.quotaBytes === undefined) return 'the browser does not say';
  const { usedBytes, quotaBytes, isPersistent } = storage;
  const until = isPersistent
    ? 'kept until you delete it'
    : 'the browser may delete it when the disk gets full';
  return `${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)}, ${until}`;
}

function stageLine({ stage, runs, failed, ...times }: StageTime): string {
  const seconds = [times.lastSeconds, times.medianSeconds, times.longestSeconds];
  const failures = failed > 0 ? `; ${failed} failed` : '';
  return `  ${stage}: ${runs}; ${seconds.map((value) => `${value.toFixed(3)} s`).join(', ')}${failures}`;
}

/** Anything that looks like a file of a microscopist. */
const fileLike =
  /[^\s"'“”‘’()/\\]+\.(?:mrcs?|st|map|ccp4|rec|tiff?|eer|dm[34]|png|jpe?g|star|box|cbox|csv?|json|mod|sav|pth?|onnx|safetensors|gz|bz2|zip|txt|cryolite|mdoc|csg|hdf5?|npy)\b/gi;

/**
 * The sentence with all of these names, and files, called "a file": they may tell of unpublished work. A name counts
 * where it stands by itself: a folder called "a" does not take the sentence apart.
 */
export function withoutNames(text: string, names: readonly string[]): string {
  // Longer names first: one may be the beginning of another.
  const known = [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  // All at once: what stands in for one name is not searched for the next.
  const whole = new RegExp(
    `(?<![\\p{L}\\p{N}_])(?:${known.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`,
    'gu',
  );
  const without = known.length > 0 ? text.replace(whole, 'a file') : text;
  return without.replace(fileLike, 'a file');
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
