import type { JSX } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../controls/Dialog.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';

/** How the view becomes a picture file. */
export function SaveViewDialog(): JSX.Element {
  const { viewPicture } = useApp();
  const { settings } = viewPicture;
  const sizeWords = (): string => {
    const { width, height, isCut } = viewPicture.pixels();
    return `${width} × ${height} px${isCut ? ', the most that this browser can draw' : ''}`;
  };
  return (
    <Dialog
      open={viewPicture.isOpen()}
      title="Save the view"
      class="save-view"
      testid="save-view"
      onClose={() => viewPicture.setOpen(false)}
    >
      <Segmented
        label="Format"
        value={settings().format}
        segments={[
          { value: 'png', label: 'PNG', hint: 'Pixels, for slides', testid: 'view-png' },
          {
            value: 'svg',
            label: 'SVG',
            hint: 'The picture, with picks and scale bar as lines that stay sharp and can be edited',
            testid: 'view-svg',
          },
        ]}
        onChange={(format) => viewPicture.set({ format })}
      />
      <Segmented
        label="Size"
        value={settings().size}
        segments={[
          { value: '1', label: '1×', hint: 'As on the screen', testid: 'view-size-1' },
          { value: '2', label: '2×', hint: 'Twice as fine', testid: 'view-size-2' },
          {
            value: 'full',
            label: 'Full resolution',
            hint: 'One pixel of the picture for each pixel of the file in sight',
            testid: 'view-size-full',
          },
        ]}
        onChange={(size) => viewPicture.set({ size })}
      />
      <p class="muted small" data-testid="view-pixels">
        {sizeWords()}
      </p>
      <Check
        label="Scale bar"
        checked={settings().hasBar}
        testid="view-bar"
        onChange={(hasBar) => viewPicture.set({ hasBar })}
      />
      <Check
        label="Picks, where they are shown"
        checked={settings().hasPicks}
        testid="view-picks"
        onChange={(hasPicks) => viewPicture.set({ hasPicks })}
      />
      <Check
        label="Mask and measurements, where they are shown"
        checked={settings().hasNotes}
        testid="view-notes"
        onChange={(hasNotes) => viewPicture.set({ hasNotes })}
      />
      <div class="row">
        <Button
          label="Save"
          icon="save"
          variant="primary"
          testid="view-save"
          onClick={() => void viewPicture.save()}
        />
        <Button
          label="Copy"
          icon="copy"
          keys="Alt+C"
          hint="Copy it as PNG, to paste into a slide"
          testid="view-copy"
          onClick={() => void viewPicture.copy()}
        />
      </div>
    </Dialog>
  );
}

function Check(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly testid: string;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        data-testid={props.testid}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
