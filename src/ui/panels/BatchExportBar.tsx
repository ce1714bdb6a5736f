import { type JSX, Show } from 'solid-js';
import { LAYOUTS, type Layout, takesFilaments } from '../../dataset/coordinates/exportAll.ts';
import { PROGRAM_NAMES } from '../../dataset/coordinates/exportFor.ts';
import { Button } from '../controls/Button.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { wholeWords } from '../state/batchWords.ts';

/** All picks at once, for another program. */
export function BatchExportBar(): JSX.Element {
  const { batch, picks } = useApp();
  const { exports, queue, results } = batch;
  const isLeftOut = (): boolean => !takesFilaments(exports.layout()) && picks.filaments().length > 0;
  return (
    <footer class="batch-export">
      <Show when={exports.written()}>
        {(written) => (
          <div class="batch-written" role="status" data-testid="batch-written">
            <p>{written().news}</p>
            <p class="muted">{written().instruction}</p>
            <Button
              label="Dismiss"
              icon="close"
              compact
              variant="quiet"
              onClick={() => exports.dismissWritten()}
            />
          </div>
        )}
      </Show>
      <div class="batch-export-row">
        <Show when={isLeftOut()}>
          <span class="muted small">
            Filaments are left out: {PROGRAM_NAMES[exports.layout()]} takes none.
          </span>
        </Show>
        <span>Export all for</span>
        <Select<Layout>
          label="Program"
          options={LAYOUTS.map((value) => ({ value, label: PROGRAM_NAMES[value] }))}
          value={exports.layout()}
          hint="The folder is laid out as this program wants it"
          testid="batch-layout"
          onChange={exports.setLayout}
        />
        <Button
          label={`Export ${wholeWords(results.total())} picks…`}
          icon="save"
          hint="Asks for a folder; without such a dialog the files come as one archive"
          disabled={!queue.items.some(({ result }) => result !== undefined)}
          testid="batch-export"
          onClick={() => void exports.run()}
        />
      </div>
    </footer>
  );
}
