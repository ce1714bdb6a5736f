import { type JSX, Show } from 'solid-js';
import type { PickMethod } from '../../dataset/session.ts';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { ConsensusPart } from './ConsensusPart.tsx';
import { MatchingPart } from './MatchingPart.tsx';
import { ModelChooser } from './ModelChooser.tsx';
import { TemplatePart } from './TemplatePart.tsx';

export function PickPanel(): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  const diameterPx = (): string => {
    const size = values.pixelSizeAngstrom;
    return size === undefined ? 'Å' : `Å = ${Math.round(values.diameterAngstrom / size)} px`;
  };
  const canPick = (): boolean => app.gpu()?.available !== false && !app.tasks.isRunning('pick');
  const choose = (method: PickMethod): void => {
    app.parameters.set({ method });
    // It lives on clicks.
    if (method === 'template') app.view.setTool('add');
  };
  return (
    <Section step={3} title="Pick">
      <div
        class="diameter"
        onFocusIn={() => app.view.setSizing(true)}
        onFocusOut={() => app.view.setSizing(false)}
      >
        <NumberField
          label="Particle diameter"
          unit={diameterPx()}
          min={5}
          max={5000}
          step={5}
          hint="The longest extent of a particle; if unsure, rather slightly too large. A circle of this size is shown on the micrograph"
          value={values.diameterAngstrom}
          testid="diameter"
          onChange={(diameter) => {
            if (diameter !== undefined) app.parameters.setOwnDiameter(diameter);
          }}
          onEnter={() => void app.jobs.pick()}
        />
        <Button
          label="Measure"
          icon="measure"
          keys="M"
          hint="Drag across a particle to measure its diameter"
          pressed={app.view.tool() === 'measure'}
          disabled={values.pixelSizeAngstrom === undefined}
          testid="measure"
          onClick={() => app.view.setTool(app.view.tool() === 'measure' ? 'pan' : 'measure')}
        />
      </div>
      <div class="row methods">
        <Segmented
          label="Method"
          small
          value={values.method}
          segments={[
            {
              value: 'cnn',
              label: 'Network',
              hint: 'A convolutional network: scores are probabilities',
              testid: 'method-cnn',
            },
            {
              value: 'log',
              label: 'LoG',
              hint: 'Laplacian of Gaussian: finds blobs of this diameter; scores are σ above the background',
              testid: 'method-log',
            },
            {
              value: 'template',
              label: 'Template',
              hint: 'Finds what looks like the particles you click, at every click anew; scores are correlations',
              testid: 'method-template',
            },
            {
              value: 'matching',
              label: 'Match',
              hint: 'Template matching: finds what looks like class averages or a density map, turned; scores are σ of noise',
              testid: 'method-matching',
            },
            {
              value: 'consensus',
              label: 'Agree',
              hint: 'Consensus: what several methods have found; scores are ranks, 0 to 1',
              testid: 'method-consensus',
            },
          ]}
          onChange={choose}
        />
        <label
          class="check"
          aria-label="Bright particles"
          title="Particles are brighter than their surroundings, as in negative stain"
        >
          <input
            type="checkbox"
            checked={values.brightParticles}
            data-testid="bright"
            onChange={(event) => app.parameters.set({ brightParticles: event.currentTarget.checked })}
          />
          Bright
        </label>
      </div>
      <Show when={values.method === 'cnn'}>
        <ModelChooser use="pick" label="Picking network" own="Cryolite’s network" chosen={values.pickModel} />
      </Show>
      <Show when={values.method === 'matching'}>
        <MatchingPart />
      </Show>
      <Show when={values.method === 'consensus'}>
        <ConsensusPart />
      </Show>
      <Show when={values.method !== 'template'} fallback={<TemplatePart />}>
        <div class="row fill">
          <Button
            label={
              app.tasks.isRunning('pick')
                ? 'Picking…'
                : values.method === 'consensus'
                  ? 'Combine'
                  : 'Pick particles'
            }
            variant="primary"
            keys="P"
            disabled={!canPick()}
            testid="pick"
            onClick={() => void app.jobs.pick()}
          />
        </div>
      </Show>
    </Section>
  );
}
