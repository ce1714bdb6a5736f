import { createMemo, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Plot } from '../controls/Plot.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { useApp } from '../state/app.ts';
import { openBatchItem } from '../state/batchCommands.ts';
import { scoreDigits, wholeWords } from '../state/batchWords.ts';

/** What came out of all micrographs together, and one threshold for them. */
export function BatchPlots(): JSX.Element {
  const { batch, view } = useApp();
  const { results } = batch;
  return (
    <Show when={results.picked() > 0}>
      <div class="batch-plots">
        <CountPlot theme={view.theme()} />
        <ScorePlot theme={view.theme()} />
      </div>
      <ThresholdRow />
    </Show>
  );
}

function CountPlot(props: { readonly theme: string }): JSX.Element {
  const app = useApp();
  const { queue, results } = app.batch;
  const items = createMemo(() => [...queue.items]);
  const counts = createMemo(() => items().map((item) => results.picksOf(item)));
  const places = createMemo(() => items().map(({ place }) => place + 1));
  return (
    <figure>
      <figcaption>Picks per micrograph</figcaption>
      <Plot
        label={`Picks on each of ${results.picked()} micrographs`}
        xLabel="Micrograph, in the order of the queue"
        yLabel="Picks"
        x={places()}
        y={counts()}
        look="points"
        theme={props.theme}
        testid="batch-count-plot"
        describe={(index) => {
          const item = items()[index];
          const count = counts()[index];
          return item ? `${item.name}${count === undefined ? '' : `: ${count} picks`}. Click to open it` : '';
        }}
        onPoint={(index) => {
          const item = items()[index];
          if (item) openBatchItem(app, item);
        }}
      />
    </figure>
  );
}

function ScorePlot(props: { readonly theme: string }): JSX.Element {
  const { results } = useApp().batch;
  const x = createMemo(() => {
    const merged = results.histogram();
    if (!merged) return [];
    const { min, max, counts } = merged;
    const width = (max - min || 1) / counts.length;
    return counts.map((_, bin) => min + bin * width);
  });
  return (
    <figure>
      <figcaption>Scores of all candidates</figcaption>
      <Plot
        label="Histogram of the scores over the data set; drag to set one threshold for all"
        xLabel="Score"
        yLabel="Candidates"
        x={x()}
        y={results.histogram()?.counts ?? []}
        look="bars"
        isRooted
        at={results.threshold() ?? results.usualThreshold()}
        onX={(value) => results.setThreshold(Number(value.toPrecision(4)))}
        theme={props.theme}
        testid="batch-score-plot"
      />
    </figure>
  );
}

function ThresholdRow(): JSX.Element {
  const { results } = useApp().batch;
  const range = (): readonly [number, number] => {
    const merged = results.histogram();
    return merged ? [merged.min, merged.max > merged.min ? merged.max : merged.min + 1] : [0, 1];
  };
  const value = (): number => results.threshold() ?? results.usualThreshold() ?? 0;
  const words = (): string => value().toFixed(scoreDigits(range()[1]));
  return (
    <div class="batch-threshold">
      <span>Threshold for all</span>
      <RangeInput
        label="One threshold for all micrographs"
        min={range()[0]}
        max={range()[1]}
        step={(range()[1] - range()[0]) / 500}
        value={value()}
        text={`score ${words()}, ${results.total()} picks`}
        hint="Lowest score that counts, on all micrographs"
        testid="batch-threshold"
        onInput={(next) => results.setThreshold(Number(next.toPrecision(4)))}
      />
      <NumberField
        label="Threshold"
        min={-1000}
        max={1000}
        digits={4}
        hint="Lowest score that counts, on all micrographs"
        value={Number(value().toPrecision(4))}
        testid="batch-threshold-value"
        onChange={(next) => results.setThreshold(next)}
      />
      <output class="batch-total" aria-live="polite">
        <strong data-testid="batch-total">{wholeWords(results.total())}</strong> picks on {results.picked()}{' '}
        micrograph{results.picked() === 1 ? '' : 's'}
        <Show when={results.threshold() === undefined}>
          <span class="muted">, each by its own</span>
        </Show>
      </output>
      <span class="spacer" />
      <Show when={results.threshold() !== undefined}>
        <Button
          label="Each its own"
          variant="quiet"
          hint="Forgets this threshold: each micrograph has its own again"
          testid="batch-threshold-own"
          onClick={() => results.setThreshold(undefined)}
        />
        <Button
          label="Apply to all"
          icon="check"
          hint="Makes it the threshold of every micrograph; can be undone"
          testid="batch-threshold-apply"
          onClick={() => void results.apply()}
        />
      </Show>
      <Show when={results.threshold() === undefined && results.undoApply()}>
        {(undo) => (
          <Button
            label="Undo"
            icon="undo"
            hint="Brings back the thresholds of before"
            testid="batch-threshold-undo"
            onClick={() => void undo()()}
          />
        )}
      </Show>
    </div>
  );
}
