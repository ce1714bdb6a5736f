import { type Accessor, createMemo, createSignal } from 'solid-js';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { Autosave } from './autosave.ts';
import type { Library } from './library.ts';
import { type LeftMicrograph, type ListDependencies, leftMicrographs } from './pickedMicrographs.ts';
import { openRequest } from './reading.ts';
import type { WorkDependencies } from './work.ts';

/** What the gallery of a whole list needs beside the one micrograph. */
export interface OthersDependencies extends WorkDependencies, ListDependencies {
  readonly library: Library;
  readonly autosave: globalThis.Pick<Autosave, 'change'>;
}

/** The picks of the list's micrographs that are not on the screen. */
export interface GalleryOthers {
  readonly all: Accessor<readonly LeftMicrograph[]>;
  /** Whose pick it is; undefined for the micrograph on the screen. */
  ownerOf(pick: Pick): LeftMicrograph | undefined;
  /** The fingerprint of a pick's micrograph, for good: undefined only for picks that no list was looked through for. */
  fingerprintOf(pick: Pick): string | undefined;
  /** Notes whose they are before they are nobody's. */
  claim(picks: readonly Pick[], fingerprint: string): void;
  /** Looks through the list again. */
  load(): Promise<void>;
  /** Forgets what was found, and stops looking. */
  clear(): void;
  /**
   * Works on a micrograph that is open in the worker, one at a time; the one before is closed.
   * @throws AbortError where the list was forgotten meanwhile; what `work` throws.
   */
  using<T>(owner: LeftMicrograph, work: (id: number) => Promise<T>): Promise<T>;
  /** A step of that micrograph's history, saved at once. Picks of the one on the screen are none of theirs. */
  remove(gone: readonly Pick[]): void;
  restore(back: readonly Pick[]): void;
}

export function createGalleryOthers(dependencies: OthersDependencies): GalleryOthers {
  const { compute, document, picks, tasks, library, autosave, notices } = dependencies;
  const [found, setFound] = createSignal<readonly LeftMicrograph[]>([]);
  // The one on the screen may have been another when they were looked for.
  const all = createMemo(() => found().filter(({ key }) => key !== document.key()));
  /** A pick stays its micrograph's, whether it is there, thrown out, or the list is not shown. */
  const fingerprints = new WeakMap<Pick, string>();
  const byFingerprint = createMemo(() => new Map(all().map((one) => [one.session.fingerprint, one])));
  let opened: { readonly key: string; readonly id: Promise<number> } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  /** Counts what was forgotten. */
  let generation = 0;

  const ownerOf = (pick: Pick): LeftMicrograph | undefined =>
    byFingerprint().get(fingerprints.get(pick) ?? '');
  const claim = (of: readonly Pick[], fingerprint: string): void => {
    for (const pick of of) fingerprints.set(pick, fingerprint);
  };
  const close = (): void => {
    const last = opened;
    opened = undefined;
    // One that could not be opened need not be closed.
    last?.id.then((id) => compute.close(id)).catch(() => {});
  };
  const idOf = async (owner: LeftMicrograph): Promise<number> => {
    if (opened?.key !== owner.key) {
      close();
      const request = openRequest(0, owner.session.parameters, undefined);
      opened = { key: owner.key, id: compute.open(owner.file, request).then(({ id }) => id) };
    }
    const { id } = opened;
    try {
      return await id;
    } catch (error) {
      if (opened?.id === id) opened = undefined;
      throw error;
    }
  };
  const change = (
    of: readonly Pick[],
    edit: (
      owner: LeftMicrograph,
      own: readonly Pick[],
    ) => { readonly picks: readonly Pick[]; readonly candidates: readonly Pick[] },
  ): void => {
    const changed = new Map<string, LeftMicrograph>();
    for (const owner of new Set(of.map(ownerOf))) {
      if (!owner) continue;
      const own = of.filter((pick) => ownerOf(pick) === owner);
      const next = edit(owner, own);
      const { fingerprint, parameters } = owner.session;
      const session = { ...owner.session, ...picks.notesOf(fingerprint), picks: next.picks };
      changed.set(owner.key, { ...owner, session, candidates: next.candidates });
      autosave.change(fingerprint).catch(notices.failure);
      const pickCount = next.candidates.filter((pick) => isShown(pick, parameters.threshold)).length;
      library.update(owner.key, { pickCount });
    }
    if (changed.size > 0) setFound(found().map((one) => changed.get(one.key) ?? one));
  };
  return {
    all,
    ownerOf,
    fingerprintOf: (pick) => fingerprints.get(pick),
    claim,
    load: async () => {
      const left: LeftMicrograph[] = [];
      await tasks.run('gallery', 'Looking for picks on all micrographs', async ({ signal, onProgress }) => {
        const report = (done: number, total: number): void =>
          onProgress?.({ stage: 'Looking for picks on all micrographs', done, total });
        const onFailure = notices.error;
        for await (const one of leftMicrographs(dependencies, { onProgress: report, onFailure, signal })) {
          claim(one.session.picks, one.session.fingerprint);
          left.push(one);
        }
        signal?.throwIfAborted();
        setFound(left);
      });
    },
    clear: () => {
      tasks.cancel('gallery');
      generation++;
      setFound([]);
      close();
    },
    using: (owner, work) => {
      const asked = generation;
      const result = queue.then(async () => {
        if (asked !== generation) throw new DOMException('The list was left.', 'AbortError');
        return await work(await idOf(owner));
      });
      queue = result.catch(() => {});
      return result;
    },
    remove: (gone) =>
      change(gone, ({ session, candidates }, own) => {
        const left = new Set(own);
        return {
          picks: picks.removeOf(session.fingerprint, own),
          candidates: candidates.filter((pick) => !left.has(pick)),
        };
      }),
    restore: (back) =>
      change(back, ({ session, candidates }, own) => ({
        picks: picks.restoreOf(session.fingerprint, own),
        candidates: [...candidates, ...own],
      })),
  };
}
