import {
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
} from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { FileName } from '../controls/FileName.tsx';
import { Icon } from '../controls/Icon.tsx';
import { useApp } from '../state/app.ts';
import type { LibraryItem } from '../state/library.ts';
import { itemPath } from '../state/library.ts';
import { step } from '../state/micrographSteps.ts';
import { DatasetCounts, DatasetFilter, DatasetOrder } from './DatasetControls.tsx';
import { RecentList } from './EmptyState.tsx';
import { rowsBetween, rowTops } from './gridGeometry.ts';
import { inSteps } from './inSteps.ts';
import { itemWords, sizeWarning } from './itemWords.ts';
import { type ListSizes, listSizes } from './listSizes.ts';
import { MicrographThumbnail } from './MicrographThumbnail.tsx';
import { AcceptanceMark } from './MicrographTile.tsx';
import { QualityBadge } from './QualityBadge.tsx';
import { WatchBar } from './WatchBar.tsx';

const overscan = 6;
/** Rows that are made in one task. */
const rowsAtOnce = 10;

/** The opened micrographs as a filmstrip. Only rows in sight are in the page: a folder may hold many thousand. */
export function LibraryPanel(): JSX.Element {
  const app = useApp();
  return (
    <aside class="library" aria-label="Micrographs">
      <header>
        <h2>Micrographs</h2>
        <span class="spacer" />
        <Show when={app.acceptance.undoAction()}>
          {(action) => (
            <Button
              label={`Undo: ${action()}`}
              icon="undo"
              compact
              variant="quiet"
              testid="acceptance-undo"
              onClick={app.acceptance.undo}
            />
          )}
        </Show>
        <Button
          label="Pictures in the list"
          icon="filmstrip"
          compact
          variant="quiet"
          pressed={app.dataset.hasPictures()}
          hint="Show the list with pictures, or shorter without"
          testid="library-pictures"
          onClick={() => app.dataset.setPictures(!app.dataset.hasPictures())}
        />
        <Button
          label="Grid"
          icon="grid"
          compact
          variant="quiet"
          keys="Shift+G"
          pressed={app.stage.shown() === 'grid'}
          hint="All micrographs side by side"
          testid="show-grid"
          onClick={() => app.stage.toggle('grid')}
        />
        <Button
          label="Close all"
          icon="close"
          compact
          variant="quiet"
          hint="Empty the list; picks are kept and come back with the files"
          testid="close-all"
          onClick={() => void app.sources.closeAll()}
        />
      </header>
      <Show when={app.library.items.length > 1}>
        <div class="library-view">
          {/* The grid brings its own along, for both. */}
          <Show when={app.stage.shown() !== 'grid'}>
            <DatasetFilter testid="library-filter" />
            <DatasetOrder prefix="library" />
          </Show>
          <DatasetCounts testid="library-counts" />
        </div>
      </Show>
      {/* Made anew when rows come back: it knows its own height and place alone. */}
      <Show
        when={app.dataset.shown().length > 0}
        fallback={<p class="library-empty muted">No micrograph fits the filter.</p>}
      >
        <Filmstrip />
      </Show>
      <WatchBar />
      <Show when={app.sources.recent().length > 0}>
        <RecentList />
      </Show>
    </aside>
  );
}

function Filmstrip(): JSX.Element {
  const app = useApp();
  const { dataset, library, micrographThumbnails } = app;
  const [scroll, setScroll] = createSignal(0);
  const [height, setHeight] = createSignal(600);
  let list: HTMLUListElement | undefined;
  const sizes = listSizes();
  const look = (): 'plain' | 'pictures' => (dataset.hasPictures() ? 'pictures' : 'plain');
  const tops = createMemo(
    () => {
      // To follow the error of each of thousands would hold up the page when a folder is opened.
      library.version();
      const { letters, linePx, row: rows } = sizes();
      const row = rows[look()];
      return rowTops(
        dataset.shown().map((key) => {
          const error = library.peek(key)?.error;
          // An error is a sentence and takes more room.
          return error === undefined ? row : Math.max(row, 38 + linePx * Math.ceil(error.length / letters));
        }),
      );
    },
    new Float64Array(1),
    { equals: (a, b) => a.length === b.length && a.every((top, i) => top === b[i]) },
  );
  const range = createMemo(() => {
    const beside = overscan * sizes().row[look()];
    return rowsBetween(tops(), scroll() - beside, scroll() + height() + beside);
  });
  const keys = createMemo(() => dataset.shown().slice(range().first, range().end));
  const made = inSteps(keys, rowsAtOnce);
  const places = createMemo(() => new Map(keys().map((key, i) => [key, range().first + i])));
  const topOf = (key: string): number => tops()[places().get(key) ?? 0] ?? 0;
  createEffect(() => {
    const { first, end } = rowsBetween(tops(), scroll(), scroll() + height());
    micrographThumbnails.want(
      'list',
      look() === 'plain' ? [] : [...dataset.shown().slice(first, end), ...keys()],
    );
  });
  onCleanup(() => micrographThumbnails.want('list', []));
  /** The list follows the micrograph on the screen, by whatever way it got there. */
  createEffect(
    on(app.document.key, (key) => {
      const place = dataset.shown().indexOf(key ?? '');
      if (!list || place < 0) return;
      const [at = 0, end = 0] = tops().subarray(place, place + 2);
      // Not read off the element: that would lay out the page at once, in the task that puts up a picture.
      const next = at < scroll() ? at : Math.max(scroll(), end - height());
      if (next === scroll()) return;
      list.scrollTop = next;
      setScroll(next);
    }),
  );
  onMount(() => {
    if (!list) return;
    const observer = new ResizeObserver(([entry]) => entry && setHeight(entry.contentRect.height));
    observer.observe(list);
    onCleanup(() => observer.disconnect());
  });
  return (
    <ul
      ref={(element) => {
        list = element;
      }}
      classList={{ 'with-pictures': dataset.hasPictures() }}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        step(app, event.key === 'ArrowDown' ? 1 : -1);
      }}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
    >
      <li aria-hidden="true" class="library-room" style={{ height: `${tops().at(-1) ?? 0}px` }} />
      <For each={made()}>
        {(key) => (
          <Show when={library.find(key)}>
            {(item) => (
              <Row item={item()} sizes={sizes()} top={topOf(key)} isFirst={places().get(key) === 0} />
            )}
          </Show>
        )}
      </For>
    </ul>
  );
}

function Row(props: {
  readonly item: LibraryItem;
  readonly sizes: ListSizes;
  readonly top: number;
  readonly isFirst: boolean;
}): JSX.Element {
  const app = useApp();
  const { dataset } = app;
  let button: HTMLButtonElement | undefined;
  const isCurrent = (): boolean => app.document.key() === props.item.key;
  // One stop for the Tab key, however long the list is; the arrow keys go on from there, and the focus with them.
  const isTabStop = (): boolean => isCurrent() || (app.document.key() === undefined && props.isFirst);
  createEffect(() => {
    if (isCurrent() && button?.closest('ul')?.contains(document.activeElement)) button.focus();
  });
  const warning = (): string | undefined =>
    props.item.warning ?? sizeWarning(props.item, dataset.usualSize());
  return (
    <li class="library-row" style={{ transform: `translateY(${props.top}px)` }}>
      <button
        type="button"
        ref={(element) => {
          button = element;
        }}
        tabindex={isTabStop() ? 0 : -1}
        class="library-item"
        classList={{
          current: isCurrent(),
          failed: props.item.status === 'failed',
          rejected: props.item.acceptance === 'rejected',
        }}
        aria-current={isCurrent() ? 'true' : undefined}
        title={itemPath(props.item)}
        data-testid="micrograph-item"
        data-status={props.item.status}
        onClick={() => {
          void app.document.select(props.item.key);
        }}
      >
        <Show when={dataset.hasPictures() && props.item.error === undefined}>
          <span class="library-picture">
            <MicrographThumbnail of={props.item.key} shownPx={props.sizes.picturePx} />
            <Show when={props.item.quality}>{(quality) => <QualityBadge quality={quality()} />}</Show>
          </span>
        </Show>
        <span class="library-words">
          <span class="library-name">
            <span class="clip-start">
              <FileName name={props.item.name} />
            </span>
            <AcceptanceMark item={props.item} />
            <Show when={warning()}>
              {(text) => (
                <span class="item-warning" title={text()} data-testid="item-warning">
                  <Icon name="warn" />
                  <span class="unseen">{text()}</span>
                </span>
              )}
            </Show>
          </span>
          <span class="library-detail">
            <span class="muted clip">{itemWords(props.item, dataset.hasFolders())}</span>
            <Show when={!dataset.hasPictures() && props.item.quality}>
              {(quality) => <QualityBadge quality={quality()} />}
            </Show>
          </span>
          <Show when={props.item.error}>
            <span class="item-error" role="alert" data-testid="error">
              {props.item.error}
            </span>
          </Show>
        </span>
      </button>
    </li>
  );
}
