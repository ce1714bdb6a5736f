import { type Accessor, batch, createSignal } from 'solid-js';
import { isAbort, messageOf } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { fingerprint } from '../../dataset/fingerprint.ts';
import type { MicrographSession, ModelNote, Provenance, ReadingParameters } from '../../dataset/session.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type {
  ExposureResult,
  FilterParameters,
  FilterResult,
  MadeKind,
  OpenedMicrograph,
  OpenRequest,
} from '../../rpc/contract.ts';
import { type Gain, gainNote, gainUse } from './gain.ts';
import type { Library } from './library.ts';
import type { Mask } from './mask.ts';
import type { Notices } from './notices.ts';
import { type Parameters, parametersFor, savedParameters } from './parameters.ts';
import { notesOfSession, type PicksState } from './picks.ts';
import { inheritedReading, openRequest, rangeToKeep, readingOf } from './reading.ts';
import type { Tasks } from './tasks.ts';
import type { ViewState } from './view.ts';

/** A filtered or denoised picture that there is, and what it was made with. */
export interface AppliedFilter extends FilterResult {
  readonly parameters: FilterParameters;
  /** The network, where it was one. */
  readonly denoiser: ModelNote | undefined;
}

/** The micrograph on the screen. */
export interface Document {
  readonly key: Accessor<string | undefined>;
  readonly opened: Accessor<OpenedMicrograph | undefined>;
  /** What was made last, filtered or denoised. */
  readonly filtered: Accessor<AppliedFilter | undefined>;
  /** The picture of a kind. */
  made(kind: MadeKind): AppliedFilter | undefined;
  readonly provenance: Accessor<Provenance | undefined>;
  /** Names the raw picture for the tiles on the screen; never the same again once it was made anew. */
  readonly picture: Accessor<string>;
  /** Another picture of its kind; that of the other kind stays. Undefined: there is none of either any more. */
  setFiltered(result: AppliedFilter | undefined): void;
  /** Undefined where nothing is known of how its picks came. */
  setProvenance(provenance: Provenance | undefined): void;
  /**
   * Opens an item of the library; the one on the screen stays until that has succeeded. The one on the screen itself: it stays,
   * and what is being opened is not wanted any more.
   */
  select(key: string, frame?: number): Promise<void>;
  setFrame(frame: number): Promise<void>;
  /** Opens the file on the screen anew, with what the user says of its bytes; picks and parameters stay. */
  reread(change: ReadingParameters): Promise<void>;
  /** The movie on the screen has another sum: the filtered picture, made of the one before, is gone. */
  setExposed(result: ExposureResult): void;
  /** Leaves nothing open. */
  close(): Promise<void>;
}

export interface DocumentDependencies {
  readonly compute: ComputeClient;
  readonly library: Library;
  readonly gain: Gain;
  readonly tasks: Tasks;
  readonly notices: Notices;
  readonly parameters: Parameters;
  readonly mask: Mask;
  readonly picks: PicksState;
  readonly view: ViewState;
  readonly store: Promise<SessionStore>;
  /** Writes what is on the screen before it goes. */
  readonly flush: () => Promise<void>;
  readonly onShown: (key: string) => void;
}

export function createDocument(dependencies: DocumentDependencies): Document {
  const { compute, library, gain, tasks, notices, parameters, mask, picks, view, store, flush } =
    dependencies;
  const [key, setKey] = createSignal<string>();
  const [opened, setOpened] = createSignal<OpenedMicrograph>();
  /** By kind, that made last at the end. */
  const [made, setMade] = createSignal<readonly AppliedFilter[]>([]);
  const setFiltered = (result: AppliedFilter | undefined): void => {
    setMade((before) => (result ? [...before.filter(({ kind }) => kind !== result.kind), result] : []));
  };
  const [provenance, setProvenance] = createSignal<Provenance>();
  /** Counts sums: a tile asked for while another sum was being made may be of either, and must not be met again. */
  const [sum, setSum] = createSignal(0);

  const read = async (
    wanted: string,
    frame: number,
    change?: ReadingParameters,
  ): Promise<Read | undefined> => {
    const file = library.file(wanted);
    if (!file) return undefined;
    return tasks.runOrThrow('open', `Opening ${file.name}`, async (options) => {
      const content = await readable(file.getFile(), file.name);
      const known = await sessionOf(content, frame);
      const said =
        wanted === key() ? { ...parameters.values, ...change } : (known?.parameters ?? inherited(wanted));
      const request = openRequest(frame, said, gainUse(gain.chosen()));
      const next = await openWithGainIfItFits(content, request, options);
      // Cancelled too late to stop the worker: it must not keep what nobody looks at.
      if (options.signal?.aborted) await compute.close(next.id);
      return { opened: next, said };
    });
  };
  /** A gain reference that does not fit must not keep a movie from being seen; the panel says so. */
  const openWithGainIfItFits = async (
    file: File,
    request: OpenRequest,
    options: JobOptions,
  ): Promise<OpenedMicrograph> => {
    const { exposure } = request;
    try {
      return await compute.open(file, request, options);
    } catch (error) {
      if (!exposure?.gain || isAbort(error) || options.signal?.aborted) throw error;
      return await compute.open(file, { ...request, exposure: { ...exposure, gain: undefined } }, options);
    }
  };
  const inherited = (wanted: string): ReadingParameters => {
    const sourceOf = (item: string | undefined) => library.find(item)?.sourceId;
    return sourceOf(wanted) === sourceOf(key()) ? inheritedReading(parameters.values) : {};
  };
  const show = (
    wanted: string,
    { opened: next, said }: Read,
    session: MicrographSession | undefined,
  ): void => {
    const before = opened();
    const isSameFile = key() === wanted;
    // Read anew, not another frame: what is on the screen is newer than what was saved of it.
    const isSamePicture = isSameFile && before?.fingerprint === next.fingerprint;
    batch(() => {
      const base = isSameFile ? parameters.values : parametersFor(next, parameters.values, before);
      const saved = !isSamePicture && session ? savedParameters(session.parameters) : {};
      const reading = readingOf(next, said);
      const note = next.exposed?.exposure.gain ? gainNote(gain.chosen()) : reading.gain;
      parameters.set({ ...base, ...saved, frame: next.frame, ...reading, gain: note });
      mask.load(next.fingerprint, next, session?.mask);
      picks.load(next.fingerprint, session?.picks ?? [], session && notesOfSession(session));
      if (!isSamePicture) setProvenance(session?.provenance);
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
  /** What `latest` is about, until it is done. */
  let opening: string | undefined;
  const open = async (wanted: string, frame: number, change?: ReadingParameters): Promise<void> => {
    const ticket = ++latest;
    opening = wanted;
    const previous = library.find(wanted)?.status ?? 'unread';
    library.update(wanted, { status: 'opening', error: undefined });
    try {
      const next = await read(wanted, frame, change);
      await flush();
      // Not before: a batch may have found something while the file was opened.
      const session = next && (await loadSession(next.opened.fingerprint));
      if (!next || ticket !== latest) {
        if (next) await compute.close(next.opened.id);
        library.update(wanted, { status: previous === 'opening' ? 'unread' : previous });
        return;
      }
      show(wanted, next, session);
      library.update(wanted, { status: 'open' });
      dependencies.onShown(wanted);
    } catch (error) {
      library.update(wanted, { status: 'failed', error: messageOf(error) });
    } finally {
      if (ticket === latest) opening = undefined;
    }
  };
  const loadSession = async (of: string): Promise<MicrographSession | undefined> => {
    try {
      return await (await store).load(of);
    } catch {
      // A database that can't be read is the same as none.
      return undefined;
    }
  };
  /** What was said of the file before, in time to read it so: a movie should not be summed twice. */
  const sessionOf = async (file: File, frame: number): Promise<MicrographSession | undefined> => {
    try {
      return await loadSession(await fingerprint(browserFileSource(file), frame));
    } catch {
      // Opening will say what is wrong with the file.
      return undefined;
    }
  };

  return {
    key,
    opened,
    filtered: () => made().at(-1),
    made: (wanted) => made().find(({ kind }) => kind === wanted),
    provenance,
    picture: () => `${opened()?.version ?? ''}/${sum()}`,
    setFiltered,
    setProvenance,
    select: async (wanted, frame = 0) => {
      if (wanted !== key() || !opened()) return await open(wanted, frame);
      if (opening === undefined || opening === wanted) return;
      latest++;
      opening = undefined;
      tasks.cancel('open');
    },
    setFrame: async (frame) => {
      const current = key();
      if (current !== undefined) await open(current, frame);
    },
    reread: async (change) => {
      const current = key();
      if (current !== undefined) await open(current, opened()?.frame ?? 0, change);
    },
    setExposed: ({ version, statistics, contrast, exposure, hotPixels, defects }) => {
      const current = opened();
      if (!current) return;
      batch(() => {
        setSum((count) => count + 1);
        setFiltered(undefined);
        setOpened({ ...current, version, statistics, contrast, exposed: { exposure, hotPixels, defects } });
        view.renewAutomaticContrast('raw', contrast);
        parameters.set({
          range: rangeToKeep(exposure.range, current.frames),
          removeHotPixels: exposure.removeHotPixels,
        });
      });
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

/** A file that was opened, and what was said of how to read it. */
interface Read {
  readonly opened: OpenedMicrograph;
  readonly said: ReadingParameters;
}

/** The browser's own words for a file that has gone are of no help. */
export async function readable(file: Promise<File>, name: string): Promise<File> {
  try {
    return await file;
  } catch (cause) {
    throw new Error(`${name} ${unreadable}`, { cause });
  }
}

const unreadable = "can't be read: it was moved, renamed or deleted, or the permission has ended.";

/** Whether a sentence says that a file has gone, and not that it is bad. */
export function saysGone(sentence: string | undefined): boolean {
  return sentence?.endsWith(unreadable) === true;
}
