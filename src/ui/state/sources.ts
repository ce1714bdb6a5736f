import { type Accessor, createSignal } from 'solid-js';
import type { JobOptions } from '../../core/progress.ts';
import {
  askToRead,
  type FileSource,
  isFolder,
  type LocalFile,
  mayRead,
} from '../../platform/browser/files.ts';
import type { KnownFolder, RecentSource, SessionStore } from '../../platform/browser/sessions.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import { itemPath, type Library } from './library.ts';
import type { Notices } from './notices.ts';
import { goneWords, missingFiles, reopenPlaces } from './reopening.ts';
import {
  asKnown,
  formerSource,
  freeFolder,
  lyingElsewhere,
  placesOf,
  sameSource,
  togetherKnown,
} from './sourceIdentity.ts';
import type { Tasks } from './tasks.ts';

export interface DemoTruth {
  readonly diameterAngstrom: number;
  readonly truth: readonly { readonly x: number; readonly y: number }[];
}

export interface SourcesDependencies {
  readonly compute: ComputeClient;
  readonly library: Library;
  readonly notices: Notices;
  readonly tasks: Tasks;
  readonly store: Promise<SessionStore>;
  /** Whether the demo can be made. */
  readonly hasGpu: Promise<boolean>;
  /** Takes the micrograph off the screen. */
  readonly close: () => Promise<void>;
  /** Hears what is opened. */
  readonly onOpened?: (name: string) => void;
  /** Takes what was opened for what is missing in the list. @returns whether that is all there is to do with it. */
  readonly claim?: (found: FileSource) => Promise<boolean>;
  /** Shows a micrograph. */
  readonly select: (key: string, frame: number) => Promise<void>;
}

/** Finds what the user has picked or dropped; called at once, as what was dropped is gone after the event. */
export type Listing = (options: JobOptions) => Promise<FileSource | readonly FileSource[] | undefined>;

/** An open folder that may be looked into again. */
export interface OpenFolder {
  readonly sourceId: string;
  readonly handle: FileSystemDirectoryHandle;
  /** What its folders are known by. */
  readonly folders?: readonly KnownFolder[] | undefined;
}

/** Where micrographs come from, and how they come back after a reload. */
export interface Sources {
  /** Sources that can be opened again with one click, latest first. */
  readonly recent: Accessor<readonly RecentSource[]>;
  readonly isListing: Accessor<boolean>;
  /** Folders of the list, where the browser lets us look into them again. */
  readonly folders: Accessor<readonly OpenFolder[]>;
  /** Lists what the user picked or dropped and shows the first micrograph. */
  open(find: Listing): Promise<void>;
  /** Adds files that have come into an open folder, under the folders they are known by. @returns their keys. */
  land(sourceId: string, files: readonly LocalFile[]): readonly string[];
  openDemo(): Promise<void>;
  /** Opens a recent source; asks for permission where the browser wants that, so it needs a click. */
  reopen(source: RecentSource): Promise<void>;
  forget(source: RecentSource): Promise<void>;
  /** Asks again whether what an open source has may be read; needs a click. @returns what the user said. */
  askAgain(sourceId: string): Promise<boolean>;
  /**
   * From now on an open source is read from here, too: its files were moved.
   * @param folders what those of the moved files are known by.
   * @param isAll whether nothing is left where it was.
   */
  relink(sourceId: string, found: FileSource, folders: readonly KnownFolder[], isAll: boolean): Promise<void>;
  /** Empties the list; what was in it stays among the recent. */
  closeAll(): Promise<void>;
  /** On start: opens the last source by itself if that needs no question. */
  restore(): Promise<void>;
  /** Keeps in mind which micrograph is on the screen. */
  rememberCurrent(key: string, frame: number): Promise<void>;
  demoTruth(key: string | undefined): DemoTruth | undefined;
}

/** What a source is known by. */
type Identity = Pick<RecentSource, 'id' | 'name' | 'handles' | 'folders'> &
  Partial<Pick<RecentSource, 'current' | 'frame'>>;

const demoId = 'demo';

export function createSources(dependencies: SourcesDependencies): Sources {
  const { compute, library, notices, tasks, store, select, close, hasGpu } = dependencies;
  const [recent, setRecent] = createSignal<readonly RecentSource[]>([]);
  const [isListing, setListing] = createSignal(false);
  const [truth, setTruth] = createSignal<{ readonly key: string; readonly demo: DemoTruth }>();
  const live = new Map<string, RecentSource>();
  /** Places of sources that are not where they were, by the sources' ids. */
  const gone = new Map<string, readonly FileSystemHandle[]>();
  const [folders, setFolders] = createSignal<readonly OpenFolder[]>([]);
  const noteFolders = (): void => {
    setFolders(
      [...live.values()].flatMap(({ id, handles, folders: known }) =>
        handles.filter(isFolder).map((handle) => ({ sourceId: id, handle, folders: known })),
      ),
    );
  };

  const refresh = async (): Promise<void> => {
    const all = await (await store).recent();
    setRecent(all.filter(({ id }) => !live.has(id)));
  };
  const keep = async (source: RecentSource): Promise<void> => {
    // What can't be opened again is of no use in the list.
    if (source.kind === 'demo' || source.handles.length > 0) await (await store).remember(source);
  };
  const remember = async (source: RecentSource): Promise<void> => {
    if (!live.has(source.id)) dependencies.onOpened?.(source.name);
    live.set(source.id, source);
    noteFolders();
    await keep(source);
    await refresh();
  };
  /** The source as it was opened before, or a new one, under a name that no other has. */
  const identify = async (found: FileSource): Promise<Identity> => {
    const others = [...live.values(), ...(await (await store).recent()).filter(({ id }) => !live.has(id))];
    const known = await sameSource(found, others);
    // One whose files were moved lies in several places: it keeps those that were not opened now.
    if (known) return { ...known, handles: await placesOf(found, known.handles) };
    const present = new Set(others.map(({ id }) => id).filter((id) => !gone.has(id)));
    const former = await formerSource(found, await (await store).items(), present);
    const own = former && others.find(({ id }) => id === former.id);
    const name = own?.name ?? freeFolder(found.name, new Set(others.map((other) => other.name)));
    if (former) {
      const left = own ? await lyingElsewhere(own.handles, gone.get(own.id) ?? []) : [];
      const folders = togetherKnown(former.folders, own?.folders);
      return { ...own, id: former.id, name, handles: await placesOf(found, left), folders };
    }
    const isGiven = name !== found.name && found.kind === 'folder';
    const folders: KnownFolder[] = isGiven ? [{ lies: found.name, known: name, isGiven }] : [];
    return { id: crypto.randomUUID(), name, handles: found.handles, folders };
  };
  const list = async (found: FileSource, known?: RecentSource): Promise<string | undefined> => {
    if (found.files.length === 0) {
      notices.error(
        `${found.name} holds no micrographs or movies: choose a folder with MRC, TIFF, EER or DM4 files.`,
      );
      return undefined;
    }
    const { id, name, handles, folders = [], current: last, frame = 0 } = known ?? (await identify(found));
    const files = asKnown(found.files, folders);
    const keys = library.add(id, files);
    const kind = known?.kind ?? found.kind;
    // It is known to lack something only where all of it was looked into: it may lie in several places, and of files that are
    // opened by themselves the others were not wanted.
    const isWhole = handles.length === found.handles.length && found.leftOut === undefined;
    if (kind === 'folder' && isWhole) {
      library.add(id, await missingFiles(id, await (await store).items(), files, keys));
    }
    const first = files.findIndex((file) => itemPath(file) === last);
    const current = files[Math.max(0, first)];
    await remember({
      id,
      kind,
      name,
      handles,
      folders,
      current: current && itemPath(current),
      frame: first >= 0 ? frame : 0,
      isOpen: true,
      openedAt: Date.now(),
    });
    return keys[Math.max(0, first)];
  };
  const listAll = async (found: readonly FileSource[], known?: RecentSource): Promise<void> => {
    const keys = [];
    for (const source of found) keys.push(await list(source, known));
    const first = keys.find((key) => key !== undefined);
    if (first !== undefined) await select(first, known?.frame ?? 0);
    for (const { name, leftOut } of found) {
      if (leftOut !== undefined) notices.info(`Of ${name} these were left out: ${leftOut}.`);
    }
  };
  const guard = async (work: () => Promise<void>): Promise<void> => {
    setListing(true);
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    } finally {
      setListing(false);
    }
  };

  const listing = (find: Listing): ReturnType<Listing> => tasks.runOrThrow('list', 'Listing files', find);

  const openDemo = async (): Promise<void> => {
    const result = await tasks.run('demo', 'Making the demo micrograph', (options) => compute.demo(options));
    if (!result) return;
    const { file, diameterAngstrom, truth: points } = result;
    const [key] = library.add(demoId, [{ name: file.name, folder: '', getFile: async () => file }]);
    if (key === undefined) return;
    setTruth({ key, demo: { diameterAngstrom, truth: points } });
    await remember({
      id: demoId,
      kind: 'demo',
      name: file.name,
      handles: [],
      current: file.name,
      frame: 0,
      isOpen: true,
      openedAt: Date.now(),
    });
    await select(key, 0);
  };
  const open = async (source: RecentSource): Promise<void> => {
    if (source.kind === 'demo') return openDemo();
    await guard(async () => {
      const places = await tasks.runOrThrow('list', 'Listing files', (options) =>
        reopenPlaces(source.handles, options),
      );
      if (!places) return;
      const { found, missing } = places;
      if (missing.length > 0) {
        gone.set(source.id, missing);
        notices.error(goneWords(missing));
      }
      if (found) await listAll([{ ...found, name: source.name }], source);
    });
  };

  return {
    recent,
    isListing,
    demoTruth: (key) => (truth()?.key === key ? truth()?.demo : undefined),
    folders,
    land: (sourceId, files) => library.add(sourceId, files),
    open: (find) =>
      guard(async () => {
        const sources = await listing(find);
        if (!sources) return;
        const fresh: FileSource[] = [];
        for (const source of 'kind' in sources ? [sources] : sources) {
          if (!(await dependencies.claim?.(source))) fresh.push(source);
        }
        await listAll(fresh);
      }),
    openDemo,
    reopen: async (source) => {
      if (!(await askToRead(source.handles))) {
        notices.error(`${source.name} was not opened: the browser needs your permission to read it again.`);
        return;
      }
      await open(source);
    },
    askAgain: async (sourceId) => {
      const source = live.get(sourceId);
      return source !== undefined && source.handles.length > 0 && (await askToRead(source.handles));
    },
    relink: async (sourceId, found, moved, isAll) => {
      const source = live.get(sourceId);
      if (!source || found.handles.length === 0) return;
      const fresh = new Map(found.handles.map((handle) => [handle.name, handle]));
      const isByFile = source.kind === 'files' && found.kind === 'files';
      const stay = isAll ? [] : source.handles;
      const handles = isByFile
        ? source.handles.map((handle) => fresh.get(handle.name) ?? handle)
        : [...stay, ...found.handles];
      await remember({ ...source, handles, folders: togetherKnown(moved, source.folders) });
    },
    forget: async (source) => {
      await (await store).forget(source.id);
      await refresh();
      notices.undoable(`${source.name} is no longer in the list to reopen.`, async () => {
        await (await store).remember(source);
        await refresh();
      });
    },
    closeAll: async () => {
      await close();
      library.clear();
      const closed = [...live.values()];
      live.clear();
      noteFolders();
      for (const source of closed) await keep({ ...source, isOpen: false });
      await refresh();
    },
    restore: async () => {
      await refresh();
      const last = recent()[0];
      if (!last?.isOpen) return;
      const isReady = last.kind === 'demo' ? hasGpu : mayRead(last.handles);
      if (await isReady) await open(last);
    },
    rememberCurrent: async (key, frame) => {
      const item = library.find(key);
      const source = item && live.get(item.sourceId);
      if (!item || !source) return;
      await remember({ ...source, current: itemPath(item), frame, openedAt: Date.now() });
    },
  };
}
