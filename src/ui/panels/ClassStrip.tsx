import { createEffect, For, type JSX, Show } from 'solid-js';
import type { ClassResult } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { classLimits } from '../state/classes.ts';

const counts = Array.from({ length: classLimits.max - classLimits.min + 1 }, (_, i) => {
  const value = String(classLimits.min + i);
  return { value, label: `${value} classes` };
});

/** Averages of the boxes in a few classes; a click selects a class's boxes. */
export function ClassStrip(): JSX.Element {
  const { classes, gpu } = useApp();
  return (
    <section class="class-strip" aria-label="Class averages" data-testid="class-strip">
      <div class="class-actions">
        <Select
          label="Number of classes"
          options={counts}
          value={String(classes.count())}
          hint="How many averages the boxes are sorted into"
          testid="class-count"
          onChange={(value) => classes.setCount(Number(value))}
        />
        <Button
          label={classes.isRunning() ? 'Averaging…' : 'Average'}
          hint={
            classes.problem() ??
            'Turns and shifts the boxes of the gallery onto each other and averages them in classes: particles show their shape, junk shows none'
          }
          disabled={classes.isRunning() || gpu()?.available === false || classes.problem() !== undefined}
          testid="average-classes"
          onClick={() => void classes.run()}
        />
      </div>
      <Show
        when={classes.result()}
        fallback={
          <p class="muted small">
            {classes.problem() ??
              'The boxes of the gallery, turned and shifted onto each other: a check that picks are particles. A click on an average selects its boxes.'}
          </p>
        }
      >
        {(result) => (
          <>
            <ul class="class-list">
              <For each={classes.members()}>
                {(members, k) => (
                  <li>
                    <button
                      type="button"
                      class="class-average"
                      aria-pressed={classes.isSelected(k())}
                      title={`Class ${k() + 1}: ${members.length} boxes. A click selects them, with Ctrl beside what is selected`}
                      data-testid="class-average"
                      onClick={(event) => classes.select(k(), event.ctrlKey || event.metaKey)}
                    >
                      <Average result={result()} index={k()} />
                      <span>{members.length}</span>
                    </button>
                  </li>
                )}
              </For>
            </ul>
            <Button
              label="Save averages"
              icon="save"
              compact
              variant="quiet"
              hint="Save the averages as an MRC stack, .mrcs"
              testid="save-classes"
              onClick={() => void classes.save()}
            />
          </>
        )}
      </Show>
    </section>
  );
}

/** Deviations from the mean that become black and white. */
const shownDeviations = 2.5;

function Average(props: { readonly result: ClassResult; readonly index: number }): JSX.Element {
  const paint = (canvas: HTMLCanvasElement): void => {
    createEffect(() => {
      const { sidePx, averages } = props.result;
      const area = sidePx * sidePx;
      const pixels = averages.subarray(props.index * area, (props.index + 1) * area);
      const mean = pixels.reduce((sum, value) => sum + value, 0) / area;
      const deviation = Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / area);
      canvas.width = sidePx;
      canvas.height = sidePx;
      const image = new ImageData(sidePx, sidePx);
      for (let i = 0; i < area; i++) {
        const share = ((pixels[i] ?? 0) - mean) / (2 * shownDeviations * deviation || 1) + 0.5;
        const grey = Math.min(255, Math.max(0, 255 * share));
        image.data.set([grey, grey, grey, 255], 4 * i);
      }
      canvas.getContext('2d')?.putImageData(image, 0, 0);
    });
  };
  return <canvas ref={paint} />;
}
