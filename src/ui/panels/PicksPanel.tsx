import { createMemo, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { ScoreHistogram } from '../controls/ScoreHistogram.tsx';
import { Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { thresholdStep } from '../state/commands.ts';
import { agreement } from '../state/truth.ts';

export function PicksPanel(): JSX.Element {
  const app = useApp();
  const { picks, parameters, view } = app;
  const scores = createMemo(() =>
    picks.all().flatMap(({ origin, score }) => (origin === 'manual' ? [] : [score])),
  );
  const range = createMemo(() =>
    scores().reduce(({ min, max }, score) => ({ min: Math.min(min, score), max: Math.max(max, score) }), {
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
    }),
  );
  const threshold = (): number => parameters.values.threshold;
  const setThreshold = (value: number): void => parameters.set({ threshold: value });
  const truth = createMemo(() => {
    const demo = app.sources.demoTruth(app.document.key());
    const size = parameters.values.pixelSizeAngstrom;
    if (!demo || size === undefined || picks.shown().length === 0) return undefined;
    return agreement(picks.shown(), demo.truth, demo.diameterAngstrom / size / 2);
  });
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return (
    <Section
      step={4}
      title="Picks"
      aside={
        <span class="count" data-testid="pick-count" title="Shown, of all candidates">
          {picks.shown().length} of {picks.all().length}
        </span>
      }
    >
      <Show
        when={scores().length > 0}
        fallback={
          <p class="muted small">
            Candidates appear here with their scores; picks can also be added by hand.
          </p>
        }
      >
        <div class="threshold">
          <ScoreHistogram scores={scores()} threshold={threshold()} onThreshold={setThreshold} />
          <input
            type="range"
            min={range().min}
            max={range().max}
            step={thresholdStep(app) / 10}
            value={threshold()}
            aria-label="Threshold"
            aria-valuetext={`${threshold()}: ${picks.shown().length} picks shown`}
            title="Picks with a lower score are hidden and not exported  (, and .)"
            data-testid="threshold"
            onInput={(event) => setThreshold(Number(event.currentTarget.valueAsNumber.toPrecision(4)))}
          />
        </div>
        <div class="threshold-row">
          <NumberField
            label="Threshold"
            hint="Picks with a lower score are hidden and not exported; manual ones stay"
            value={threshold()}
            step={thresholdStep(app)}
            digits={4}
            testid="threshold-value"
            onChange={(value) => {
              if (value !== undefined) setThreshold(value);
            }}
          />
        </div>
      </Show>
      <Show when={truth()}>
        {(found) => (
          <p class="truth" data-testid="demo-truth">
            Against the simulation: precision {percent(found().precision)}, recall {percent(found().recall)}
          </p>
        )}
      </Show>
      <div class="row">
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
              hint: 'Drag the picture; Space or the middle button always does',
              testid: 'tool-pan',
            },
            {
              value: 'add',
              label: 'Add',
              icon: 'add',
              keys: 'A',
              hint: 'Click to add a pick; right-click removes the nearest',
              testid: 'tool-add',
            },
            {
              value: 'erase',
              label: 'Erase',
              icon: 'erase',
              keys: 'E',
              hint: 'Drag to erase picks; [ and ] change the size; right-click removes the nearest',
              testid: 'tool-erase',
            },
          ]}
          onChange={view.setTool}
        />
        <span class="divider" />
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
        <span class="spacer" />
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
        <Button
          label="Remove all picks"
          hint="Remove all picks; undo brings them back"
          icon="trash"
          compact
          variant="quiet"
          disabled={picks.all().length === 0}
          testid="clear-picks"
          onClick={picks.clear}
        />
      </div>
      <Show when={view.tool() === 'erase'}>
        <label class="eraser">
          <span>Eraser</span>
          <input
            type="range"
            min="6"
            max="160"
            value={view.eraser()}
            title="Size of the eraser on the screen  ([ and ])"
            data-testid="eraser-size"
            onInput={(event) => view.setEraser(event.currentTarget.valueAsNumber)}
          />
        </label>
      </Show>
    </Section>
  );
}
