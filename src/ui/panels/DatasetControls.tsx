import { type JSX, Show } from 'solid-js';
import type { AcceptanceFilter, ListSort } from '../../dataset/listView.ts';
import { Button } from '../controls/Button.tsx';
import { Icon } from '../controls/Icon.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { countWords } from '../state/datasetOrder.ts';

const sorts: readonly { readonly value: ListSort; readonly label: string }[] = [
  { value: 'opened', label: 'as opened' },
  { value: 'name', label: 'by name' },
  { value: 'folder', label: 'by folder' },
  { value: 'date', label: 'by date' },
  { value: 'quality', label: 'by quality' },
  { value: 'ice', label: 'by ice' },
  { value: 'picks', label: 'by picks' },
  { value: 'defocus', label: 'by defocus' },
  { value: 'acceptance', label: 'by acceptance' },
];
const directions: Readonly<Record<ListSort, readonly [string, string]>> = {
  opened: ['First opened first', 'Last opened first'],
  name: ['From A to Z', 'From Z to A'],
  folder: ['From A to Z', 'From Z to A'],
  date: ['Oldest first', 'Newest first'],
  quality: ['Best first', 'Worst first'],
  ice: ['Least ice first', 'Most ice first'],
  picks: ['Most picks first', 'Fewest picks first'],
  defocus: ['Closest to focus first', 'Furthest from focus first'],
  acceptance: ['Accepted first', 'Rejected first'],
};
const filters: readonly { readonly value: AcceptanceFilter; readonly label: string }[] = [
  { value: 'all', label: 'all' },
  { value: 'kept', label: 'kept' },
  { value: 'accepted', label: 'accepted' },
  { value: 'undecided', label: 'undecided' },
  { value: 'rejected', label: 'rejected' },
  { value: 'unpicked', label: 'without picks' },
];

/** Text or patterns, by which the list and the grid are filtered. */
export function DatasetFilter(props: { readonly testid: string }): JSX.Element {
  const { dataset } = useApp();
  return (
    <label
      class="dataset-filter"
      title="Words that the folder or name contains, or patterns: Grid*/**/*_avg.mrc. !word leaves out. Numbers: quality>0.6 ice<0.3 picks>=20 defocus<2 (µm)"
    >
      <Icon name="search" />
      <span class="unseen">Filter the micrographs</span>
      <input
        type="search"
        placeholder="Filter: text, *_avg.mrc"
        spellcheck={false}
        autocomplete="off"
        value={dataset.view().text}
        data-testid={props.testid}
        onInput={(event) => dataset.change({ text: event.currentTarget.value })}
      />
    </label>
  );
}

/** By what the list and the grid are sorted, and which acceptance is shown. */
export function DatasetOrder(props: { readonly prefix: string }): JSX.Element {
  const { dataset } = useApp();
  const direction = (): string => directions[dataset.view().sort][dataset.view().isReversed ? 1 : 0];
  return (
    <div class="dataset-order">
      <Select
        label="Sorted"
        options={sorts}
        value={dataset.view().sort}
        hint="In which order micrographs are shown; what is not known yet comes last"
        testid={`${props.prefix}-sort`}
        onChange={(sort) => dataset.change({ sort })}
      />
      <Button
        label={direction()}
        icon={dataset.view().isReversed ? 'descending' : 'ascending'}
        compact
        variant="quiet"
        hint={`${direction()}; press to turn the order round`}
        pressed={dataset.view().isReversed}
        testid={`${props.prefix}-direction`}
        onClick={() => dataset.change({ isReversed: !dataset.view().isReversed })}
      />
      <Select
        label="Shown"
        options={filters}
        value={dataset.view().acceptance}
        hint="Which micrographs are shown: by what you think of them, or those without picks"
        testid={`${props.prefix}-acceptance`}
        onChange={(acceptance) => dataset.change({ acceptance })}
      />
    </div>
  );
}

/** How many there are, in words; and how to see all of them again. */
export function DatasetCounts(props: { readonly testid: string }): JSX.Element {
  const { dataset } = useApp();
  return (
    <p class="dataset-counts muted" aria-live="polite">
      <span data-testid={props.testid}>{countWords(dataset.counts())}</span>
      <Show when={dataset.isFiltered()}>
        <button
          type="button"
          class="link"
          data-testid={`${props.testid}-all`}
          onClick={() => dataset.showAll()}
        >
          Show all
        </button>
      </Show>
    </p>
  );
}
