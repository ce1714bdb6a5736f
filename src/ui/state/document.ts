import { type Accessor, batch, createSignal } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import type { MicrographSession, Provenance } from '../../dataset/session.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { FilterResult, OpenedMicrograph } from '../../rpc/contract.ts';
import type { Library } from './library.ts';
import type { Notices } from './notices.ts';
import { type Parameters, parametersFor } from './parameters.ts';
import type { PicksState } from './picks.ts';
import type { Tasks } from './tasks.ts';
import type { ViewState } from './view.ts';

/** The filtered picture there is, and the lengths it was made with. */
export interface AppliedFilter extends FilterResult {
  readonly lowpassAngstrom: number | undefined;
  readonly highpassAngstrom: number | undefined;
  readonly pixelSizeAngstrom: number;
}

/** The micrograph on the screen. */
export interface Document {
  readonly key: Accessor<string | undefined>;
  readonly opened: Accessor<OpenedMicrograph | undefined>;
  readonly filtered: Accessor<AppliedFilter | undefined>;
  readonly provenance: Accessor<Provenance | undefined>;
  setFiltered(result: AppliedFilter | undefined): void;
  setProvenance(provenance: Provenance): void;
  /** Opens an item of the library; the one on the screen stays until that has succeeded. */
  select(key: string, frame?: number): Promise<void>;
  setFrame(frame: number): Promise<void>;
  /** Leaves nothing open. */
  close(): Promise<void>;
}

export interface DocumentDependencies {
  readonly compute: ComputeClient;
  readonly library: Library;
  readonly tasks: Tasks;
  readonly notices: Notices;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly view: ViewState;
  readonly store: Promise<SessionStore>;
  /** Writes what is on the screen before it goes. */
  readonly flush: () => Promise<void>;
  readonly onShown: (key: string) => void;
}

export function createDocument(dependencies: DocumentDependencies): Document {
  const { compute, library, tasks, notices, parameters, picks, view, store, flush } = dependencies;
  const [key, setKey] = createSignal<string>();
  const [opened, setOpened] = createSignal<OpenedMicrograph>();
  const [filtered, setFiltered] = createSignal<AppliedFilter>();
  const [provenance, setProvenance] = createSignal<Provenance>();

  const read = async (wanted: string, frame: number): Promise<OpenedMicrograph | undefined> => {
    const file = library.file(wanted);
    if (!file) return undefined;
    return tasks.runOrThrow('open', `Opening ${file.name}`, async (options) => {
      const result = await compute.open(await readable(file.getFile(), file.name), frame, options);
      // Cancelled too late to stop the worker: it must not keep what nobody looks at.
      if (options.signal?.aborted) await compute.close(result.id);
      return result;
    });
  };
  const show = (wanted: string, next: OpenedMicrograph, session: MicrographSession | undefined): void => {
    const before = opened();
    const isSameFile = key() === wanted;
    batch(() => {
      const inherited = isSameFile ? parameters.values : parametersFor(next, parameters.values, before);
      parameters.set({ ...inherited, ...session?.parameters, frame: next.frame });
      picks.load(next.fingerprint, session?.picks ?? []);
      setProvenance(session?.provenance);
      setFiltered(undefined);
      if (view.mode() !== 'raw') view.setMode('raw');
      view.setAutomaticContrast('raw', next.contrast);
      setKey(wanted);
      setOpened(next);
      view.showImage(next);
    });
    if (before) compute.close(before.id).catch(notices.failure);
  };
  let latest = 0;
  const open = async (wanted: string, frame: number): Promise<void> => {
    const ticket = ++latest;
    const previous = library.find(wanted)?.status ?? 'unread';
    library.update(wanted, { status: 'opening', error: undefined });
    try {
      const next = await read(wanted, frame);
      const session = next && (await loadSession(next.fingerprint));
      await flush();
      if (!next || ticket !== latest) {
        if (next) await compute.close(next.id);
        library.update(wanted, { status: previous === 'opening' ? 'unread' : previous });
        return;
      }
      show(wanted, next, session);
      library.update(wanted, { status: 'open' });
      dependencies.onShown(wanted);
    } catch (error) {
      library.update(wanted, { status: 'failed', error: messageOf(error) });
    }
  };
  const loadSession = async (fingerprint: string): Promise<MicrographSession | undefined> => {
    try {
      return await (await store).load(fingerprint);
    } catch {
      // A database that can't be read is the same as none.
      return undefined;
    }
  };

  return {
    key,
    opened,
    filtered,
    provenance,
    setFiltered,
    setProvenance,
    select: async (wanted, frame = 0) => {
      if (wanted !== key() || !opened()) await open(wanted, frame);
    },
    setFrame: async (frame) => {
      const current = key();
      if (current !== undefined) await open(current, frame);
    },
    close: async () => {
      await flush();
      const current = opened();
      batch(() => {
        setOpened(undefined);
        setKey(undefined);
        setFiltered(undefined);
        picks.load('', []);
      });
      if (current) await compute.close(current.id);
    },
  };
}

/** The browser's own words for a file that has gone are of no help. */
async function readable(file: Promise<File>, name: string): Promise<File> {
  try {
    return await file;
  } catch (cause) {
    throw new Error(`${name} can't be read: it was moved, renamed or deleted, or the permission has ended.`, {
      cause,
    });
  }
}
