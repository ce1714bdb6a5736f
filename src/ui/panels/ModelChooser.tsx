import { For, type JSX, Show } from 'solid-js';
import type { ModelNote } from '../../dataset/session.ts';
import type { ModelDescription, ModelUse } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { Icon } from '../controls/Icon.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { chooseModel } from '../state/chooseFiles.ts';
import { modelFigures, modelTitle } from '../state/modelWords.ts';
import { saveModel } from '../state/saveModel.ts';

/** Which network picks or denoises: Cryolite's own, where there is one, or a file of the user's. */
export function ModelChooser(props: {
  readonly use: ModelUse;
  readonly label: string;
  /** What stands for Cryolite's own, or for none. */
  readonly own: string;
  readonly chosen: ModelNote | undefined;
}): JSX.Element {
  const app = useApp();
  const known = (): ModelDescription | undefined => app.models.find(props.chosen?.hash);
  /** The micrograph's own may have gone from here. */
  const missing = (): ModelNote | undefined => (known() ? undefined : props.chosen);
  const options = () => {
    const gone = missing();
    return [
      { value: '', label: props.own },
      ...app.models.for(props.use).map(({ hash, name }) => ({ value: hash, label: name })),
      ...(gone ? [{ value: gone.hash, label: gone.name }] : []),
    ];
  };
  return (
    <div class="model">
      <div class="model-row">
        <Select
          label={props.label}
          options={options()}
          value={props.chosen?.hash ?? ''}
          hint={`${props.label}: ${props.chosen?.name ?? props.own}`}
          testid={`model-${props.use}`}
          onChange={(hash) => app.models.choose(props.use, app.models.find(hash))}
        />
        <Button
          label="Open model…"
          keys="L"
          hint="A network of yours: Topaz (.sav, .pt), ONNX, or Cryolite (.safetensors); it never leaves this machine"
          disabled={app.tasks.isRunning('model')}
          testid={`open-model-${props.use}`}
          onClick={() => void chooseModel(app, props.use)}
        />
      </div>
      <Show when={known()}>{(model) => <ModelFacts model={model()} use={props.use} />}</Show>
      <Show when={missing()}>
        {(note) => (
          <p class="warning" data-testid={`model-missing-${props.use}`}>
            <Icon name="warn" />
            <span>{note().name} is not kept by this browser any more: open its file again.</span>
          </p>
        )}
      </Show>
    </div>
  );
}

function ModelFacts(props: { readonly model: ModelDescription; readonly use: ModelUse }): JSX.Element {
  const app = useApp();
  const isKept = (): boolean => app.models.isKept(props.model.hash);
  return (
    <div class="model-facts">
      <p class="small" title={`SHA-256 ${props.model.hash}`} data-testid={`model-facts-${props.use}`}>
        <b>{modelTitle(props.model)}</b>
        <Show when={!isKept()}>
          {' '}
          <span class="muted" title="The browser has no room for it, or refuses: it is gone with the page">
            (not kept over a reload)
          </span>
        </Show>
        <br />
        <span class="muted">
          <For each={modelFigures(props.model)}>
            {(figure, i) => (
              <>
                {i() > 0 ? ' · ' : ''}
                <span class="figure">{figure}</span>
              </>
            )}
          </For>
        </span>
      </p>
      <Show when={props.model.format === 'Cryolite'}>
        <Button
          label={`Save ${props.model.name}`}
          icon="save"
          compact
          variant="quiet"
          hint={`Write ${props.model.name} to a .safetensors file, for here and for the terminal`}
          testid={`model-save-${props.use}`}
          onClick={() => void saveModel(app.models, app.notices, props.model)}
        />
      </Show>
      <Button
        label={`Remove ${props.model.name}`}
        icon="trash"
        compact
        variant="quiet"
        hint={`Forget ${props.model.name}; the file stays where it is`}
        testid={`model-remove-${props.use}`}
        onClick={() => void app.models.remove(props.model.hash)}
      />
    </div>
  );
}
