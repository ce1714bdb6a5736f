import { type Accessor, createSignal } from 'solid-js';
import { askToRead, type FileSource, mayRead, reopenHandles } from '../../platform/browser/files.ts';
import type { RecentSource, SessionStore } from '../../platform/browser/sessions.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import { itemPath, type Library } from './library.ts';
import type { Notices } from './notices.ts';
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
  /** Shows a micrograph. */
  readonly select: (key: string, frame: number) => Promise<void>;
}

/** Where micrographs come from, and how they come back after a reload. */
export interface Sources {
  /** Sources that can be opened again with one click, latest first. */
  readonly recent: Accessor<readonly RecentSource[]>;
  readonly isListing: Accessor<boolean>;
  /** Lists what the user picked or dropped and shows the first micrograph. */
  open(found: Promise<FileSource | readonly FileSource[] | undefined>): Promise<void>;
  openDemo(): Promise<void>;
  /** Opens a recent source; asks for permission where the browser wants that, so it needs a click. */
  reopen(source: RecentSource): Promise<void>;
  forget(source: RecentSource): Promise<void>;
  /** Empties the list; what was in it stays among the recent. */
  closeAll(): Promise<void>;
  /** On start: opens the last source by itself if that needs no question. */
  restore(): Promise<void>;
  /** Keeps in mind which micrograph is on the screen. */
  rememberCurrent(key: string, frame: number): Promise<void>;
  demoTruth(key: string | undefined): DemoTruth | undefined;
}

const demoId = 'demo';

export function createSources(dependencies: SourcesDependencies): Sources {
  const { compute, library, notices, tasks, store, select, close, hasGpu } = dependencies;
  const [recent, setRecent] = createSignal<readonly RecentSource[]>([]);
  const [isListing, setListing] = createSignal(false);
  const [truth, setTruth] = createSignal<{ readonly key: string; readonly demo: DemoTruth }>();
  const live = new Map<string, RecentSource>();

  const refresh = async (): Promise<void> => {
    const all = await (await store).recent();
    setRecent(all.filter(({ id }) => !live.has(id)));
  };
  const keep = async (source: RecentSource): Promise<void> => {
    // What can't be opened again is of no use in the list.
    if (source.kind === 'demo' || source.handles.length > 0) await (await store).remember(source);
  };
  const remember = async (source: RecentSource): Promise<void> => {
    live.set(source.id, source);
    await keep(source);
    await refresh();
  };
  const list = async (found: FileSource, known?: RecentSource): Promise<string | undefined> => {
    if (found.files.length === 0) {
      notices.error(
        `${found.name} holds no micrographs or movies: choose a folder with MRC, TIFF, EER or DM4 files.`,
      );
      return undefined;
    }
    const id = known?.id ?? crypto.randomUUID();
    const keys = library.add(id, found.files);
    const { kind, name, handles } = found;
    const first = found.files.findIndex((file) => itemPath(file) === known?.current);
    const current = found.files[Math.max(0, first)];
    await remember({
      id,
      kind,
      name,
      handles,
      current: current && itemPath(current),
      frame: first >= 0 ? (known?.frame ?? 0) : 0,
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
    await guard(async () => listAll(await reopenHandles(source.handles), source));
  };

  return {
    recent,
    isListing,
    demoTruth: (key) => (truth()?.key === key ? truth()?.demo : undefined),
    open: (found) =>
      guard(async () => {
        const sources = await found;
        if (sources) await listAll('kind' in sources ? [sources] : sources);
      }),
    openDemo,
    reopen: async (source) => {
      if (!(await askToRead(source.handles))) {
        notices.error(`${source.name} was not opened: the browser needs your permission to read it again.`);
        return;
      }
      await open(source);
    },
    forget: async (source) => {
      await (await store).forget(source.id);
      await refresh();
    },
    closeAll: async () => {
      await close();
      library.clear();
      const closed = [...live.values()];
      live.clear();
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
