import { type Accessor, createMemo, createSignal } from 'solid-js';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { MicrographSession } from '../../dataset/session.ts';
import type { Library } from './library.ts';
import { type LeftMicrograph, type ListDependencies, leftMicrographs } from './pickedMicrographs.ts';
import { openRequest } from './reading.ts';
import type { WorkDependencies } from './work.ts';

/** What the gallery of a whole list needs beside the one micrograph. */
export interface OthersDependencies extends WorkDependencies, ListDependencies {
  readonly library: Library;
  /** Saves the session of a micrograph that is not on the screen. */
  readonly keep: (session: MicrographSession) => Promise<void>;
}

/** The picks of the list's micrographs that are not on the screen. */
export interface GalleryOthers {
  readonly all: Accessor<readonly LeftMicrograph[]>;
  /** Whose pick it is; undefined for the micrograph on the screen. */
  ownerOf(pick: Pick): LeftMicrograph | undefined;
  /** Looks through the list again. */
  load(): Promise<void>;
  clear(): void;
  /** The micrograph, open in the worker; the one before is closed. */
  idOf(owner: LeftMicrograph): Promise<number>;
  /** A step of that micrograph's history, saved at once. Picks of the one on the screen are none of theirs. */
  remove(gone: readonly Pick[]): void;
  restore(back: readonly Pick[]): void;
}

export function createGalleryOthers(dependencies: OthersDependencies): GalleryOthers {
  const { compute, document, picks, tasks, library, keep, notices } = dependencies;
  const [found, setFound] = createSignal<readonly LeftMicrograph[]>([]);
  // The one on the screen may have been another when they were looked for.
  const all = createMemo(() => found().filter(({ key }) => key !== document.key()));
  /** Picks that were thrown out are still known here, so that they can be brought back. */
  const owners = new Map<Pick, string>();
  const byKey = createMemo(() => new Map(all().map((one) => [one.key, one])));
  let opened: { readonly key: string; readonly id: Promise<number> } | undefined;

  const ownerOf = (pick: Pick): LeftMicrograph | undefined => byKey().get(owners.get(pick) ?? '');
  const close = (): void => {
    const last = opened;
    opened = undefined;
    // One that could not be opened need not be closed.
    last?.id.then((id) => compute.close(id)).catch(() => {});
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
      const own = of.filter((pick) => owners.get(pick) === owner.key);
      const next = edit(owner, own);
      const { fingerprint, parameters } = owner.session;
      const notes = picks.notesOf(fingerprint);
      const session = { ...owner.session, ...notes, picks: next.picks, updatedAt: Date.now() };
      changed.set(owner.key, { ...owner, session, candidates: next.candidates });
      keep(session).catch(notices.failure);
      const pickCount = next.candidates.filter((pick) => isShown(pick, parameters.threshold)).length;
      library.update(owner.key, { pickCount });
    }
    if (changed.size > 0) setFound(found().map((one) => changed.get(one.key) ?? one));
  };
  return {
    all,
    ownerOf,
    load: async () => {
      const left: LeftMicrograph[] = [];
      await tasks.run('gallery', 'Looking for picks on all micrographs', async ({ signal, onProgress }) => {
        const report = (done: number, total: number): void =>
          onProgress?.({ stage: 'Looking for picks on all micrographs', done, total });
        const onFailure = notices.error;
        for await (const one of leftMicrographs(dependencies, { onProgress: report, onFailure, signal })) {
          for (const pick of one.session.picks) owners.set(pick, one.key);
          left.push(one);
        }
        setFound(left);
      });
    },
    clear: () => {
      setFound([]);
      owners.clear();
      close();
    },
    idOf: async (owner) => {
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
