import { createEffect, on, onCleanup } from 'solid-js';
import { isAbort } from '../../core/errors.ts';
import type { ItemNote } from '../../dataset/session.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import { readable } from './document.ts';
import { formerNotes } from './formerNotes.ts';
import { onLeaving } from './leaving.ts';
import { type ItemChange, itemPath, type Library, type LibraryItem } from './library.ts';
import { isNoted } from './sourceIdentity.ts';

/** Changes are written together, this long after the first, ms. */
const pauseMilliseconds = 800;
/** Files whose size and date are asked for at a time, and how many answers are shown together. */
const atOnce = 8;
const shownTogether = 200;

/** What is known of an item, as it is kept. */
export function noteOf(item: LibraryItem): ItemNote {
  const { quality } = item;
  return {
    key: item.key,
    path: itemPath(item),
    fingerprint: item.fingerprint,
    size: item.bytes,
    modified: item.modified,
    acceptance: item.acceptance,
    quality: quality && { score: quality.score, mark: quality.mark, reason: quality.reason },
    pickCount: item.pickCount,
    ice: quality?.ice,
    defocusAngstrom: item.defocusAngstrom,
  };
}

/** What a note says about an item that nothing is known of yet. */
export function factsOf({
  fingerprint,
  acceptance,
  quality,
  pickCount,
  ice,
  defocusAngstrom,
}: ItemNote): ItemChange {
  return {
    ...{ fingerprint, acceptance, pickCount, defocusAngstrom },
    quality: quality && { ...quality, ice: ice ?? 0 },
  };
}

/** Whether nothing was said or found out of an item that the list has only just got. */
function isUntouched({ acceptance, pickCount, quality, defocusAngstrom }: LibraryItem): boolean {
  return [acceptance, pickCount, quality, defocusAngstrom].every((fact) => fact === undefined);
}

/** Without the fields that say nothing. */
function known(note: ItemNote): ItemNote {
  const { key, ...facts } = note;
  return { key, ...Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) };
}

function isSameNote(a: ItemNote, b: ItemNote): boolean {
  return (
    a.fingerprint === b.fingerprint &&
    a.size === b.size &&
    a.modified === b.modified &&
    a.acceptance === b.acceptance &&
    a.pickCount === b.pickCount &&
    a.ice === b.ice &&
    a.defocusAngstrom === b.defocusAngstrom &&
    a.quality?.score === b.quality?.score &&
    a.quality?.reason === b.quality?.reason
  );
}

/**
 * Keeps what is known of the list's items in the session, and gives it back when they are opened again: under their keys, or
 * where a source was opened anew as `formerNotes` tells. Also asks every file for its size and date, in the background.
 */
export function createItemNotes(
  library: Library,
  store: Promise<Pick<SessionStore, 'items' | 'saveItems' | 'recent'>>,
  onProblem: (sentence: string) => void,
): { flush(): Promise<void> } {
  const byKey = new Map<string, ItemNote>();
  let former = formerNotes([], new Set());
  const isLoaded = store.then(async (sessions) => {
    const [notes, recent] = await Promise.all([sessions.items(), sessions.recent()]);
    for (const note of notes) byKey.set(note.key, note);
    former = formerNotes(notes, new Set(recent.map(({ id }) => id)));
  });
  /** Items that know what the session knew of them. */
  const seen = new Set<string>();
  /** Items that are asked for. */
  const asked = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let hasWarned = false;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    await isLoaded.catch(() => {});
    const changed: ItemNote[] = [];
    for (const item of library.plain()) {
      const before = byKey.get(item.key);
      const now = noteOf(item);
      // What is not known yet must not take the place of what was.
      const note = seen.has(item.key) ? now : { ...before, ...known(now) };
      if (!seen.has(item.key) && !before && isUntouched(item)) continue;
      if (before && isSameNote(before, note)) continue;
      byKey.set(note.key, note);
      changed.push(note);
    }
    if (changed.length === 0) return;
    try {
      await (await store).saveItems(changed);
    } catch {
      if (!hasWarned) {
        onProblem(
          'What was accepted and found out can’t be kept over a reload here: the browser’s storage is full, refused, or another tab has it.',
        );
      }
      hasWarned = true;
    }
  };

  const stat = async (item: LibraryItem): Promise<readonly [string, ItemChange]> => {
    const { key, name } = item;
    const note = byKey.get(key);
    const facts = note ? factsOf(note) : {};
    try {
      const local = library.file(key);
      if (!local) return [key, facts];
      const { size, lastModified } = await readable(local.getFile(), name);
      const found = { bytes: size, modified: lastModified };
      if (note) {
        // One that was copied has another date, and is what it was.
        const isChanged = note.size !== undefined && !(await isNoted(local, note));
        const warning = isChanged
          ? `${name} was changed since this session saw it: its picks belong to the file as it was.`
          : undefined;
        // What was found out is of the file as it was; by the fingerprint its picks are still found.
        const { acceptance, fingerprint } = note;
        return [key, { ...(isChanged ? { acceptance, fingerprint } : facts), ...found, warning }];
      }
      const other = await former.of(
        itemPath(item),
        local.getFile,
        (known) => library.peek(known) !== undefined,
      );
      return [key, { ...(other ? factsOf(other) : {}), ...found }];
    } catch (error) {
      if (isAbort(error)) return [key, facts];
      // By its size and date a file that is lost is told from others when it is found again.
      const was = { bytes: note?.size, modified: note?.modified };
      const sentence = error instanceof Error ? error.message : String(error);
      return [key, { ...facts, ...was, status: 'failed', error: sentence }];
    }
  };
  const walk = async (): Promise<void> => {
    await isLoaded.catch(() => {});
    for (;;) {
      const wanted = library.plain().filter(({ key }) => !asked.has(key));
      if (wanted.length === 0 || isStopped) return;
      const changes: (readonly [string, ItemChange])[] = [];
      for (let i = 0; i < Math.min(wanted.length, shownTogether); i += atOnce) {
        const some = wanted.slice(i, i + atOnce);
        for (const { key } of some) asked.add(key);
        changes.push(...(await Promise.all(some.map(stat))));
      }
      // Decided by the user meanwhile: that counts.
      library.updateAll(
        changes.map(([key, change]) => [key, unlessKnown(library.find(key), change)] as const),
      );
      // Not those of a list that was emptied meanwhile.
      for (const [key] of changes) if (library.find(key)) seen.add(key);
    }
  };
  let isWalking = false;
  createEffect(
    on(
      () => library.items.length,
      (length) => {
        if (length === 0) for (const keys of [seen, asked]) keys.clear();
        if (isWalking) return;
        isWalking = true;
        void walk().finally(() => {
          isWalking = false;
        });
      },
    ),
  );
  createEffect(
    on(
      library.version,
      () => {
        timer ??= setTimeout(() => void flush(), pauseMilliseconds);
      },
      { defer: true },
    ),
  );
  onLeaving(() => void flush());
  onCleanup(() => {
    isStopped = true;
    clearTimeout(timer);
  });
  return { flush };
}

function unlessKnown(item: LibraryItem | undefined, change: ItemChange): ItemChange {
  if (!item) return change;
  const { status, error, ...facts } = change;
  const isOpen = item.status === 'open' || item.status === 'opening';
  return {
    ...facts,
    ...(status !== undefined && !isOpen ? { status, error } : {}),
    ...(item.acceptance !== undefined ? { acceptance: item.acceptance } : {}),
    ...(item.pickCount !== undefined ? { pickCount: item.pickCount } : {}),
    ...(item.quality !== undefined ? { quality: item.quality } : {}),
    ...(item.fingerprint !== undefined ? { fingerprint: item.fingerprint } : {}),
    ...(item.defocusAngstrom !== undefined ? { defocusAngstrom: item.defocusAngstrom } : {}),
  };
}
