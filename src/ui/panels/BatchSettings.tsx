import { type JSX, Show } from 'solid-js';
import type { BatchStep } from '../../dataset/batch/queue.ts';
import type { FilterMethod } from '../../dataset/session.ts';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { filterMethods } from '../state/filterMethods.ts';
import { BatchPickFields } from './BatchPickFields.tsx';

/** What the next batch does: as the micrograph on the screen is set, unless changed here. */
export function BatchSettings(): JSX.Element {
  const { batch, dataset, gpu } = useApp();
  const { draft, queue } = batch;
  const count = (): number => batch.candidates().length;
  const problem = (): string | undefined => {
    if (gpu()?.available === false) return 'This needs WebGPU, which this browser does not offer.';
    if (draft.problem() !== undefined) return draft.problem();
    if (count() > 0) return undefined;
    if (batch.lost() > 0) return 'None of their files can be found: show where they are, or choose others.';
    if (draft.scope() === 'selected') return 'Select micrographs in the grid (Shift+G) or the list first.';
    return draft.scope() === 'todo' ? 'All micrographs have picks already.' : 'Open micrographs first.';
  };
  const rejected = (): string => {
    const { rejected: out } = dataset.counts();
    return out === 0 ? '' : `, ${out} rejected left out`;
  };
  const lost = (): string => (batch.lost() === 0 ? '' : `, ${batch.lost()} that can’t be found left out`);
  return (
    <div class="batch-settings">
      <fieldset class="batch-part">
        <legend>Micrographs</legend>
        <Segmented
          label="Which micrographs"
          small
          value={draft.scope()}
          segments={[
            {
              value: 'all',
              label: 'All',
              hint: 'All of the list that are not rejected',
              testid: 'batch-all',
            },
            { value: 'todo', label: 'Not done', hint: 'Those without picks so far', testid: 'batch-todo' },
            {
              value: 'selected',
              label: 'Selected',
              hint: 'Those selected in the grid or the list',
              testid: 'batch-selected',
            },
          ]}
          onChange={draft.setScope}
        />
        <p class="muted small" data-testid="batch-scope">
          {count()} micrograph{count() === 1 ? '' : 's'}
          {rejected()}
          {lost()}
        </p>
      </fieldset>
      <fieldset class="batch-part">
        <legend>Particles</legend>
        <div class="pair">
          <NumberField
            label="Diameter"
            unit="Å"
            min={5}
            max={5000}
            step={5}
            hint="The longest extent of a particle"
            value={draft.parameters().diameterAngstrom}
            testid="batch-diameter"
            onChange={(diameterAngstrom) => {
              if (diameterAngstrom !== undefined) draft.set({ diameterAngstrom });
            }}
          />
          <NumberField
            label="Pixel size"
            unit="Å/px"
            min={0.01}
            max={100}
            step={0.01}
            digits={5}
            optional
            placeholder="by header"
            hint="Counts for micrographs like the one on the screen; any of another size or pixel size has its own header’s"
            value={draft.parameters().pixelSizeAngstrom}
            testid="batch-pixel-size"
            onChange={(pixelSizeAngstrom) => draft.set({ pixelSizeAngstrom })}
          />
        </div>
        <label class="check" title="Particles are brighter than their surroundings, as in negative stain">
          <input
            type="checkbox"
            checked={draft.parameters().brightParticles}
            onChange={(event) => draft.set({ brightParticles: event.currentTarget.checked })}
          />
          Bright particles
        </label>
      </fieldset>
      <Step
        step="sum"
        label="Sum movies"
        hint="Writes the sum of each movie; movies are summed for the other steps anyway"
      />
      <Step
        step="denoise"
        label="Denoise"
        hint="Writes the filtered or denoised picture of each as an MRC file"
      >
        <DenoiseFields />
      </Step>
      <Step step="pick" label="Pick" hint="Finds particles; picks by hand stay">
        <BatchPickFields />
      </Step>
      <Step step="extract" label="Extract" hint="Cuts boxes out into a stack for each micrograph">
        <ExtractFields />
      </Step>
      <div class="batch-start">
        <Button
          label={queue.items.length > 0 ? 'Start anew' : 'Start'}
          icon="play"
          variant="primary"
          hint="Begins with the first; where files are written it asks for a folder"
          disabled={problem() !== undefined || queue.isRunning()}
          testid="batch-start"
          onClick={() => void batch.start()}
        />
        <Show when={draft.isChanged()}>
          <Button
            label="As on the screen"
            hint="Forgets what was changed here"
            variant="quiet"
            testid="batch-follow"
            onClick={() => draft.followScreen()}
          />
        </Show>
        <p class="small muted" data-testid="batch-problem">
          {problem() ?? 'Settings start with those of the micrograph on the screen.'}
        </p>
      </div>
    </div>
  );
}

function Step(props: {
  readonly step: BatchStep;
  readonly label: string;
  readonly hint: string;
  readonly children?: JSX.Element;
}): JSX.Element {
  const { draft } = useApp().batch;
  return (
    <fieldset class="batch-part">
      <legend class="unseen">{props.label}</legend>
      <label class="check batch-step" title={props.hint}>
        <input
          type="checkbox"
          checked={draft.steps[props.step]}
          data-testid={`batch-step-${props.step}`}
          onChange={(event) => draft.setStep(props.step, event.currentTarget.checked)}
        />
        {props.label}
      </label>
      <Show when={draft.steps[props.step] && props.children}>
        <div class="batch-fields">{props.children}</div>
      </Show>
    </fieldset>
  );
}

function DenoiseFields(): JSX.Element {
  const { draft } = useApp().batch;
  const { parameters } = draft;
  const options = () => filterMethods.filter(({ value }) => value !== 'network' || parameters().denoiser);
  return (
    <Select<FilterMethod>
      label="Denoise by"
      options={options()}
      value={parameters().filterMethod ?? 'lengths'}
      hint="Its lengths and strength are those of the panel Filter"
      testid="batch-filter"
      onChange={(filterMethod) => draft.set({ filterMethod })}
    />
  );
}

function ExtractFields(): JSX.Element {
  const { draft } = useApp().batch;
  return (
    <div class="pair">
      <NumberField
        label="Box"
        unit="Å"
        min={10}
        max={10000}
        step={10}
        digits={6}
        optional
        placeholder="1.75 diameters"
        hint="Side of the box"
        value={draft.boxes.boxAngstrom}
        testid="batch-box"
        onChange={(boxAngstrom) => draft.setBoxes({ boxAngstrom })}
      />
      <NumberField
        label="Bin to"
        unit="px"
        min={8}
        max={2048}
        step={2}
        optional
        placeholder="off"
        hint="Side of the binned box, an even number"
        value={draft.boxes.binTo}
        testid="batch-bin"
        onChange={(binTo) => draft.setBoxes({ binTo })}
      />
    </div>
  );
}
