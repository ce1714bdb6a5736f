import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
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
            keys: 'A',
            hint: 'Add picks by clicking; a right click removes the nearest',
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
    </div>
  );
}
