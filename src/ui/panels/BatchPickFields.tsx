import { For, type JSX, Match, Show, Switch } from 'solid-js';
import { SINGLE_METHODS } from '../../dataset/batch/methods.ts';
import type { PickMethod } from '../../dataset/session.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { type Option, Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { examplesWords, matchingWords } from '../state/batchMethods.ts';
import { voiceLabels } from '../state/consensus.ts';
import { AgreementRow } from './AgreementRow.tsx';

const methods: readonly Option<PickMethod>[] = [
  { value: 'cnn', label: 'Network' },
  { value: 'log', label: 'LoG: blobs of this diameter' },
  { value: 'template', label: 'Template of your picks' },
  { value: 'matching', label: 'Matching of references' },
  { value: 'consensus', label: 'Consensus of methods' },
];

/** How a batch picks: the method, with what it is made of, and the threshold. */
export function BatchPickFields(): JSX.Element {
  const { draft } = useApp().batch;
  const method = (): PickMethod => draft.parameters().method;
  return (
    <>
      <Select<PickMethod>
        label="Pick by"
        options={methods}
        value={method()}
        hint="How particles are found on every micrograph"
        testid="batch-method"
        onChange={(next) => draft.set({ method: next })}
      />
      <Switch>
        <Match when={method() === 'cnn'}>
          <Network />
        </Match>
        <Match when={method() === 'template'}>
          <Template />
        </Match>
        <Match when={method() === 'matching'}>
          <References />
        </Match>
        <Match when={method() === 'consensus'}>
          <Consensus />
        </Match>
      </Switch>
      <NumberField
        label="Threshold"
        min={-1000}
        max={1000}
        step={0.05}
        digits={4}
        optional
        placeholder="as the method suggests"
        hint="Lowest score that shows; it can be changed for all afterwards. Empty: what the method suggests for each micrograph"
        value={draft.threshold()}
        testid="batch-plan-threshold"
        onChange={draft.setThreshold}
      />
    </>
  );
}

function Network(): JSX.Element {
  const { draft } = useApp().batch;
  const name = (): string => draft.parameters().pickModel?.name ?? 'Cryolite’s network';
  return (
    <p class="muted small clip" title={name()}>
      {name()}
    </p>
  );
}

function Template(): JSX.Element {
  const { methods: all } = useApp().batch.draft;
  return (
    <Show when={all.examples().length > 0}>
      <p class="muted small" data-testid="batch-template">
        Learnt from {examplesWords(all.examples())}, as they are when the batch begins.
      </p>
    </Show>
  );
}

function References(): JSX.Element {
  const { methods: all } = useApp().batch.draft;
  return (
    <Show when={all.matching()}>
      {(matching) => (
        <p class="muted small" data-testid="batch-references">
          {matchingWords(matching())}
        </p>
      )}
    </Show>
  );
}

function Consensus(): JSX.Element {
  const { methods: all } = useApp().batch.draft;
  return (
    <>
      <ul class="voices" aria-label="Methods that are combined">
        <For each={SINGLE_METHODS}>
          {(method) => (
            <li>
              <label
                class="check"
                title={`${voiceLabels[method]}: ${all.problemOf(method) ?? 'is combined with the others'}`}
              >
                <input
                  type="checkbox"
                  checked={all.combined().includes(method)}
                  data-testid={`batch-combine-${method}`}
                  onChange={(event) => all.combine(method, event.currentTarget.checked)}
                />
                {voiceLabels[method]}
              </label>
            </li>
          )}
        </For>
      </ul>
      <AgreementRow
        methods={all.combined().length}
        least={all.least()}
        prefix="batch"
        onChange={all.setLeast}
      />
      <Show when={all.combined().includes('cnn')}>
        <Network />
      </Show>
      <Show when={all.combined().includes('template')}>
        <Template />
      </Show>
      <Show when={all.combined().includes('matching')}>
        <References />
      </Show>
    </>
  );
}
