import { type JSX, Show } from 'solid-js';
import { formatBytes } from '../../core/units.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../controls/Dialog.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';

/** How particles are cut out, before a folder is asked for. */
export function ExtractDialog(): JSX.Element {
  const { extraction } = useApp();
  return (
    <Dialog
      open={extraction.isOpen()}
      title="Extract particles"
      class="extract-dialog"
      testid="extract-dialog"
      onClose={() => extraction.setOpen(false)}
    >
      <Contents />
    </Dialog>
  );
}

function Contents(): JSX.Element {
  const { extraction, library, picks } = useApp();
  const binnedPx = (): number => extraction.binTo() ?? extraction.boxPx() ?? 0;
  const summary = (): string => {
    const count = picks.shown().length;
    const bytes = formatBytes(1024 + count * binnedPx() ** 2 * 4);
    return extraction.scope() === 'shown'
      ? `${count} particle${count === 1 ? '' : 's'}, ${binnedPx()} × ${binnedPx()} px each, ${bytes}.`
      : 'All micrographs of the list that have picks, each with its own threshold and pixel size.';
  };
  return (
    <form
      class="extract-form"
      onSubmit={(event) => {
        event.preventDefault();
        void extraction.run();
      }}
    >
      <p class="muted">
        Boxes of 32-bit floats in one .mrcs stack a micrograph, and a STAR file of all that RELION reads. They
        are cut from the pixels of the file, never from a filtered picture.
      </p>
      <Show when={library.items.length > 1}>
        <Segmented
          label="Which micrographs"
          value={extraction.scope()}
          segments={[
            { value: 'shown', label: 'This micrograph', testid: 'extract-shown' },
            {
              value: 'all',
              label: 'All of the list',
              hint: 'Every micrograph of the list that has picks',
              testid: 'extract-all',
            },
          ]}
          onChange={extraction.setScope}
        />
      </Show>
      <div class="extract-fields">
        <NumberField
          label="Box"
          unit={extraction.boxPx() === undefined ? 'Å' : `Å = ${extraction.boxPx()} px`}
          min={10}
          max={10000}
          step={10}
          digits={6}
          optional
          lazy
          hint="Side of the box; if empty, 1.75 diameters, rounded up to a number of pixels that Fourier transforms like"
          value={extraction.boxAngstrom()}
          testid="extract-box"
          onChange={extraction.setBoxAngstrom}
        />
        <NumberField
          label="Bin to"
          unit="px"
          min={4}
          max={10000}
          step={2}
          integer
          optional
          placeholder="not binned"
          hint="Side of the binned box, even: the Fourier transform is cropped, so that nothing folds back"
          value={extraction.binTo()}
          testid="extract-bin"
          onChange={extraction.setBinTo}
        />
      </div>
      <div class="row">
        <label class="check" title="Dark particles become bright, as RELION wants them">
          <input
            type="checkbox"
            checked={extraction.inverts()}
            data-testid="extract-invert"
            onChange={(event) => extraction.setInverts(event.currentTarget.checked)}
          />
          Invert contrast
        </label>
        <label
          class="check"
          title="The background’s ramp is taken away; outside of three quarters of the box its mean becomes 0 and its deviation 1"
        >
          <input
            type="checkbox"
            checked={extraction.normalises()}
            data-testid="extract-normalise"
            onChange={(event) => extraction.setNormalises(event.currentTarget.checked)}
          />
          Normalise background
        </label>
      </div>
      <div class="dialog-actions">
        <span class="muted small" data-testid="extract-summary">
          {extraction.problem() ?? summary()}
        </span>
        <div class="row actions-end">
          <Button
            label="Cancel"
            keys="Esc"
            testid="extract-cancel"
            onClick={() => extraction.setOpen(false)}
          />
          <Button
            label="Extract"
            variant="primary"
            hint="Asks for a folder; without such a dialog the files come as one archive"
            disabled={extraction.problem() !== undefined}
            testid="extract-run"
            onClick={() => void extraction.run()}
          />
        </div>
      </div>
    </form>
  );
}
