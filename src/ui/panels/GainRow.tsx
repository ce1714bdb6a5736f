import { type JSX, Show } from 'solid-js';
import type { Exposure, OpenedMicrograph } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { Icon } from '../controls/Icon.tsx';
import { useApp } from '../state/app.ts';
import { chooseGain } from '../state/chooseFiles.ts';
import { type ChosenGain, gainProblem } from '../state/gain.ts';
import { gainText, orientationWords } from '../state/movieWords.ts';

/** The gain reference of the detector: the one in force, or the way to one. */
export function GainRow(props: {
  readonly opened: OpenedMicrograph;
  readonly exposure: Exposure;
}): JSX.Element {
  const app = useApp();
  const isBusy = (): boolean => app.tasks.isRunning('gain');
  const canCompute = (): boolean => app.gpu()?.available !== false;
  return (
    <div class="gain">
      <Show
        when={app.gain.chosen()}
        fallback={
          <>
            <MissingGain />
            <div class="row">
              <Button
                label={isBusy() ? 'Trying the gain reference…' : 'Gain reference…'}
                icon="load"
                hint="Correct the detector: choose a gain reference (MRC, TIFF, DM4), or drop it on the movie"
                disabled={isBusy() || !canCompute()}
                testid="gain-choose"
                onClick={() => void chooseGain(app)}
              />
            </div>
          </>
        }
      >
        {(gain) => <GainInForce gain={gain()} opened={props.opened} exposure={props.exposure} />}
      </Show>
    </div>
  );
}

function GainInForce(props: {
  readonly gain: ChosenGain;
  readonly opened: OpenedMicrograph;
  readonly exposure: Exposure;
}): JSX.Element {
  const app = useApp();
  const isBusy = (): boolean => app.tasks.isRunning('gain');
  const problem = (): string | undefined => gainProblem(props.gain, props.opened);
  const isIdle = (): boolean => problem() === undefined && props.exposure.gain === undefined;
  return (
    <>
      <div class="gain-line">
        <p title={gainText(props.gain)} data-testid="gain-text">
          <span class="muted">Gain: </span>
          {props.gain.name}
          <br />
          <span class="muted small">
            {orientationWords[props.gain.orientation]}, {props.gain.operation}
          </span>
        </p>
        <Show when={isIdle()}>
          <Button
            label="Apply"
            variant="quiet"
            hint="It is not applied to this movie yet"
            testid="gain-apply"
            onClick={() => void app.movie.applyGain()}
          />
        </Show>
        <Button
          label="Change"
          variant="quiet"
          hint="Choose another orientation, or multiply or divide"
          disabled={isBusy() || problem() !== undefined}
          testid="gain-change"
          onClick={() => void app.gainChoice.reconsider()}
        />
        <Button
          label="Another gain reference"
          icon="load"
          compact
          variant="quiet"
          disabled={isBusy()}
          testid="gain-other"
          onClick={() => void chooseGain(app)}
        />
        <Button
          label="Remove the gain reference"
          icon="close"
          compact
          variant="quiet"
          testid="gain-remove"
          onClick={() => void app.gainChoice.remove()}
        />
      </div>
      <Show when={problem()}>
        {(text) => (
          <p class="warning" role="alert" data-testid="gain-problem">
            <Icon name="warn" />
            <span>{text()}</span>
          </p>
        )}
      </Show>
    </>
  );
}

/** The session was made with a gain reference, but the browser does not keep the file. */
function MissingGain(): JSX.Element {
  const { notices, parameters } = useApp();
  return (
    <Show when={parameters.values.gain}>
      {(note) => (
        <div class="warning" data-testid="gain-missing">
          <Icon name="warn" />
          <span>
            This movie was corrected with the gain reference {gainText(note())}, which is not loaded now:
            choose it again.
          </span>
          <Button
            label="Go on without the gain reference"
            icon="close"
            compact
            variant="quiet"
            testid="gain-forget"
            onClick={() => {
              const before = note();
              parameters.set({ gain: undefined });
              notices.undoable(`${before.name} is not asked for any more.`, () =>
                parameters.set({ gain: before }),
              );
            }}
          />
        </div>
      )}
    </Show>
  );
}
