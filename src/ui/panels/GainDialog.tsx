import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import type { GainOrientation } from '../../dataset/exposure.ts';
import type { JudgedOrientation, Thumbnail } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../controls/Dialog.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import type { GainOffer } from '../state/gainChoice.ts';
import { orientationWords } from '../state/movieWords.ts';

/** The gain reference laid on the movie in all eight ways; no program finds the right one for certain. */
export function GainDialog(): JSX.Element {
  const { gainChoice } = useApp();
  return (
    <Dialog
      open={gainChoice.offer() !== undefined}
      title="Gain reference"
      class="gain-dialog"
      testid="gain-dialog"
      first="input:checked"
      onClose={() => void gainChoice.cancel()}
    >
      <Show when={gainChoice.offer()} keyed>
        {(offer) => <Choice offer={offer} />}
      </Show>
    </Dialog>
  );
}

function Choice(props: { readonly offer: GainOffer }): JSX.Element {
  const { gainChoice } = useApp();
  const [orientation, setOrientation] = createSignal(props.offer.setting.orientation);
  const [operation, setOperation] = createSignal(props.offer.setting.operation);
  const group = createUniqueId();
  const proposed = (): GainOrientation | undefined => props.offer.judgement.proposal?.orientation;
  const contradiction = (): string => {
    const wanted = props.offer.judgement.proposal?.operation;
    if (wanted === undefined || wanted === operation()) return '';
    return operation() === 'divide'
      ? ' Dividing would make it stronger.'
      : ' Multiplying would make it stronger.';
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void gainChoice.accept({ orientation: orientation(), operation: operation() });
      }}
    >
      <p>
        <b>{props.offer.gain.name}</b>
        <span class="muted">
          {' '}
          {props.offer.gain.width} × {props.offer.gain.height}, {props.offer.gain.description}
        </span>
      </p>
      <For each={props.offer.gain.warnings}>{(text) => <p class="muted small">{text}</p>}</For>
      <p class="verdict" data-testid="gain-verdict">
        {props.offer.judgement.verdict}
        {contradiction()}
      </p>
      <fieldset class="orientations">
        <legend class="unseen">How it lies on the frames</legend>
        <For each={props.offer.judgement.orientations}>
          {(judged) => (
            <Orientation
              judged={judged}
              group={group}
              isChosen={orientation() === judged.orientation}
              isProposed={proposed() === judged.orientation}
              onChoose={() => setOrientation(judged.orientation)}
            />
          )}
        </For>
      </fieldset>
      <p class="muted small">
        Each picture is {props.offer.movie.name} so corrected, by whichever of multiplying and dividing suits
        it. The right one shows the least of the detector’s own pattern; the residual is what is left of the
        variance from pixel to pixel, and less is better.
      </p>
      <div class="dialog-actions">
        <Segmented
          label="What to do with it"
          value={operation()}
          segments={[
            {
              value: 'multiply',
              label: 'Multiply',
              hint: 'Counts are multiplied by the reference: the usual way for MRC and TIFF references of K2 and K3',
              testid: 'gain-multiply',
            },
            {
              value: 'divide',
              label: 'Divide',
              hint: 'Counts are divided by the reference: the usual way for references that go with EER',
              testid: 'gain-divide',
            },
          ]}
          onChange={setOperation}
        />
        <span class="spacer" />
        <Button
          label="Cancel"
          variant="quiet"
          hint="Leave all as it was"
          testid="gain-cancel"
          onClick={() => void gainChoice.cancel()}
        />
        <Button
          label="No gain"
          hint="Show movies without a gain reference"
          testid="gain-none"
          onClick={() => void gainChoice.remove()}
        />
        <button type="submit" class="button primary" data-testid="gain-accept" title="Correct all movies so">
          Use this gain
        </button>
      </div>
    </form>
  );
}

function Orientation(props: {
  readonly judged: JudgedOrientation;
  readonly group: string;
  readonly isChosen: boolean;
  readonly isProposed: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const words = (): string => orientationWords[props.judged.orientation];
  const size = (): string => `${props.judged.width} × ${props.judged.height}`;
  const match = (): string => {
    const { correlation, z } = props.judged;
    if (correlation === undefined || z === undefined) return '';
    return `Correlation with the pattern in the movie: ${correlation.toFixed(3)}, ${Math.abs(z).toFixed(1)} standard errors from none`;
  };
  return (
    <label
      class="orientation"
      classList={{ chosen: props.isChosen, unfit: !props.judged.fits }}
      title={props.judged.fits ? match() : `Turned so it is ${size()}, which is not the size of the frames`}
      data-testid={`orientation-${props.judged.orientation}`}
      data-proposed={String(props.isProposed)}
    >
      <span class="orientation-picture">
        <Show when={props.judged.thumbnail} fallback={<span class="muted small">{size()}</span>}>
          {(thumbnail) => <Picture thumbnail={thumbnail()} />}
        </Show>
        <Show when={props.isProposed}>
          <span class="orientation-badge">best</span>
        </Show>
      </span>
      <span class="orientation-name">
        <input
          type="radio"
          name={props.group}
          checked={props.isChosen}
          disabled={!props.judged.fits}
          onChange={() => props.onChoose()}
        />
        <span>
          <span class="muted">{props.judged.orientation}</span> {words()}
        </span>
      </span>
      <span class="muted small" data-testid="residual">
        {props.judged.fits ? residualText(props.judged) : 'does not fit'}
      </span>
    </label>
  );
}

function residualText({ residual }: JudgedOrientation): string {
  return residual === undefined ? '' : `residual ${Math.round(100 * residual)}\u00a0%`;
}

/** Grey levels on a canvas of their own size; the style sheet stretches it. */
function Picture(props: { readonly thumbnail: Thumbnail }): JSX.Element {
  const draw = (canvas: HTMLCanvasElement): void => {
    const { width, height, data } = props.thumbnail;
    canvas.width = width;
    canvas.height = height;
    const pixels = new ImageData(width, height);
    for (const [i, grey] of data.entries()) pixels.data.set([grey, grey, grey, 255], 4 * i);
    canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  };
  return <canvas ref={draw} />;
}
