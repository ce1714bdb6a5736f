import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  onCleanup,
  onMount,
  Show,
  untrack,
} from 'solid-js';
import { gridTileLimits } from '../../dataset/listView.ts';
import { Button } from '../controls/Button.tsx';
import { borrowFocus } from '../controls/borrowedFocus.ts';
import { RangeInput } from '../controls/RangeInput.tsx';
import { useApp } from '../state/app.ts';
import { mark, marked } from '../state/datasetCommands.ts';
import { DatasetCounts, DatasetFilter, DatasetOrder } from './DatasetControls.tsx';
import { actionsPx } from './galleryGeometry.ts';
import { gridGap, gridGeometry, gridInSight, gridPlace, gridScroll } from './gridGeometry.ts';
import { inSteps } from './inSteps.ts';
import { JudgeButton } from './JudgeButton.tsx';
import { MicrographTile } from './MicrographTile.tsx';
import { selectByKey } from './selectByKey.ts';

/** Tiles that are made in one task: a screen full of them is felt, also behind the layout of the grid itself. */
const tilesAtOnce = 12;
/** Rows beside those in sight that are in the page, too. */
const rowsBeside = 1;

/** All micrographs side by side over the picture: looked over, accepted, rejected, opened. */
export function GridPanel(): JSX.Element {
  const app = useApp();
  const { dataset, micrographThumbnails } = app;
  return (
    <section class="micrograph-grid" aria-label="Grid of micrographs" data-testid="micrograph-grid">
      <header class="grid-head">
        <DatasetFilter testid="grid-filter" />
        <DatasetOrder prefix="grid" />
        <span class="spacer" />
        <RangeInput
          label="Size of the tiles"
          class="grid-size"
          min={gridTileLimits.min}
          max={gridTileLimits.max}
          step={8}
          value={dataset.tilePx()}
          text={`${dataset.tilePx()} pixels`}
          hint="Size of the tiles on the screen"
          testid="grid-size"
          onInput={dataset.setTilePx}
        />
        <Button
          label="Back to the picture"
          icon="close"
          compact
          variant="quiet"
          keys="Shift+G"
          testid="grid-close"
          onClick={() => app.stage.show('picture')}
        />
      </header>
      <div class="grid-line">
        <DatasetCounts testid="grid-counts" />
        <span class="grid-line-end">
          <ThumbnailProgress />
          <JudgeButton />
        </span>
      </div>
      <Show
        when={dataset.shown().length > 0}
        fallback={
          <div class="grid-empty muted">
            <p>No micrograph fits the filter.</p>
            <Button label="Show all" variant="primary" testid="grid-show-all" onClick={dataset.showAll} />
          </div>
        }
      >
        <Tiles />
      </Show>
      <Show when={micrographThumbnails.progress().total > 0 && marked(app).length > 0}>
        <GridActions />
      </Show>
    </section>
  );
}

/** How far the thumbnails are, while they are made. */
function ThumbnailProgress(): JSX.Element {
  const { micrographThumbnails } = useApp();
  const { progress, isPaused, setPaused } = micrographThumbnails;
  return (
    <Show when={progress().done < progress().total}>
      <span class="thumbnail-progress muted" data-testid="thumbnail-progress">
        {isPaused() ? 'Thumbnails paused at' : 'Thumbnails'} {progress().done} of {progress().total}
        <Button
          label={isPaused() ? 'Go on with the thumbnails' : 'Pause the thumbnails'}
          icon={isPaused() ? 'play' : 'pause'}
          compact
          variant="quiet"
          hint="What is in sight is made anyway"
          testid="thumbnails-pause"
          onClick={() => setPaused(!isPaused())}
        />
      </span>
    </Show>
  );
}

/** What can be done with the selected ones. */
function GridActions(): JSX.Element {
  const app = useApp();
  const count = (): number => app.dataset.selection.members().length;
  return (
    <div class="grid-actions" role="toolbar" aria-label="Selected micrographs">
      <span data-testid="grid-selected">{count() === 0 ? 'Under the cursor' : `${count()} selected`}</span>
      <Button
        label="Accept"
        icon="check"
        keys="Y"
        testid="grid-accept"
        onClick={() => mark(app, 'accepted')}
      />
      <Button
        label="Reject"
        icon="close"
        keys="X"
        testid="grid-reject"
        onClick={() => mark(app, 'rejected')}
      />
      <Button
        label="Undo"
        icon="undo"
        compact
        variant="quiet"
        keys="Ctrl+Z"
        hint={`Undo: ${app.acceptance.undoAction() ?? 'nothing to undo'}`}
        disabled={app.acceptance.undoAction() === undefined}
        testid="grid-undo"
        onClick={app.acceptance.undo}
      />
    </div>
  );
}

function Tiles(): JSX.Element {
  const app = useApp();
  const { dataset, micrographThumbnails } = app;
  const { selection, shown } = dataset;
  const id = createUniqueId();
  const [size, setSize] = createSignal({ width: 0, height: 0 });
  const [scroll, setScroll] = createSignal(0);
  let scroller: HTMLDivElement | undefined;
  // Not out of the field of the filter, where somebody types what brings the tiles back.
  borrowFocus(() => scroller, '.micrograph-grid');

  const geometry = createMemo(() => gridGeometry(shown().length, dataset.tilePx(), size().width));
  const range = createMemo(() =>
    gridInSight(geometry(), shown().length, scroll(), size().height, rowsBeside),
  );
  const keys = createMemo(() => (size().width === 0 ? [] : shown().slice(range().first, range().end)));
  const made = inSteps(keys, tilesAtOnce);
  const places = createMemo(() => new Map(keys().map((key, i) => [key, range().first + i])));
  const reveal = (place: number): void => {
    if (!scroller || size().height === 0) return;
    // Not read off the element: that would lay out the page at once.
    const before = untrack(scroll);
    const next = gridScroll(geometry(), place, before, size().height - actionsPx);
    if (next === before) return;
    scroller.scrollTop = next;
    setScroll(next);
  };
  createEffect(() => {
    // Wanted first is what can be seen; the rows beside it come after.
    const { first, end } = gridInSight(geometry(), shown().length, scroll(), size().height);
    micrographThumbnails.want('grid', size().width === 0 ? [] : [...shown().slice(first, end), ...keys()]);
  });
  createEffect(() => {
    const place = selection.cursor();
    if (place !== undefined) reveal(place);
  });
  onMount(() => {
    if (!scroller) return;
    const observer = new ResizeObserver(() => {
      if (scroller) setSize({ width: scroller.clientWidth, height: scroller.clientHeight });
    });
    observer.observe(scroller);
    onCleanup(() => observer.disconnect());
    // The keyboard goes on from the micrograph on the screen.
    const current = shown().indexOf(app.document.key() ?? '');
    if (selection.cursor() === undefined && current >= 0) selection.only(current);
  });
  onCleanup(() => micrographThumbnails.want('grid', []));

  const open = (key: string): void => {
    void app.document.select(key);
    app.stage.show('picture');
  };
  const press = (event: MouseEvent, place: number): void => {
    if (event.shiftKey) selection.through(place);
    else if (event.ctrlKey || event.metaKey) selection.toggle(place);
    else selection.only(place);
  };
  const onKey = (event: KeyboardEvent): void => {
    const cursor = selection.cursor();
    const rowsInSight = Math.floor(size().height / (geometry().tileHeight + gridGap));
    const grid = { count: shown().length, columns: geometry().columns, rowsInSight };
    if (selectByKey(selection, event, grid)) event.preventDefault();
    else if (event.key === 'Enter') {
      const key = shown()[cursor ?? -1];
      if (key !== undefined) open(key);
    } else if (event.key === 'Escape' && selection.members().length > 1) selection.only(cursor ?? 0);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="grid-scroll"
      ref={(element) => {
        scroller = element;
      }}
      tabIndex={0}
      role="listbox"
      aria-multiselectable="true"
      aria-label="Micrographs: arrow keys move, Space selects, Y accepts, X rejects, Enter opens"
      aria-activedescendant={selection.cursor() === undefined ? undefined : `${id}-${selection.cursor()}`}
      data-testid="grid-tiles"
      data-columns={geometry().columns}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      onKeyDown={onKey}
    >
      <div class="grid-room" style={{ height: `${geometry().height + actionsPx}px` }} role="presentation">
        <For each={made()}>
          {(key) => {
            const place = (): number => places().get(key) ?? 0;
            return (
              <MicrographTile
                of={key}
                id={`${id}-${place()}`}
                place={place()}
                count={shown().length}
                at={gridPlace(geometry(), place())}
                width={geometry().tileWidth}
                height={geometry().tileHeight}
                isSelected={selection.chosen().has(key)}
                isCursor={selection.cursor() === place()}
                onPress={(event) => press(event, place())}
                onOpen={() => open(key)}
              />
            );
          }}
        </For>
      </div>
    </div>
  );
}
