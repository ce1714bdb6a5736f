import { type JSX, Show } from 'solid-js';
import type { FilterMethod } from '../../dataset/session.ts';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { filterProblem } from '../state/filtering.ts';
import { ModelChooser } from './ModelChooser.tsx';

export function FilterPanel(): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  const method = (): FilterMethod => values.filterMethod ?? 'lengths';
  const canCompute = (): boolean => app.gpu()?.available !== false;
  const apply = (): void => void app.jobs.filter(app.view.mode() === 'both' ? 'both' : 'filtered');
  const problem = (): string | undefined => filterProblem(values);
  /** What an empty field or an unopened file says by itself needs no red words. */
  const shownProblem = (): string | undefined =>
    values.pixelSizeAngstrom === undefined || method() === 'network' ? undefined : problem();
  const isRunning = (): boolean => app.tasks.isRunning('filter');
  const label = (): string => {
    if (method() === 'network') return isRunning() ? 'Denoising…' : 'Denoise';
    return isRunning() ? 'Filtering…' : 'Apply';
  };
  const isBlocked = (): boolean =>
    method() === 'network' ? problem() !== undefined : shownProblem() !== undefined;
  return (
    <Section
      step={2}
      title="Filter"
      aside={
        <>
          <Show when={app.jobs.isFilterStale()}>
            <span class="badge" title="What the panel says has changed since the filtered picture was made">
              not applied yet
            </span>
          </Show>
          <Segmented
            label="What makes the filtered picture"
            small
            value={method()}
            segments={[
              {
                value: 'lengths',
                label: 'Band-pass',
                hint: 'Removes what is finer or wider than two lengths',
                testid: 'filter-lengths',
              },
              {
                value: 'network',
                label: 'Network',
                hint: 'Denoises with a network of yours, such as Topaz-Denoise; for looking only',
                testid: 'filter-network',
              },
            ]}
            onChange={(filterMethod) => app.parameters.set({ filterMethod })}
          />
        </>
      }
    >
      <Show when={method() === 'network'} fallback={<Lengths onEnter={apply} />}>
        <ModelChooser use="denoise" label="Denoising network" own="No network yet" chosen={values.denoiser} />
        <p class="muted small" data-testid="display-only">
          Display only: a network can invent detail, so particles are never extracted from its picture.
        </p>
      </Show>
      <Show when={shownProblem()}>
        <p class="field-problem">{shownProblem()}</p>
      </Show>
      <div class="row">
        <Button
          label={label()}
          keys="G"
          hint={
            method() === 'network'
              ? 'Denoise the micrograph and show the result'
              : 'Filter the micrograph and show the result'
          }
          disabled={!canCompute() || isBlocked() || isRunning()}
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

function Lengths(props: { readonly onEnter: () => void }): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  return (
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
        onEnter={() => props.onEnter()}
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
        onEnter={() => props.onEnter()}
      />
    </div>
  );
}
