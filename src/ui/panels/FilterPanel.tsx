import { type JSX, Match, Show, Switch } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { Section } from '../controls/Section.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { filterProblem } from '../state/filtering.ts';
import { type FilterMethodWords, filterMethods, filterMethodWords } from '../state/filterMethods.ts';
import { findingsWords } from '../state/filterWords.ts';
import { GaussianFields, LengthFields, OpticsFields, PatchFields } from './FilterFields.tsx';
import { ModelChooser } from './ModelChooser.tsx';

export function FilterPanel(): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  const method = (): FilterMethodWords => filterMethodWords(values.filterMethod);
  const isNetwork = (): boolean => method().value === 'network';
  const usesOptics = (): boolean => method().value === 'wiener' || method().value === 'unet';
  const canCompute = (): boolean => app.gpu()?.available !== false;
  const apply = (): void => {
    void app.jobs.filter();
  };
  const problem = (): string | undefined => filterProblem(values);
  /** What an empty field or an unopened file says by itself needs no red words. */
  const shownProblem = (): string | undefined =>
    values.pixelSizeAngstrom === undefined || isNetwork() ? undefined : problem();
  const isRunning = (): boolean => app.tasks.isRunning('filter');
  const label = (): string => {
    if (method().denoises) return isRunning() ? 'Denoising…' : 'Denoise';
    return isRunning() ? 'Filtering…' : 'Apply';
  };
  const isBlocked = (): boolean => (isNetwork() ? problem() !== undefined : shownProblem() !== undefined);
  const findings = (): string | undefined =>
    usesOptics() ? findingsWords(app.document.made('denoised')) : undefined;
  return (
    <Section
      step={2}
      title="Filter"
      aside={
        <Show when={app.jobs.isFilterStale()}>
          <span class="badge" title="What the panel says has changed since the filtered picture was made">
            not applied yet
          </span>
        </Show>
      }
    >
      <div class="model-row">
        <Select
          label="What makes the filtered picture"
          options={filterMethods}
          value={method().value}
          hint={method().hint}
          testid="filter-method"
          onChange={(filterMethod) => app.parameters.set({ filterMethod })}
        />
      </div>
      <Switch fallback={<LengthFields onEnter={apply} />}>
        <Match when={method().value === 'gaussian'}>
          <GaussianFields onEnter={apply} />
        </Match>
        <Match when={usesOptics()}>
          <OpticsFields onEnter={apply} />
        </Match>
        <Match when={method().value === 'nlm'}>
          <PatchFields onEnter={apply} />
        </Match>
        <Match when={isNetwork()}>
          <ModelChooser
            use="denoise"
            label="Denoising network"
            own="No network yet"
            chosen={values.denoiser}
          />
        </Match>
      </Switch>
      <Show when={findings()}>
        <p class="small figure" data-testid="filter-findings">
          {findings()}
        </p>
      </Show>
      <Show when={method().denoises}>
        <p class="muted small" data-testid="display-only">
          {isNetwork()
            ? 'Display only: a network can invent detail, so particles are never extracted from its picture.'
            : 'Display only: particles are picked on the raw picture, and never extracted from this one.'}
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
            method().denoises
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
          hint={`Save the ${app.exports.madePicture() ?? 'filtered'} micrograph as a 32-bit MRC file; for looking, not for extracting particles`}
          disabled={!app.document.filtered() || app.tasks.isRunning('export')}
          testid="save-filtered"
          onClick={() => void app.exports.saveFiltered()}
        />
      </div>
    </Section>
  );
}
