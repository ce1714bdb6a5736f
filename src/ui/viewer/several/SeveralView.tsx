import { createResource, createSignal, For, type JSX, onCleanup, Show } from 'solid-js';
import { Button } from '../../controls/Button.tsx';
import { Segmented } from '../../controls/Segmented.tsx';
import { useApp } from '../../state/app.ts';
import { createTileTurns } from '../../state/tileTurns.ts';
import { type CellRenderers, canvasRenderers, openCellRenderers } from './device.ts';
import { severalLayouts } from './layout.ts';
import { SeveralCell } from './SeveralCell.tsx';

/** Several micrographs side by side: one place and one zoom for all, each with its own contrast. */
export function SeveralView(): JSX.Element {
  const { dataset, jobs, several, severalFilter } = useApp();
  return (
    <section class="several" aria-label="Several micrographs" data-testid="several">
      <header class="several-head">
        <h2>Side by side</h2>
        <Segmented
          label="How many"
          small
          value={several.layout()}
          segments={[
            { value: 'four', label: '2 × 2', testid: 'several-four' },
            { value: 'six', label: '3 × 2', testid: 'several-six' },
          ]}
          onChange={several.setLayout}
        />
        <Segmented
          label="Picture"
          small
          value={severalFilter.isOn() ? 'filtered' : 'raw'}
          segments={[
            { value: 'raw', label: 'Raw', hint: 'As in the files', testid: 'several-raw' },
            {
              value: 'filtered',
              label: 'Filtered',
              hint: 'All of them through the filter of the panel, which follows its sliders',
              testid: 'several-filtered',
            },
          ]}
          onChange={(mode) => void jobs.showMode(mode)}
        />
        <Button
          label="Micrographs before these"
          icon="previous"
          compact
          variant="quiet"
          disabled={!several.canPage(-1)}
          testid="several-previous"
          onClick={() => several.page(-1)}
        />
        <Button
          label="Micrographs after these"
          icon="next"
          compact
          variant="quiet"
          disabled={!several.canPage(1)}
          testid="several-next"
          onClick={() => several.page(1)}
        />
        <span class="muted small several-note" role="status">
          {severalFilter.problem() ??
            several.note() ??
            (dataset.shown().length < 2
              ? 'Open more micrographs to see them side by side.'
              : 'Move one and all move; double-click to see one alone.')}
        </span>
        <Button label="Fit" icon="fit" compact variant="quiet" testid="several-fit" onClick={several.fit} />
        <Button
          label="Close"
          icon="close"
          compact
          variant="quiet"
          keys="Shift+M"
          testid="several-close"
          onClick={several.toggle}
        />
      </header>
      <Cells />
    </section>
  );
}

function Cells(): JSX.Element {
  const { several } = useApp();
  const turns = createTileTurns();
  let isOver = false;
  let open: CellRenderers | undefined;
  const [lost, setLost] = createSignal<CellRenderers>();
  const [renderers] = createResource(async () => {
    const made = await openCellRenderers();
    if (isOver) made.destroy();
    else open = made;
    // A device that went is not asked for again: a picture without it is better than none.
    void made.lost.then(() => {
      if (!isOver) setLost(canvasRenderers());
    });
    return made;
  });
  onCleanup(() => {
    isOver = true;
    open?.destroy();
  });
  const columns = (): number => severalLayouts[several.layout()].columns;
  return (
    <Show when={lost() ?? renderers()} keyed>
      {(kind) => (
        <ul class="several-cells" style={{ '--columns': columns() }} data-renderer={kind.kind}>
          <For each={several.cells().map(({ key }) => key)}>
            {(key) => {
              const cell = () => several.cells().find((one) => one.key === key);
              return (
                <Show when={cell()}>
                  {(one) => <SeveralCell cell={one()} renderers={kind} turns={turns} />}
                </Show>
              );
            }}
          </For>
        </ul>
      )}
    </Show>
  );
}
