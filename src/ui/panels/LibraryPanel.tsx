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
import { useApp } from '../state/app.ts';
import { step } from '../state/commands.ts';
import type { LibraryItem } from '../state/library.ts';
import { RecentList } from './EmptyState.tsx';
import { QualityBadge } from './QualityBadge.tsx';

const rowHeight = 46;
const overscan = 6;

/** The opened micrographs. Only rows in sight are in the page: a folder may hold twenty thousand. */
export function LibraryPanel(): JSX.Element {
  const app = useApp();
  const [scroll, setScroll] = createSignal(0);
  const [height, setHeight] = createSignal(600);
  let list: HTMLUListElement | undefined;
  const tops = createMemo(() => {
    let top = 0;
    return app.library.items.map((item) => {
      const at = top;
      // An error is a sentence and takes more room.
      top += item.error === undefined ? rowHeight : rowHeight - 8 + 16 * Math.ceil(item.error.length / 28);
      return { at, end: top };
    });
  });
  const rows = createMemo(() => {
    const all = tops();
    const from = all.findIndex(({ end }) => end > scroll() - overscan * rowHeight);
    const until = all.findIndex(({ at }) => at > scroll() + height() + overscan * rowHeight);
    const first = Math.max(0, from);
    return Array.from({ length: (until < 0 ? all.length : until) - first }, (_, i) => first + i);
  });
  /** The list follows the micrograph on the screen, by whatever way it got there. */
  createEffect(
    on(app.document.key, (key) => {
      const place = tops()[app.library.items.findIndex((item) => item.key === key)];
      if (!list || !place) return;
      if (place.at < list.scrollTop) list.scrollTop = place.at;
      else if (place.end > list.scrollTop + list.clientHeight) list.scrollTop = place.end - list.clientHeight;
    }),
  );
  const manyFolders = createMemo(() => new Set(app.library.items.map(({ folder }) => folder)).size > 1);
  onMount(() => {
    if (!list) return;
    const observer = new ResizeObserver(([entry]) => entry && setHeight(entry.contentRect.height));
    observer.observe(list);
    onCleanup(() => observer.disconnect());
  });
  return (
    <aside class="library" aria-label="Micrographs">
      <header>
        <h2>Micrographs</h2>
        <span class="muted">{app.library.items.length}</span>
        <span class="spacer" />
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
      <ul
        ref={(element) => {
          list = element;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          step(app, event.key === 'ArrowDown' ? 1 : -1);
        }}
        onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      >
        <li aria-hidden="true" class="library-room" style={{ height: `${tops().at(-1)?.end ?? 0}px` }} />
        <For each={rows()}>
          {(index) => (
            <Show when={app.library.items[index]}>
              {(item) => <Row item={item()} top={tops()[index]?.at ?? 0} showsFolder={manyFolders()} />}
            </Show>
          )}
        </For>
      </ul>
      <Show when={app.sources.recent().length > 0}>
        <RecentList />
      </Show>
    </aside>
  );
}

function Row(props: {
  readonly item: LibraryItem;
  readonly top: number;
  readonly showsFolder: boolean;
}): JSX.Element {
  const app = useApp();
  let button: HTMLButtonElement | undefined;
  const isCurrent = (): boolean => app.document.key() === props.item.key;
  // One stop for the Tab key, however long the list is; the arrow keys go on from there, and the focus with them.
  const isTabStop = (): boolean => isCurrent() || (app.document.key() === undefined && props.top === 0);
  createEffect(() => {
    if (isCurrent() && button?.closest('ul')?.contains(document.activeElement)) button.focus();
  });
  const detail = (): string => {
    const { status, pickCount, folder } = props.item;
    if (status === 'opening') return 'opening…';
    if (pickCount !== undefined && pickCount > 0) return `${pickCount} pick${pickCount === 1 ? '' : 's'}`;
    return props.showsFolder ? folder : '';
  };
  return (
    <li class="library-row" style={{ transform: `translateY(${props.top}px)` }}>
      <button
        type="button"
        ref={(element) => {
          button = element;
        }}
        tabindex={isTabStop() ? 0 : -1}
        class="library-item"
        classList={{ current: isCurrent(), failed: props.item.status === 'failed' }}
        aria-current={isCurrent() ? 'true' : undefined}
        title={props.item.folder ? `${props.item.folder}/${props.item.name}` : props.item.name}
        data-testid="micrograph-item"
        data-status={props.item.status}
        onClick={() => void app.document.select(props.item.key)}
      >
        <span class="library-name">
          <span class="clip-start">
            <bdi>{props.item.name}</bdi>
          </span>
          <Show when={props.item.quality}>{(quality) => <QualityBadge quality={quality()} />}</Show>
        </span>
        <span class="muted clip">{detail()}</span>
        <Show when={props.item.error}>
          <span class="item-error" role="alert" data-testid="error">
            {props.item.error}
          </span>
        </Show>
      </button>
    </li>
  );
}
