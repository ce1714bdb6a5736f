import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { ComputeClient } from '../../rpc/client.ts';
import type { FilteredBlock, LiveFilter, TileBlock } from '../../rpc/contract.ts';
import { visibleRect } from '../viewer/transform.ts';
import { filterProblem, wishedFilter } from './filtering.ts';
import { createLatest } from './latest.ts';
import { blockOfParts } from './liveFilter.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { Several, SeveralCell } from './several.ts';
import type { ViewState } from './view.ts';

/** What stands over a cell's raw picture. */
export interface CellPreview {
  /** Handle of the cell's micrograph. */
  readonly id: number;
  readonly block: TileBlock;
  readonly pixels: FilteredBlock;
}

/** The filter of the panel on all micrographs that are side by side: what is in sight of each, at the size of the screen. */
export interface SeveralFilter {
  /** Whether the filtered pictures are wanted: as for the one micrograph. */
  readonly isOn: Accessor<boolean>;
  /** Why they can't be shown, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  /** By the key of the cell; undefined until it is made, and where the raw picture is wanted. */
  previewOf(key: string): CellPreview | undefined;
}

export interface SeveralFilterDependencies {
  readonly compute: Pick<ComputeClient, 'filterBlock'>;
  readonly several: Pick<Several, 'isOpen' | 'cells' | 'view' | 'pane'>;
  readonly parameters: Parameters;
  readonly view: Pick<ViewState, 'panes'>;
  readonly notices: Notices;
}

/** What is asked for, as it was then: of each cell. */
type Wish = readonly {
  readonly key: string;
  readonly id: number;
  readonly block: TileBlock;
  readonly filter: LiveFilter;
}[];

/** Call inside a root. */
export function createSeveralFilter(dependencies: SeveralFilterDependencies): SeveralFilter {
  const { compute, several, parameters, view, notices } = dependencies;
  const [previews, setPreviews] = createSignal<ReadonlyMap<string, CellPreview>>(new Map());
  const isOn = createMemo(() => several.isOpen() && view.panes().some(({ kind }) => kind === 'filtered'));
  /** Lengths are in Å: each micrograph has its own pixels, and a filter that makes no sense with them leaves it as it is. */
  const filterFor = (pixelSizeAngstrom: number | undefined): LiveFilter | undefined => {
    const { values } = parameters;
    const own = pixelSizeAngstrom ?? values.pixelSizeAngstrom;
    const wished = wishedFilter({ ...values, pixelSizeAngstrom: own });
    return wished?.method === 'lengths' || wished?.method === 'gaussian' ? wished : undefined;
  };
  const wish = createMemo(
    (): Wish | undefined => {
      if (!isOn()) return undefined;
      const shown = several.view();
      const part = visibleRect(shown, several.pane());
      return several.cells().flatMap(({ key, opened, pixelSizeAngstrom }) => {
        const block = opened && blockOfParts([part], shown.scale, opened);
        const filter = filterFor(pixelSizeAngstrom);
        return opened && block && filter ? [{ key, id: opened.id, block, filter }] : [];
      });
    },
    undefined,
    // A pick or a threshold makes no other pictures.
    { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  const cellOf = (key: string): SeveralCell | undefined => several.cells().find((cell) => cell.key === key);
  const latest = createLatest(async (wanted: Wish) => {
    for (const { key, id, block, filter } of wanted) {
      // The slider or the view has moved on: what comes next is about that.
      if (latest.isWaiting()) return;
      try {
        const pixels = await compute.filterBlock(id, filter, block);
        if (cellOf(key)?.opened?.id !== id) continue;
        setPreviews((before) => new Map(before).set(key, { id, block, pixels }));
      } catch (error) {
        // One that was closed meanwhile is no failure.
        if (cellOf(key)?.opened?.id === id) notices.failure(error);
      }
    }
  });
  createEffect(
    on(wish, (wanted) => {
      if (wanted) void latest.ask(wanted);
      else latest.drop();
    }),
  );
  // What is not in a cell any more is let go of.
  createEffect(
    on(
      () => several.cells().map(({ opened }) => opened?.id),
      (ids) => setPreviews((before) => new Map([...before].filter(([, { id }]) => ids.includes(id)))),
    ),
  );
  return {
    isOn,
    problem: () =>
      isOn() && !filterFor(undefined)
        ? (filterProblem(parameters.values) ??
          'Side by side only the band-pass and the Gaussian are shown: other filters need the whole picture.')
        : undefined,
    previewOf: (key) => {
      const cell = isOn() ? cellOf(key) : undefined;
      const preview = cell && filterFor(cell.pixelSizeAngstrom) ? previews().get(key) : undefined;
      return preview && preview.id === cell?.opened?.id ? preview : undefined;
    },
  };
}
