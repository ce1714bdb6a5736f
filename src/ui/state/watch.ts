import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import { type LocalFile, sourceOfFolder } from '../../platform/browser/files.ts';
import { createLandings, type Landings, type SeenFile } from './landing.ts';
import { itemPath, type Library } from './library.ts';
import type { Notices } from './notices.ts';
import { asKnown } from './sourceIdentity.ts';
import type { OpenFolder, Sources } from './sources.ts';

/** Between two looks, ms; a folder that takes long to list is looked at less often. */
export const lookMilliseconds = 3000;
const restsPerLook = 5;

export interface WatchReport {
  /** Micrographs that came since watching began. */
  readonly landed: number;
  /** Files that are still written. */
  readonly waiting: number;
  /** The last one that came. */
  readonly latest: string | undefined;
}

/** Looks into the open folders every few seconds while a microscope fills them. */
export interface Watch {
  /** Whether there is a folder that can be watched. */
  readonly isPossible: Accessor<boolean>;
  readonly isOn: Accessor<boolean>;
  /** What is watched, in words. */
  readonly folder: Accessor<string>;
  readonly report: Accessor<WatchReport>;
  /** New files go through the batch's steps. */
  readonly processes: Accessor<boolean>;
  setProcesses(processes: boolean): void;
  start(): void;
  stop(): void;
}

export interface WatchDependencies {
  readonly sources: Pick<Sources, 'folders' | 'land'>;
  readonly library: Pick<Library, 'file'>;
  readonly notices: Pick<Notices, 'error' | 'failure'>;
  /** Works on micrographs that came. */
  readonly process: (keys: readonly string[]) => Promise<void>;
  /** For tests. */
  readonly pauseMilliseconds?: number;
}

export function createWatch(dependencies: WatchDependencies): Watch {
  const { sources, library, notices, process, pauseMilliseconds = lookMilliseconds } = dependencies;
  const nothing: WatchReport = { landed: 0, waiting: 0, latest: undefined };
  const [watched, setWatched] = createSignal<readonly OpenFolder[]>([]);
  const [report, setReport] = createSignal(nothing);
  const [processes, setProcesses] = createSignal(false);
  let watching: AbortController | undefined;

  const stop = (): void => {
    watching?.abort();
    watching = undefined;
    setWatched([]);
  };
  const look = async (
    { sourceId, handle, folders }: OpenFolder,
    landings: Landings,
    signal: AbortSignal,
  ): Promise<number> => {
    const files = asKnown((await sourceOfFolder(handle, { signal })).files, folders);
    const fresh = new Map<string, LocalFile>();
    for (const file of files) {
      const path = itemPath(file);
      if (library.file(`${sourceId}/${path}`) === undefined) fresh.set(path, file);
    }
    const seen: SeenFile[] = [];
    for (const [path, file] of fresh) {
      signal.throwIfAborted();
      try {
        const { size, lastModified } = await file.getFile();
        seen.push({ path, bytes: size, modified: lastModified });
      } catch {
        // Renamed or taken away between two looks, as programs do with files that are not finished.
      }
    }
    const whole = landings.look(seen).flatMap((path) => fresh.get(path) ?? []);
    signal.throwIfAborted();
    if (whole.length > 0) {
      const keys = sources.land(sourceId, whole);
      setReport(({ landed, waiting }) => ({
        landed: landed + keys.length,
        waiting,
        latest: whole.at(-1)?.name,
      }));
      // Not waited for: what lands meanwhile is to be seen, too.
      if (processes()) process(keys).catch(notices.failure);
    }
    return landings.waiting;
  };
  const run = async (folders: readonly OpenFolder[], signal: AbortSignal): Promise<void> => {
    const all = folders.map((folder) => ({ folder, landings: createLandings() }));
    while (!signal.aborted) {
      const start = performance.now();
      let waiting = 0;
      for (const { folder, landings } of all) {
        try {
          waiting += await look(folder, landings, signal);
        } catch {
          if (signal.aborted) return;
          notices.error(
            `${folder.handle.name} is not watched any more: it was moved or disconnected, or the permission to read it has ended. Open the folder again and watch it anew.`,
          );
          return stop();
        }
      }
      setReport((before) => ({ ...before, waiting }));
      const pause = Math.max(pauseMilliseconds, restsPerLook * (performance.now() - start));
      await rest(pause, signal);
    }
  };
  createEffect(
    on(sources.folders, (folders) => {
      // The list was emptied.
      if (folders.length === 0) stop();
    }),
  );
  onCleanup(stop);
  return {
    isPossible: () => sources.folders().length > 0,
    isOn: () => watched().length > 0,
    folder: () =>
      watched()
        .map(({ handle }) => handle.name)
        .join(', '),
    report,
    processes,
    setProcesses,
    start: () => {
      stop();
      const folders = sources.folders();
      if (folders.length === 0) return;
      setReport(nothing);
      setWatched(folders);
      watching = new AbortController();
      void run(folders, watching.signal);
    },
    stop,
  };
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
