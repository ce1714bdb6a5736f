import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Section } from '../controls/Section.tsx';
import { useApp } from '../state/app.ts';
import { filterProblem } from '../state/parameters.ts';

export function FilterPanel(): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  const canCompute = (): boolean => app.gpu()?.available !== false;
  const apply = (): void => void app.jobs.filter(app.view.mode() === 'both' ? 'both' : 'filtered');
  const problem = (): string | undefined =>
    values.pixelSizeAngstrom === undefined ? undefined : filterProblem(values);
  return (
    <Section
      step={2}
      title="Filter"
      aside={
        <Show when={app.jobs.isFilterStale()}>
          <span class="badge" title="The lengths have changed since the filtered picture was made">
            not applied yet
          </span>
        </Show>
      }
    >
      <div class="pair">
        <NumberField
          label="Low-pass"
          unit="Å"
          min={0.1}
          max={10000}
          optional
          placeholder="off"
          hint={`Removes detail finer than this; about a fifth of the diameter (${Math.round(values.diameterAngstrom / 5)} Å) makes particles stand out. Empty is off`}
          value={values.lowpassAngstrom}
          testid="lowpass"
          onChange={(lowpassAngstrom) => app.parameters.set({ lowpassAngstrom })}
          onEnter={apply}
        />
        <NumberField
          label="High-pass"
          unit="Å"
          min={1}
          max={100000}
          step={10}
          optional
          placeholder="off"
          hint={`Removes gradients wider than this; four diameters (${Math.round(4 * values.diameterAngstrom)} Å) evens out the ice. Empty is off`}
          value={values.highpassAngstrom}
          testid="highpass"
          onChange={(highpassAngstrom) => app.parameters.set({ highpassAngstrom })}
          onEnter={apply}
        />
      </div>
      <Show when={problem()}>
        <p class="field-problem">{problem()}</p>
      </Show>
      <div class="row">
        <Button
          label={app.tasks.isRunning('filter') ? 'Filtering…' : 'Apply'}
          keys="G"
          hint="Filter the micrograph and show the result"
          disabled={!canCompute() || problem() !== undefined || app.tasks.isRunning('filter')}
          testid="apply-filter"
          onClick={apply}
        />
        <Button
          label="Save as MRC"
          icon="save"
          variant="quiet"
          hint="Save the filtered micrograph as a 32-bit MRC file; for looking, not for extracting particles"
          disabled={!app.document.filtered() || app.tasks.isRunning('export')}
          testid="save-filtered"
          onClick={() => void app.exports.saveFiltered()}
        />
      </div>
    </Section>
  );
}
