import { type Accessor, batch, createEffect, createMemo, createSignal, on } from 'solid-js';
import { isShown, type Place } from '../../dataset/picks.ts';
import type { ItemNote, MicrographSession } from '../../dataset/session.ts';
import type { FileSource } from '../../platform/browser/files.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { Document } from './document.ts';
import { itemPath, type Library, type LibraryItem } from './library.ts';
import { isLost } from './lost.ts';
import { type LostProof, matchLost, movedFolders } from './lostFiles.ts';
import type { Notices } from './notices.ts';
import type { PicksState } from './picks.ts';
import type { Sources } from './sources.ts';

/** A file whose content is not what the session knows under its name. */
export interface ChangedFile {
  readonly name: string;
  /** What was kept for the file as it was. */
  readonly before: MicrographSession;
  /** Of its picks, those above the threshold. */
  readonly picks: number;
}

/** Files that are not what or where they were when the session saw them. */
export interface FileMishaps {
  /** Of the list: moved, deleted or forbidden. */
  readonly lost: Accessor<readonly LibraryItem[]>;
  /** The micrograph on the screen, where its file was changed and there are picks for it as it was. */
  readonly changed: Accessor<ChangedFile | undefined>;
  /** Reads the lost files from what the user says is theirs now: by name, and by size where that is known. */
  relink(found: Promise<FileSource | undefined>): Promise<void>;
  /**
   * Takes what the user has dropped or opened for the lost files, where it is that.
   * @returns whether there is nothing else in it worth a place in the list.
   */
  claim(found: FileSource): Promise<boolean>;
  /** They are not asked for again: what was done to them stays in the session, under their content. Can be undone. */
  letGo(): Promise<void>;
  /** Asks for the permission again; needs a click. */
  askAgain(): Promise<void>;
  /** Lays the picks for the file as it was on the file as it is: one step of the history. */
  takeOldPicks(): void;
  /** They stay in the session, under the old content. */
  leaveOldPicks(): void;
}

export interface FileMishapsDependencies {
  readonly document: Document;
  readonly library: Library;
  readonly notices: Notices;
  readonly picks: PicksState;
  readonly sources: Pick<Sources, 'relink' | 'askAgain'>;
  readonly store: Promise<SessionStore>;
}

export function createFileMishaps(dependencies: FileMishapsDependencies): FileMishaps {
  const { document, library, notices, picks, sources, store } = dependencies;
  const [changed, setChanged] = createSignal<ChangedFile>();
  const [left, setLeft] = createSignal<ReadonlySet<string>>(new Set());
  /** As the session was when the page was opened: what is written since is of the files as they are. */
  const notes = store
    .then((sessions) => sessions.items())
    .then(
      (all) => new Map(all.map((note) => [note.key, note])),
      () => new Map<string, ItemNote>(),
    );

  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    }
  };
  const lost = createMemo(() => {
    library.version();
    const isLeft = left();
    return library.plain().filter((item) => isLost(item) && !isLeft.has(item.key));
  });
  /** What the session knew under the item's key, or where its source was opened anew, under its path and size. */
  const knownFingerprint = async (key: string): Promise<string | undefined> => {
    const all = await notes;
    const own = all.get(key);
    const item = library.find(key);
    if (own || !item) return own?.fingerprint;
    const file = await library.file(key)?.getFile();
    const path = itemPath(item);
    const isSame = (note: ItemNote): boolean => note.path === path && note.size === file?.size;
    const found = [...all.values()].filter(isSame);
    // Where the file is known as it is, nothing has changed.
    const now = document.opened()?.fingerprint;
    return found.some(({ fingerprint }) => fingerprint === now) ? undefined : found.at(-1)?.fingerprint;
  };
  const look = async (): Promise<void> => {
    const key = document.key();
    const opened = document.opened();
    setChanged(undefined);
    if (key === undefined || !opened || opened.frame !== 0) return;
    const known = await knownFingerprint(key);
    if (known === undefined || known === opened.fingerprint) return;
    const before = await (await store).load(known).catch(() => undefined);
    if (!before || document.opened()?.fingerprint !== opened.fingerprint) return;
    const { threshold } = before.parameters;
    const count = before.picks.filter((pick) => isShown(pick, threshold)).length;
    if (count > 0) setChanged({ name: opened.name, before, picks: count });
  };
  createEffect(
    on(
      () => document.opened()?.fingerprint,
      () => void guard(look),
    ),
  );

  const readAnew = async (keys: readonly string[]): Promise<void> => {
    library.updateAll(keys.map((key) => [key, { status: 'unread', error: undefined }] as const));
    const [first] = keys;
    if (first !== undefined && !document.opened()) await document.select(first);
  };
  /** @returns how many were found again, and sentences about files of the right name that are others. */
  const take = async (
    found: FileSource,
    proof: LostProof,
  ): Promise<{ readonly count: number; readonly others: readonly string[] }> => {
    const missing = lost();
    const isMissing = new Set(missing.map(({ key }) => key));
    const { matched, others } = await matchLost(missing, found.files, await notes, proof);
    for (const { item, file } of matched) {
      const { name, folder } = file;
      library.add(item.sourceId, [
        { name: item.name, folder: item.folder, lies: { name, folder }, getFile: file.getFile },
      ]);
    }
    for (const sourceId of new Set(matched.map(({ item }) => item.sourceId))) {
      const own = matched.filter(({ item }) => item.sourceId === sourceId);
      const isAll = library.plain().every((item) => item.sourceId !== sourceId || isMissing.has(item.key));
      await sources.relink(sourceId, found, movedFolders(own), isAll);
    }
    await readAnew(matched.map(({ item }) => item.key));
    return { count: matched.length, others };
  };
  return {
    lost,
    changed,
    claim: async (found) => {
      if (lost().length === 0) return false;
      // Files of another day may have the same names and sizes: what nobody has called the lost ones needs more.
      const { count } = await take(found, 'content');
      return 2 * count > found.files.length;
    },
    relink: (asked) =>
      guard(async () => {
        const found = await asked;
        if (!found) return;
        const { count, others } = await take(found, 'name');
        for (const sentence of others.slice(0, 3)) notices.error(sentence);
        if (count === 0 && others.length === 0) {
          notices.error(`${found.name} has none of the missing files: they are looked for by their names.`);
        }
      }),
    letGo: () =>
      guard(async () => {
        const keys = new Set(lost().map(({ key }) => key));
        const before = left();
        const kept = (await (await store).items()).filter(({ key }) => keys.has(key));
        const forgotten = kept.map(({ key, path, fingerprint }): ItemNote => ({ key, path, fingerprint }));
        await (await store).saveItems(forgotten);
        setLeft(new Set([...before, ...keys]));
        const what = keys.size === 1 ? '1 file is' : `${keys.size} files are`;
        notices.undoable(`${what} not looked for any more.`, async () => {
          await (await store).saveItems(kept);
          setLeft(before);
        });
      }),
    askAgain: () =>
      guard(async () => {
        const granted: string[] = [];
        for (const sourceId of new Set(lost().map((item) => item.sourceId))) {
          if (await sources.askAgain(sourceId)) granted.push(sourceId);
        }
        await readAnew(
          lost()
            .filter((item) => granted.includes(item.sourceId))
            .map(({ key }) => key),
        );
        if (granted.length === 0)
          notices.error('The browser was not allowed to read them: choose their folder.');
      }),
    takeOldPicks: () => {
      const old = changed();
      const opened = document.opened();
      setChanged(undefined);
      if (!old || !opened) return;
      const isInside = ({ x, y }: Place): boolean =>
        x >= -0.5 && y >= -0.5 && x < opened.width - 0.5 && y < opened.height - 0.5;
      const inside = old.before.picks.filter(isInside);
      const axes = (old.before.filaments ?? []).filter(({ start, end }) => isInside(start) && isInside(end));
      batch(() => {
        picks.classes.learn(old.before.classes, []);
        picks.import(inside, old.before.parameters.threshold, old.before.star, axes);
      });
      const left = old.before.picks.length - inside.length;
      if (left > 0) notices.info(`${left} of the picks lie outside the file as it is now and were left out.`);
    },
    leaveOldPicks: () => setChanged(undefined),
  };
}
