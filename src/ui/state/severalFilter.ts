import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { ComputeClient } from '../../rpc/client.ts';
import type { FilteredBlock, LiveFilter, TileBlock } from '../../rpc/contract.ts';
import { visibleRect } from '../viewer/transform.ts';
import { wishedFilter } from './filtering.ts';
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

/** What is asked for, as it was then. */
interface Wish {
  readonly filter: LiveFilter;
  readonly cells: readonly { readonly key: string; readonly id: number; readonly block: TileBlock }[];
  readonly pixelSizes: ReadonlyMap<string, number | undefined>;
}

/** Call inside a root. */
export function createSeveralFilter(dependencies: SeveralFilterDependencies): SeveralFilter {
  const { compute, several, parameters, view, notices } = dependencies;
  const [previews, setPreviews] = createSignal<ReadonlyMap<string, CellPreview>>(new Map());
  const isOn = createMemo(() => several.isOpen() && view.panes().some(({ kind }) => kind === 'filtered'));
  const filter = createMemo((): LiveFilter | undefined => {
    const wished = wishedFilter(parameters.values);
    return wished?.method === 'lengths' || wished?.method === 'gaussian' ? wished : undefined;
  });
  const wish = createMemo((): Wish | undefined => {
    const how = filter();
    if (!isOn() || !how) return undefined;
    const shown = several.view();
    const part = visibleRect(shown, several.pane());
    const cells = several.cells().flatMap(({ key, opened }) => {
      const block = opened && blockOfParts([part], shown.scale, opened);
      return opened && block ? [{ key, id: opened.id, block }] : [];
    });
    const pixelSizes = new Map(several.cells().map((cell) => [cell.key, cell.pixelSizeAngstrom]));
    return { filter: how, cells, pixelSizes };
  });
  const cellOf = (key: string): SeveralCell | undefined => several.cells().find((cell) => cell.key === key);
  const latest = createLatest(async ({ filter: how, cells, pixelSizes }: Wish) => {
    for (const { key, id, block } of cells) {
      // The slider or the view has moved on: what comes next is about that.
      if (latest.isWaiting()) return;
      // Lengths are in Å: each micrograph has its own pixels.
      const own = { ...how, pixelSizeAngstrom: pixelSizes.get(key) ?? how.pixelSizeAngstrom };
      try {
        const pixels = await compute.filterBlock(id, own, block);
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
      isOn() && !filter()
        ? 'Side by side only the band-pass and the Gaussian are shown: other filters need the whole picture.'
        : undefined,
    previewOf: (key) => {
      const preview = isOn() && filter() ? previews().get(key) : undefined;
      return preview && preview.id === cellOf(key)?.opened?.id ? preview : undefined;
    },
  };
}
