import { createEffect, createSignal, For, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { useApp } from '../state/app.ts';
import { chooseMatchingFile, matchingInputId } from '../state/matchingCommands.ts';
import { VoltageField } from './VoltageField.tsx';

/** In the panel for picking: what is matched, and how. */
export function MatchingPart(): JSX.Element {
  const { matching, tasks } = useApp();
  const [isOver, setOver] = createSignal(false);
  const take = (files: FileList | null | undefined): void => {
    const [file] = files ?? [];
    if (file) void matching.open(file);
  };
  const drop = (event: DragEvent): void => {
    if (!event.dataTransfer?.files.length) return;
    // Here it is a reference; anywhere else on the page the same file would be a micrograph.
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const { choices } = matching;
  return (
    <section
      class="matching"
      classList={{ over: isOver() }}
      aria-label="References"
      onDragOver={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      data-testid="matching"
    >
      <input
        id={matchingInputId}
        class="unseen"
        type="file"
        accept=".mrc,.mrcs,.map,.ccp4,.st,.gz"
        tabindex="-1"
        aria-label="Reference file"
        data-testid={matchingInputId}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      <div class="matching-row">
        <Show
          when={matching.reference()}
          fallback={
            <span class="muted small" data-testid="matching-hint">
              Class averages (.mrcs) or a density map (.mrc)
            </span>
          }
        >
          {(reference) => (
            <span class="matching-name small" title={reference().name} data-testid="matching-reference">
              <b>{reference().name}</b>
            </span>
          )}
        </Show>
        <Button
          label={matching.reference() ? 'Change…' : 'Open reference…'}
          keys="Shift+J"
          hint="Class averages or a density map of the particle, MRC; or drop the file here. It never leaves this machine"
          disabled={tasks.isRunning('reference')}
          testid="open-reference"
          onClick={chooseMatchingFile}
        />
      </div>
      <Show when={matching.reference()}>
        {(reference) => (
          <>
            <Sheet />
            <div class="matching-fields">
              <NumberField
                label="Reference pixel"
                unit="Å"
                min={0.1}
                max={100}
                step={0.1}
                digits={5}
                required
                hint="Length of a pixel of the reference; by default what its file says"
                value={choices.referencePixelSizeAngstrom ?? reference().pixelSizeAngstrom}
                testid="reference-pixel-size"
                onChange={(value) => matching.set({ referencePixelSizeAngstrom: value })}
              />
              <NumberField
                label="Angular step"
                unit="°"
                min={2}
                max={90}
                step={5}
                required
                hint="From one turn to the next; views of a map are 1.5 times as far apart. 15° is enough for most, 30° four times as fast or more"
                value={choices.angularStepDegrees}
                testid="angular-step"
                onChange={(value) => {
                  if (value !== undefined) matching.set({ angularStepDegrees: value });
                }}
              />
              <NumberField
                label="Defocus"
                unit="µm"
                min={0.05}
                max={20}
                step={0.1}
                optional
                placeholder="as it is"
                hint="Underfocus of the micrograph: its transfer function is put on the references. Leave it empty for averages that were not corrected for it, as those made here"
                value={choices.defocusMicrometre}
                testid="matching-defocus"
                onChange={(value) => matching.set({ defocusMicrometre: value })}
              />
              <Show when={choices.defocusMicrometre !== undefined}>
                <VoltageField testid="matching-voltage" />
              </Show>
              <NumberField
                label="Low-pass"
                unit="Å"
                min={2}
                max={500}
                step={5}
                optional
                placeholder="off"
                hint="Leaves finer detail of the references out: of averages of few particles it is noise"
                value={choices.lowpassAngstrom}
                testid="matching-lowpass"
                onChange={(value) => matching.set({ lowpassAngstrom: value })}
              />
            </div>
            <Show when={reference().kind === 'averages'}>
              <label
                class="check"
                title="The mirror images of the averages, too, as of particles that lie on their other side; twice the time. The views of a map hold them already"
              >
                <input
                  type="checkbox"
                  checked={choices.mirrors}
                  data-testid="matching-mirrors"
                  onChange={(event) => matching.set({ mirrors: event.currentTarget.checked })}
                />
                Mirror images, too
              </label>
            </Show>
          </>
        )}
      </Show>
      <Show when={matching.reference() && matching.problem()}>
        {(problem) => (
          <p class="warning small" data-testid="matching-problem">
            {problem()}
          </p>
        )}
      </Show>
    </section>
  );
}

/** What is searched for, small. */
function Sheet(): JSX.Element {
  const { matching } = useApp();
  const words = (): string => {
    const drawn = matching.preview();
    if (!drawn) return '';
    const { references, templates } = drawn;
    const shown = drawn.pictures.length < references ? `${drawn.pictures.length} of ` : '';
    const noun = matching.reference()?.kind === 'volume' ? 'view' : 'average';
    return `${shown}${references} ${noun}${references === 1 ? '' : 's'}, ${templates} with all turns`;
  };
  return (
    <figure class="reference-sheet">
      <div class="reference-pictures" aria-hidden="true">
        <For each={matching.preview()?.pictures ?? []}>
          {(picture) => <Picture pixels={picture} side={matching.preview()?.sidePx ?? 1} />}
        </For>
      </div>
      <figcaption class="muted small figure" data-testid="matching-preview">
        {words()}
      </figcaption>
    </figure>
  );
}

function Picture(props: {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly side: number;
}): JSX.Element {
  let canvas: HTMLCanvasElement | undefined;
  createEffect(() => {
    const { pixels, side } = props;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    canvas.width = side;
    canvas.height = side;
    const image = context.createImageData(side, side);
    for (const [i, value] of pixels.entries()) image.data.set([value, value, value, 255], 4 * i);
    context.putImageData(image, 0, 0);
  });
  return (
    <canvas
      ref={(element) => {
        canvas = element;
      }}
    />
  );
}
