import { type JSX, Show } from 'solid-js';
import { FileName } from '../controls/FileName.tsx';
import { Icon } from '../controls/Icon.tsx';
import { useApp } from '../state/app.ts';
import type { LibraryItem } from '../state/library.ts';
import { itemPath } from '../state/library.ts';
import { itemWords, sizeWarning } from './itemWords.ts';
import { MicrographThumbnail } from './MicrographThumbnail.tsx';
import { QualityBadge } from './QualityBadge.tsx';

export interface MicrographTileProps {
  readonly of: string;
  readonly id: string;
  /** Of how many, from 0. */
  readonly place: number;
  readonly count: number;
  /** CSS px. */
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isCursor: boolean;
  readonly onPress: (event: MouseEvent) => void;
  readonly onOpen: () => void;
}

/** One micrograph of the grid. The keyboard is on the grid, which names the tile that it is about. */
export function MicrographTile(props: MicrographTileProps): JSX.Element {
  const { library } = useApp();
  return <Show when={library.find(props.of)}>{(item) => <Tile {...props} item={item()} />}</Show>;
}

function Tile(props: MicrographTileProps & { readonly item: LibraryItem }): JSX.Element {
  const { document, dataset } = useApp();
  const warning = (): string | undefined =>
    props.item.error ?? props.item.warning ?? sizeWarning(props.item, dataset.usualSize());
  return (
    <div
      role="option"
      tabIndex={-1}
      id={props.id}
      class="micrograph-tile"
      classList={{
        current: document.key() === props.of,
        cursor: props.isCursor,
        accepted: props.item.acceptance === 'accepted',
        rejected: props.item.acceptance === 'rejected',
        failed: props.item.status === 'failed',
      }}
      style={{
        transform: `translate(${props.at.x}px, ${props.at.y}px)`,
        width: `${props.width}px`,
        height: `${props.height}px`,
      }}
      aria-selected={props.isSelected}
      aria-posinset={props.place + 1}
      aria-setsize={props.count}
      title={itemPath(props.item)}
      data-testid="grid-tile"
      data-acceptance={props.item.acceptance ?? 'undecided'}
      onPointerDown={(event) => {
        if (event.button === 0) props.onPress(event);
      }}
      onDblClick={() => props.onOpen()}
    >
      <div class="tile-picture">
        <Show
          when={props.item.status !== 'failed'}
          fallback={
            <p class="tile-error" data-testid="tile-error">
              {props.item.error}
            </p>
          }
        >
          <MicrographThumbnail of={props.of} />
          <Show when={props.item.quality}>{(quality) => <QualityBadge quality={quality()} />}</Show>
        </Show>
        <AcceptanceMark item={props.item} />
        <Show when={props.item.status !== 'failed' && warning()}>
          {(text) => (
            <span class="tile-warning" title={text()} data-testid="tile-warning">
              <Icon name="warn" />
              <span class="unseen">{text()}</span>
            </span>
          )}
        </Show>
      </div>
      <div class="tile-caption">
        <span class="tile-name">
          <span class="clip-start">
            <FileName name={props.item.name} />
          </span>
        </span>
        <span class="muted clip">{itemWords(props.item, dataset.hasFolders())}</span>
      </div>
    </div>
  );
}

/** What the user thinks of it, by form as well as by colour. */
export function AcceptanceMark(props: { readonly item: LibraryItem }): JSX.Element {
  return (
    <Show when={props.item.acceptance}>
      {(acceptance) => (
        <span
          class="acceptance-mark"
          classList={{ rejected: acceptance() === 'rejected' }}
          title={acceptance() === 'rejected' ? 'Rejected: left out of what is done with all' : 'Accepted'}
        >
          <Icon name={acceptance() === 'rejected' ? 'close' : 'check'} />
          <span class="unseen">{acceptance()}</span>
        </span>
      )}
    </Show>
  );
}
