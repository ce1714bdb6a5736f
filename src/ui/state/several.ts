import { type Accessor, createEffect, createMemo, createSignal, on, untrack } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import { isShown, type Pick as PickedParticle } from '../../dataset/picks.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import { planeBytes, residentBudgetBytes, residentCount } from '../../tiles/resident.ts';
import { cellCount, clampAll, fitAll, type SeveralLayout, severalKeys } from '../viewer/several/layout.ts';
import type { Size, View } from '../viewer/transform.ts';
import type { Dataset } from './dataset.ts';
import type { Document } from './document.ts';
import { candidatesOf } from './exportedPicks.ts';
import type { Library } from './library.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';
import { openRequest } from './reading.ts';
import type { Stage } from './stage.ts';
import type { ViewState } from './view.ts';

/** One micrograph of several side by side. */
export interface SeveralCell {
  readonly key: string;
  readonly name: string;
  /** Undefined until it is open, and where it can't be opened. */
  readonly opened: OpenedMicrograph | undefined;
  /** Why it can't be opened, in a sentence. */
  readonly problem: string | undefined;
  /** Those that are shown, and their radius, px of the file. */
  readonly picks: readonly PickedParticle[];
  readonly diameterAngstrom: number;
  readonly pixelSizeAngstrom: number | undefined;
}

/** Several micrographs side by side, at one place and zoom. */
export interface Several {
  readonly isOpen: Accessor<boolean>;
  readonly layout: Accessor<SeveralLayout>;
  readonly cells: Accessor<readonly SeveralCell[]>;
  readonly view: Accessor<View>;
  /** Size of a cell's picture, CSS px. */
  readonly pane: Accessor<Size>;
  /** What keeps them from being quick, in a sentence. */
  readonly note: Accessor<string | undefined>;
  readonly canPage: (by: number) => boolean;
  toggle(): void;
  setLayout(layout: SeveralLayout): void;
  /** Further micrographs of the list, or the ones before. */
  page(by: number): void;
  /** Size of a cell's picture, CSS px: all have the same. */
  resize(pane: Size): void;
  move(view: View): void;
  fit(): void;
  /** Makes a micrograph the current one. @param alone shows it by itself, too. */
  choose(key: string, alone?: boolean): void;
}

export interface SeveralDependencies {
  readonly compute: ComputeClient;
  readonly dataset: Dataset;
  readonly document: Document;
  readonly library: Library;
  readonly notices: Notices;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly stage: Stage;
  readonly store: Promise<SessionStore>;
  readonly view: ViewState;
}

export function createSeveral({
  compute,
  dataset,
  document,
  library,
  notices,
  parameters,
  picks,
  stage,
  store,
  view: viewer,
}: SeveralDependencies): Several {
  const isOpen = createMemo(() => stage.shown() === 'several');
  const [layout, setLayout] = createSignal<SeveralLayout>('four');
  /** Where the list is looked at from: the micrograph that was current when it was opened. */
  const [start, setStart] = createSignal<string>();
  const [pageOf, setPage] = createSignal(0);
  const [loaded, setLoaded] = createSignal<ReadonlyMap<string, SeveralCell>>(new Map());
  const [pane, setPane] = createSignal<Size>({ width: 1, height: 1 });
  const [place, setView] = createSignal<View>({ u: 0, v: 0, scale: 1 });
  const view = createMemo((): View => ({ ...place(), flip: viewer.flip() }));
  const [isFitted, setFitted] = createSignal(true);

  const keysAt = (page: number): readonly string[] =>
    severalKeys(dataset.shown(), dataset.selection.members(), start(), page, cellCount(layout()));
  const keys = createMemo((): readonly string[] => (isOpen() ? keysAt(pageOf()) : []), [], {
    equals: (a, b) => a.length === b.length && a.every((key, i) => key === b[i]),
  });

  /** Opens and closes until what is held is what is wanted; what was opened in vain is closed again. */
  const held = new Map<string, OpenedMicrograph>();
  const wanted = (key: string): boolean => untrack(keys).includes(key);
  const put = (cell: SeveralCell): void => {
    setLoaded((before) => new Map(before).set(cell.key, cell));
  };
  /** What was done on a micrograph that is not the current one. */
  const leftOn = async (
    opened: OpenedMicrograph,
  ): Promise<Pick<SeveralCell, 'picks' | 'diameterAngstrom' | 'pixelSizeAngstrom'>> => {
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    const session = await (await store).load(opened.fingerprint).catch(() => undefined);
    const own = session?.parameters;
    return {
      picks: session
        ? candidatesOf(session, opened).filter((pick) => isShown(pick, session.parameters.threshold))
        : [],
      diameterAngstrom: own?.diameterAngstrom ?? diameterAngstrom,
      pixelSizeAngstrom: own?.pixelSizeAngstrom ?? opened.pixelSizeAngstrom ?? pixelSizeAngstrom,
    };
  };
  const load = async (key: string): Promise<void> => {
    const local = library.file(key);
    if (!local) return;
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    const blank: SeveralCell = {
      ...{ key, name: local.name, opened: undefined, problem: undefined, picks: [] },
      ...{ diameterAngstrom, pixelSizeAngstrom },
    };
    put(blank);
    try {
      const file = await local.getFile();
      if (!wanted(key) || held.has(key)) return;
      const opened = await compute.open(file, openRequest(0, {}, undefined));
      if (!wanted(key) || held.has(key)) return await compute.close(opened.id);
      held.set(key, opened);
      put({ ...blank, opened, ...(await leftOn(opened)) });
    } catch (error) {
      put({ ...blank, problem: messageOf(error) });
    }
  };
  createEffect(
    on(keys, async (now) => {
      for (const [key, opened] of held) {
        if (now.includes(key)) continue;
        held.delete(key);
        compute.close(opened.id).catch(notices.failure);
      }
      setLoaded((before) => new Map([...before].filter(([key, cell]) => now.includes(key) && cell.opened)));
      // One after the other: all at once would hold as many whole files in memory.
      for (const key of now) {
        if (wanted(key) && !held.has(key)) await load(key);
      }
    }),
  );

  // What was done on one while it was the current one stays on it when another is.
  createEffect(
    on(document.key, async (_, before) => {
      const opened = before === undefined ? undefined : held.get(before);
      if (before === undefined || !opened) return;
      const left = await leftOn(opened);
      const cell = untrack(loaded).get(before);
      if (cell && held.get(before) === opened) put({ ...cell, ...left });
    }),
  );
  const cells = createMemo((): readonly SeveralCell[] =>
    keys().map((key) => {
      const cell = loaded().get(key) ?? {
        ...{ key, name: library.find(key)?.name ?? '', opened: undefined, problem: undefined, picks: [] },
        ...{ diameterAngstrom: 0, pixelSizeAngstrom: undefined },
      };
      if (key !== document.key()) return cell;
      // The current one is newer on the screen than in its session.
      const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
      return { ...cell, picks: picks.shown(), diameterAngstrom, pixelSizeAngstrom };
    }),
  );
  const images = createMemo((): readonly Size[] => cells().flatMap(({ opened }) => opened ?? []));
  const refit = (): void => {
    const fitted = fitAll(images(), pane());
    if (fitted) setView(fitted);
  };
  createEffect(
    on([images, pane], () => {
      if (isFitted()) refit();
    }),
  );
  return {
    isOpen,
    layout,
    cells,
    view,
    pane,
    note: () => {
      const all = images();
      const bytes = all.reduce((sum, image) => sum + planeBytes(image), 0);
      if (residentCount(all) >= all.length) return undefined;
      return `These need ${gibibytes(bytes)} on the GPU and have ${gibibytes(residentBudgetBytes)}: where you have not looked yet, tiles come one micrograph at a time.`;
    },
    canPage: (by) => {
      const next = keysAt(pageOf() + by);
      return next.length > 0 && next[0] !== keys()[0];
    },
    toggle: () => {
      if (!isOpen()) {
        setStart(document.key());
        setPage(0);
        setFitted(true);
      }
      stage.toggle('several');
    },
    setLayout,
    page: (by) => setPage((page) => page + by),
    resize: setPane,
    move: (next) => {
      setFitted(false);
      setView(clampAll(next, images(), pane()));
    },
    fit: () => {
      setFitted(true);
      refit();
    },
    choose: (key, alone = false) => {
      if (key !== document.key()) void document.select(key);
      if (alone) stage.show('picture');
    },
  };
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
