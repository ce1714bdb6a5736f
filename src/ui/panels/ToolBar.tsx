import { For, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import type { IconName } from '../controls/Icon.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import type { FigureKind } from '../state/measuring.ts';
import { eraserLimits } from '../state/view.ts';

/** Beside the picture: what the pointer does, and the way back. */
export function ToolBar(): JSX.Element {
  const { picks, view } = useApp();
  return (
    <div class="toolbar" role="toolbar" aria-label="Tools" aria-orientation="vertical">
      <Segmented
        label="Tool"
        compact
        value={view.tool()}
        segments={[
          {
            value: 'pan',
            label: 'Pan',
            icon: 'pan',
            keys: 'V',
            hint: 'Pan; Space or the middle button always does',
            testid: 'tool-pan',
          },
          {
            value: 'add',
            label: 'Add picks',
            icon: 'add',
            keys: 'C',
            hint: 'Add picks by clicking, paint them by dragging with Shift; a right click removes the nearest',
            testid: 'tool-add',
          },
          {
            value: 'erase',
            label: 'Erase picks',
            icon: 'erase',
            keys: 'E',
            hint: 'Erase picks by dragging; [ and ] change the size, a right click removes the nearest',
            testid: 'tool-erase',
          },
          {
            value: 'lasso',
            label: 'Lasso',
            icon: 'lasso',
            keys: '5',
            hint: 'Choose picks by drawing round them; Shift adds to what is chosen',
            testid: 'tool-lasso',
          },
          {
            value: 'rectangle',
            label: 'Rectangle',
            icon: 'rectangle',
            keys: '6',
            hint: 'Choose picks in a rectangle; Shift adds to what is chosen',
            testid: 'tool-rectangle',
          },
          {
            value: 'move',
            label: 'Move picks',
            icon: 'move',
            keys: '7',
            hint: 'Move picks by dragging; arrows nudge what is chosen by 1 px, with Shift by 10',
            testid: 'tool-move',
          },
          {
            value: 'filament',
            label: 'Filaments',
            icon: 'filament',
            keys: '8',
            hint: 'Click on both ends of a filament; drag an end to change it',
            testid: 'tool-filament',
          },
        ]}
        onChange={view.setTool}
      />
      <Show when={view.tool() === 'erase'}>
        <RangeInput
          class="eraser-size"
          label="Eraser radius, px on the screen"
          min={eraserLimits.min}
          max={eraserLimits.max}
          step={1}
          value={view.eraser()}
          hint="Size of the eraser  ([ and ])"
          testid="eraser-size"
          onInput={view.setEraser}
        />
      </Show>
      <Button
        label="Undo"
        hint={picks.undoAction() ? `Undo: ${picks.undoAction()}` : 'Nothing to undo'}
        icon="undo"
        compact
        variant="quiet"
        keys="Ctrl+Z"
        disabled={picks.undoAction() === undefined}
        testid="undo"
        onClick={picks.undo}
      />
      <Button
        label="Redo"
        hint={picks.redoAction() ? `Redo: ${picks.redoAction()}` : 'Nothing to redo'}
        icon="redo"
        compact
        variant="quiet"
        keys="Ctrl+Shift+Z"
        disabled={picks.redoAction() === undefined}
        testid="redo"
        onClick={picks.redo}
      />
      <Button
        label={view.picksVisible() ? 'Hide picks' : 'Show picks'}
        icon={view.picksVisible() ? 'eye' : 'eyeOff'}
        compact
        variant="quiet"
        keys="H"
        pressed={!view.picksVisible()}
        testid="hide-picks"
        onClick={() => view.setPicksVisible(!view.picksVisible())}
      />
      <LookTools />
    </div>
  );
}

/** What measures, and the magnifier. */
function LookTools(): JSX.Element {
  const { lens, view } = useApp();
  const toggle = (tool: FigureKind): void => {
    view.setTool(view.tool() === tool ? 'pan' : tool);
  };
  return (
    <div class="look-tools">
      <For each={figureTools}>
        {({ tool, label, icon, keys, hint }) => (
          <Button
            label={label}
            icon={icon}
            compact
            variant="quiet"
            keys={keys}
            hint={hint}
            pressed={view.tool() === tool}
            testid={`tool-${tool}`}
            onClick={() => toggle(tool)}
          />
        )}
      </For>
      <Button
        label="Magnifier"
        icon="magnifier"
        compact
        variant="quiet"
        keys="Shift+Z"
        hint="Show what is under the cursor four times larger"
        pressed={lens.isOn()}
        testid="magnifier"
        onClick={lens.toggle}
      />
    </div>
  );
}

const figureTools: readonly {
  readonly tool: FigureKind;
  readonly label: string;
  readonly icon: IconName;
  readonly keys: string;
  readonly hint: string;
}[] = [
  {
    tool: 'ruler',
    label: 'Ruler',
    icon: 'measure',
    keys: 'Alt+M',
    hint: 'Drag to measure a distance in Å; Shift keeps the line straight',
  },
  {
    tool: 'profile',
    label: 'Line profile',
    icon: 'profile',
    keys: 'Shift+L',
    hint: 'Drag a line to plot the values along it',
  },
  {
    tool: 'region',
    label: 'Region statistics',
    icon: 'region',
    keys: 'Shift+I',
    hint: 'Drag a rectangle for its mean, σ, least and largest value',
  },
];
