import { type Accessor, createSignal } from 'solid-js';
import type { JobOptions } from '../../core/progress.ts';
import type { ModelNote } from '../../dataset/session.ts';
import type { ModelStore } from '../../platform/browser/modelStore.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { ModelDescription, ModelUse } from '../../rpc/contract.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { Tasks } from './tasks.ts';

/** The networks that the user has opened, now or before a reload. */
export interface Models {
  /** What each can be used for is known; its weights are read when it is used. */
  readonly all: Accessor<readonly ModelDescription[]>;
  for(use: ModelUse): readonly ModelDescription[];
  find(hash: string | undefined): ModelDescription | undefined;
  /** Whether it will be there after a reload. */
  isKept(hash: string): boolean;
  /**
   * Reads a file and, where that is clear, chooses it for what it does.
   * @param wanted from where it was opened: what a network that can do both is chosen for.
   * @returns undefined where it failed; a notice says why.
   */
  open(file: File, wanted?: ModelUse): Promise<ModelDescription | undefined>;
  /** The file itself. @throws a sentence where it is not here any more. */
  file(note: ModelNote): Promise<Blob>;
  /** Chooses it for the micrograph on the screen; undefined is Cryolite's own. */
  choose(use: ModelUse, note: ModelNote | undefined): void;
  /** Makes sure that the worker has it. @throws a sentence where it is not here any more. */
  ready(note: ModelNote, options?: JobOptions): Promise<void>;
  /** Forgets it, here and in the browser's storage. */
  remove(hash: string): Promise<void>;
  /** On start: what the browser has kept. */
  restore(): Promise<void>;
}

export interface ModelsDependencies {
  readonly compute: ComputeClient;
  readonly parameters: Parameters;
  readonly tasks: Tasks;
  readonly notices: Notices;
  readonly store: Promise<ModelStore<ModelDescription>>;
}

export function createModels(dependencies: ModelsDependencies): Models {
  const { compute, parameters, tasks, notices, store } = dependencies;
  const [all, setAll] = createSignal<readonly ModelDescription[]>([]);
  const [kept, setKept] = createSignal<ReadonlySet<string>>(new Set());
  /** In the worker, or on their way. */
  const inWorker = new Map<string, Promise<unknown>>();
  /** Opened since the page was loaded: there even where the browser keeps nothing. */
  const files = new Map<string, File>();

  const find = (hash: string | undefined): ModelDescription | undefined =>
    all().find((model) => model.hash === hash);
  const list = async (): Promise<void> => {
    const known = await (await store).list();
    const hashes = new Set(known.map(({ hash }) => hash));
    setKept(hashes);
    const others = all().filter(({ hash }) => !hashes.has(hash));
    setAll([...others, ...known.map(({ description }) => description)]);
  };
  /** Best effort: a model that is not kept works until the page is closed. */
  const keep = async (model: ModelDescription, bytes: ArrayBuffer): Promise<void> => {
    try {
      await (await store).keep({ hash: model.hash, description: model }, bytes);
      await list();
    } catch {
      // The panel tells which ones are not kept.
    }
  };
  const choose = (use: ModelUse, note: ModelNote | undefined): void => {
    const plain = note && { name: note.name, hash: note.hash };
    if (use === 'pick') parameters.set({ pickModel: plain, ...(plain && { method: 'cnn' }) });
    else parameters.set({ denoiser: plain, ...(plain && { filterMethod: 'network' }) });
  };
  const load = async (note: ModelNote, options?: JobOptions): Promise<void> => {
    const bytes = await (await store).bytes(note.hash);
    if (!bytes) throw notKept(note.name);
    const model = await compute.openModel(new File([bytes], note.name), options);
    // Used now, so that others make room first.
    await keep(model, bytes);
  };

  return {
    all,
    for: (use) => all().filter(({ uses }) => uses.includes(use)),
    find,
    isKept: (hash) => kept().has(hash),
    open: async (file, wanted) => {
      const model = await tasks.run('model', `Reading ${file.name}`, (options) =>
        compute.openModel(file, options),
      );
      if (!model) return undefined;
      files.set(model.hash, file);
      inWorker.set(model.hash, Promise.resolve());
      setAll((others) => [model, ...others.filter(({ hash }) => hash !== model.hash)]);
      void file.arrayBuffer().then((bytes) => keep(model, bytes), notices.failure);
      const [only, other] = model.uses;
      const chosen = other === undefined ? only : wanted;
      if (chosen) choose(chosen, model);
      notices.info(newsOf(model, chosen, wanted));
      return model;
    },
    file: async ({ hash, name }) => {
      const bytes = files.get(hash) ?? (await (await store).bytes(hash));
      if (!bytes) throw notKept(name);
      return new Blob([bytes]);
    },
    choose,
    ready: async (note, options) => {
      const loading = inWorker.get(note.hash) ?? load(note, options);
      inWorker.set(note.hash, loading);
      try {
        await loading;
      } catch (error) {
        if (inWorker.get(note.hash) === loading) inWorker.delete(note.hash);
        throw error;
      }
    },
    remove: async (hash) => {
      const removed = find(hash);
      const { pickModel, denoiser } = parameters.values;
      // It goes from the page at once; its bytes are read while they are still there.
      const reading = files.get(hash) ?? store.then((kept) => kept.bytes(hash)).catch(() => undefined);
      setAll((models) => models.filter((model) => model.hash !== hash));
      inWorker.delete(hash);
      files.delete(hash);
      if (parameters.values.pickModel?.hash === hash) choose('pick', undefined);
      if (parameters.values.denoiser?.hash === hash) choose('denoise', undefined);
      try {
        const bytes = await reading;
        await compute.closeModel(hash);
        await (await store).forget(hash);
        await list();
        if (!removed || !bytes) return;
        notices.undoable(`${removed.name} was removed from this browser.`, async () => {
          const file = new File([bytes], removed.name);
          const model = await compute.openModel(file);
          files.set(hash, file);
          inWorker.set(hash, Promise.resolve());
          setAll((others) => [model, ...others.filter((other) => other.hash !== hash)]);
          if (pickModel?.hash === hash) choose('pick', pickModel);
          if (denoiser?.hash === hash) choose('denoise', denoiser);
          await keep(model, await file.arrayBuffer());
        });
      } catch (error) {
        notices.failure(error);
      }
    },
    restore: list,
  };
}

const notKept = (name: string): Error =>
  new Error(`${name} is no longer kept by this browser: open the file again.`);

const words: Readonly<Record<ModelUse, string>> = { pick: 'picks', denoise: 'denoises' };
const panels: Readonly<Record<ModelUse, string>> = { pick: 'Pick', denoise: 'Filter' };

/** Which panel it is in, above all where that is another than it was opened from. */
function newsOf({ name }: ModelDescription, use: ModelUse | undefined, wanted: ModelUse | undefined): string {
  if (use === undefined) return `${name} may pick or denoise: choose it in the panel Filter or Pick.`;
  if (wanted === undefined || wanted === use)
    return `${name} ${words[use]} from now on; see the panel ${panels[use]}.`;
  return `${name} ${words[use]}, so it was chosen in the panel ${panels[use]}.`;
}

/** Stands in where the browser refuses storage: networks are gone with the page. */
export function memoryModelStore(): ModelStore<ModelDescription> {
  return {
    list: async () => [],
    keep: async () => false,
    bytes: async () => undefined,
    forget: async () => {},
  };
}
