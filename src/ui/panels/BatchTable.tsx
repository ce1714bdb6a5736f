import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import type { BatchItem } from '../../dataset/batch/queue.ts';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { openBatchItem } from '../state/batchCommands.ts';
import type { BatchColumn } from '../state/batchResults.ts';
import { figureWords, scoreDigits, stateWords } from '../state/batchWords.ts';

const rowHeight = 30;
const overscan = 8;
const angstromPerMicron = 10_000;

const columns: readonly {
  readonly column: BatchColumn;
  readonly label: string;
  readonly unit?: string;
  readonly hint: string;
}[] = [
  { column: 'place', label: '#', hint: 'Place in the queue' },
  { column: 'name', label: 'Micrograph', hint: 'Name of the file' },
  { column: 'state', label: 'State', hint: 'How far it is' },
  { column: 'picks', label: 'Picks', hint: 'Picks at the threshold that counts now' },
  { column: 'score', label: 'Score', hint: 'Mean score of these picks' },
  {
    column: 'diameter',
    label: 'Ø',
    unit: 'Å',
    hint: 'Diameter that it was picked with; bold: its own, set by hand on it',
  },
  { column: 'quality', label: 'Quality', hint: 'Quality of the micrograph, 0 to 1' },
  { column: 'defocus', label: 'Defocus', unit: 'µm', hint: 'Underfocus that the denoiser has found' },
  { column: 'seconds', label: 'Time', unit: 's', hint: 'Time that it took' },
];

/** One row a micrograph; only rows in sight are in the page, as there may be thousands. */
export function BatchTable(): JSX.Element {
  const { results } = useApp().batch;
  const [scroll, setScroll] = createSignal(0);
  const [height, setHeight] = createSignal(300);
  let body: HTMLTableSectionElement | undefined;
  const first = (): number => Math.max(0, Math.floor(scroll() / rowHeight) - overscan);
  const seen = createMemo(() =>
    results.rows().slice(first(), Math.ceil((scroll() + height()) / rowHeight) + overscan),
  );
  onMount(() => {
    if (!body) return;
    const observer = new ResizeObserver(([entry]) => entry && setHeight(entry.contentRect.height));
    observer.observe(body);
    onCleanup(() => observer.disconnect());
  });
  return (
    <table
      class="batch-table"
      aria-label="Micrographs of the batch"
      aria-rowcount={results.rows().length + 1}
      data-testid="batch-table"
    >
      <thead>
        <tr class="batch-row batch-titles">
          <For each={columns}>{(one) => <Title {...one} />}</For>
          <th scope="col">
            <span class="unseen">Again</span>
          </th>
        </tr>
      </thead>
      <tbody
        class="batch-body"
        style={{ '--rows-height': `${results.rows().length * rowHeight}px` }}
        ref={(element) => {
          body = element;
        }}
        onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      >
        <For each={seen()}>{(item, i) => <Row item={item} index={first() + i()} />}</For>
      </tbody>
    </table>
  );
}

function Title(props: (typeof columns)[number]): JSX.Element {
  const { results } = useApp().batch;
  const order = (): 'ascending' | 'descending' | 'none' => {
    const { column, isDown } = results.sortedBy();
    if (column !== props.column) return 'none';
    return isDown ? 'descending' : 'ascending';
  };
  return (
    <th scope="col" aria-sort={order()} class={`batch-${props.column}`}>
      <button
        type="button"
        title={`${props.hint}. Click to sort by it`}
        data-testid={`batch-sort-${props.column}`}
        onClick={() => results.sortBy(props.column)}
      >
        {props.label}
        <Show when={props.unit}>
          <span class="muted">, {props.unit}</span>
        </Show>
        <span aria-hidden="true">{{ ascending: ' ↑', descending: ' ↓', none: '' }[order()]}</span>
      </button>
    </th>
  );
}

function Row(props: { readonly item: BatchItem; readonly index: number }): JSX.Element {
  const app = useApp();
  const { queue, results } = app.batch;
  const place = (): number => props.item.place;
  /** As it is now: the list of rows is not made anew for each change of one. */
  const item = (): BatchItem => queue.items[place()] ?? props.item;
  const share = (): number => {
    const current = queue.current();
    const progress = current?.place === place() ? current.progress : undefined;
    return progress && progress.total > 0 ? progress.done / progress.total : 0;
  };
  const score = (): number | undefined => results.scoreOf(item());
  const diameter = (): number | undefined => item().result?.diameterAngstrom;
  const diameterWords = (): string | undefined =>
    results.hasOwnDiameter(item())
      ? `Its own diameter, which was set by hand on it: the batch has ${queue.batch()?.plan.parameters.diameterAngstrom} Å`
      : undefined;
  const defocus = (): number | undefined => {
    const found = item().result?.defocusAngstrom;
    return found === undefined ? undefined : found / angstromPerMicron;
  };
  return (
    <tr
      class="batch-row"
      classList={{ odd: props.index % 2 === 1 }}
      aria-rowindex={props.index + 2}
      style={{ transform: `translateY(${props.index * rowHeight}px)` }}
      data-testid="batch-row"
      data-state={item().state}
    >
      <td class="batch-place muted">{place() + 1}</td>
      <td class="batch-name">
        <button
          type="button"
          title={`${item().folder ? `${item().folder}/` : ''}${item().name}: click to open it`}
          data-testid="batch-open"
          onClick={() => openBatchItem(app, item())}
        >
          <span class="clip">{item().name}</span>
        </button>
      </td>
      <td class="batch-state" classList={{ [item().state]: true }}>
        <Show when={item().state === 'running'} fallback={stateWords[item().state]}>
          <progress value={share()} max="1" aria-label={`Progress of ${item().name}`} />
        </Show>
      </td>
      <Show
        when={item().error === undefined}
        fallback={
          <td class="batch-error clip" title={item().error} data-testid="batch-error">
            {item().error}
          </td>
        }
      >
        <td>{results.picksOf(item()) ?? '–'}</td>
        <td>{figureWords(score(), scoreDigits(score() ?? 0))}</td>
        <td title={diameterWords()} data-testid="batch-row-diameter">
          <Show when={results.hasOwnDiameter(item())} fallback={figureWords(diameter(), 0)}>
            <strong>{figureWords(diameter(), 0)}</strong> <span class="muted">own</span>
          </Show>
        </td>
        <td title={item().result?.quality?.reason}>{figureWords(item().result?.quality?.score, 2)}</td>
        <td>{figureWords(defocus(), 2)}</td>
        <td>{figureWords(item().seconds, 1)}</td>
      </Show>
      <td class="batch-again">
        <Show when={item().state === 'failed' || item().state === 'done'}>
          <Button
            label={`Do ${item().name} again`}
            icon="retry"
            compact
            variant="quiet"
            testid="batch-retry"
            onClick={() => void queue.retry(place())}
          />
        </Show>
      </td>
    </tr>
  );
}
