import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';

/** Sets the threshold by what is wanted of the picks. */
export function TargetRow(): JSX.Element {
  const { evaluation } = useApp();
  const apply = (): void => void evaluation.applyTarget();
  return (
    <div class="target">
      <div class="target-row">
        <Segmented
          label="What the threshold is to give"
          small
          value={evaluation.target().of}
          segments={[
            {
              value: 'precision',
              label: 'Precision',
              hint: 'Of the picks, so many are to be particles, in %; as many particles as that allows',
              testid: 'target-precision',
            },
            {
              value: 'recall',
              label: 'Recall',
              hint: 'Of the particles, so many are to be picked, in %; as few false picks as that allows',
              testid: 'target-recall',
            },
          ]}
          onChange={(of) => evaluation.setTarget({ ...evaluation.target(), of })}
        />
        <NumberField
          label="≥"
          unit="%"
          hint="Strictly, within a quarter of the diameter, by the reference"
          min={1}
          max={100}
          step={1}
          value={100 * evaluation.target().value}
          testid="target-value"
          onChange={(value) => {
            if (value !== undefined) evaluation.setTarget({ ...evaluation.target(), value: value / 100 });
          }}
          onEnter={apply}
        />
        <Button
          label="Set"
          hint="Sets the threshold of the picks so, and says what it gives"
          disabled={!evaluation.answer()}
          testid="target-apply"
          onClick={apply}
        />
      </div>
      <Show when={evaluation.said()}>
        {(said) => (
          <p class="small target-said" aria-live="polite" data-testid="target-said">
            {said()}
          </p>
        )}
      </Show>
    </div>
  );
}
