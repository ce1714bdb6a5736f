import type { JSX } from 'solid-js';
import { NumberField } from '../controls/NumberField.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { type TrainingWish, usualSteps } from '../state/training.ts';
import { durationText } from '../state/trainingWords.ts';

/** What a training begins with; the usual is good, so it is folded away. */
export function TrainOptions(): JSX.Element {
  const { parameters, training } = useApp();
  const starts = (): readonly { readonly value: TrainingWish['start']; readonly label: string }[] => {
    const chosen = parameters.values.pickModel;
    return [
      { value: 'general', label: 'Start from Cryolite’s network' },
      ...(chosen ? [{ value: 'chosen' as const, label: `Start from ${chosen.name}` }] : []),
      { value: 'none', label: 'Start from nothing' },
    ];
  };
  const start = (): TrainingWish['start'] =>
    starts().some(({ value }) => value === training.wish().start) ? training.wish().start : 'general';
  const summary = (): string => {
    const { steps } = training.wish();
    const pace = training.pace();
    const time = pace === undefined ? '' : `, ${durationText(steps * pace)} at most`;
    return `${steps} steps${time}`;
  };
  const estimate = (): string => {
    const particles = training.run()?.particlesPerMicrograph;
    return particles === undefined ? 'estimated' : `about ${Math.round(particles)}`;
  };
  return (
    <details class="train-options">
      <summary
        data-testid="train-options"
        title="Where it starts, how long it trains, how many particles there are"
      >
        <span>Options</span>
        <span class="muted">{summary()}</span>
      </summary>
      <Select
        label="Start from"
        options={starts()}
        value={start()}
        hint="The network that learns: it begins with all that it knows"
        testid="train-start"
        onChange={(value) =>
          training.setWish({ start: starts().find((one) => one.value === value)?.value ?? 'general' })
        }
      />
      <div class="fields">
        <NumberField
          label="Steps at most"
          min={2}
          max={5000}
          step={50}
          hint="It stops sooner where what was kept back is found no better any more"
          value={training.wish().steps}
          testid="train-steps"
          onChange={(steps) => training.setWish({ steps: Math.round(steps ?? usualSteps) })}
        />
        <NumberField
          label="Particles a micrograph"
          min={1}
          max={100000}
          step={10}
          placeholder={estimate()}
          hint="How many there are on one micrograph, picked or not; empty: it is estimated"
          value={training.wish().particlesPerMicrograph}
          testid="train-particles"
          onChange={(particlesPerMicrograph) => training.setWish({ particlesPerMicrograph })}
        />
      </div>
    </details>
  );
}
