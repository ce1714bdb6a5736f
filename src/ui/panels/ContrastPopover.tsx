import { For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { borrowFocus } from '../controls/borrowedFocus.ts';
import { HistogramPlot } from '../controls/HistogramPlot.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { gammaLimits, ruleLimits, type Sampling, usualRule } from '../state/look.ts';
import { type ColourMapName, colourMap, colourMapNames, colourSteps } from '../viewer/colourMaps.ts';

const mapLabels: Readonly<Record<ColourMapName, string>> = {
  grey: 'Grey',
  lagoon: 'Lagoon: violet, green, yellow',
  ice: 'Ice: black, blue, white',
  fire: 'Fire: black, red, yellow, white',
};
const samplingOptions: readonly { readonly value: Sampling; readonly label: string }[] = [
  { value: 'automatic', label: 'Blended small, squares large' },
  { value: 'exact', label: 'Exact pixels, never blended' },
  { value: 'smooth', label: 'Smooth at any size' },
  { value: 'bin2', label: 'Binned by 2' },
  { value: 'bin4', label: 'Binned by 4' },
  { value: 'bin8', label: 'Binned by 8' },
];
/** A slider of powers of two is even to the eye on both sides of 1. */
const steps = { min: Math.log2(gammaLimits.min), max: Math.log2(gammaLimits.max) };

/** Everything about how values become colours. It lies over the picture, which changes at once. */
export function ContrastPopover(): JSX.Element {
  const app = useApp();
  return (
    <Show when={app.contrast.isOpen()}>
      <Popover />
    </Show>
  );
}

function Popover(): JSX.Element {
  const app = useApp();
  const { contrast, look, view } = app;
  let root: HTMLElement | undefined;
  borrowFocus(() => root);
  onMount(() => {
    const outside = (event: PointerEvent): void => {
      const target = event.target;
      if (!(target instanceof Element) || root?.contains(target)) return;
      // The picture may be moved meanwhile, and the button closes it by itself.
      if (target.closest('.viewbar, .viewer, dialog')) return;
      contrast.setOpen(false);
    };
    window.addEventListener('pointerdown', outside);
    onCleanup(() => window.removeEventListener('pointerdown', outside));
  });
  const window_ = () => view.contrast(contrast.kind());
  const inUnits = (sigmas: number): string => {
    const statistics = app.document.opened()?.statistics;
    if (!statistics) return '';
    return Number((statistics.mean + sigmas * statistics.standardDeviation).toPrecision(4)).toString();
  };
  const endText = (sigmas: number): string => `${sigmas.toFixed(2)} σ, ${inUnits(sigmas)}`;
  const setBy = (by: 'percentile' | 'sigma' | 'hand'): void => {
    if (by === 'percentile') contrast.setRule(usualRule);
    else if (by === 'sigma') contrast.setRule({ by, sigmas: 3 });
    else contrast.setRule({ by });
  };
  return (
    <section
      class="popover contrast-popover"
      aria-label="Contrast and colours"
      tabIndex={-1}
      data-testid="contrast-popover"
      ref={(element) => {
        root = element;
      }}
    >
      <header>
        <h2>Contrast and colours</h2>
        <Button
          label="Close"
          icon="close"
          compact
          variant="quiet"
          keys="Esc"
          testid="contrast-close"
          onClick={() => contrast.setOpen(false)}
        />
      </header>
      <Show
        when={contrast.histogram()}
        fallback={<p class="histogram-place muted small">Counting pixels…</p>}
      >
        {(histogram) => (
          <HistogramPlot
            label={`Histogram of the ${contrast.kind()} picture; drag the window or one of its ends`}
            low={histogram().low}
            high={histogram().high}
            counts={histogram().counts}
            black={window_().black}
            white={window_().white}
            testid="histogram"
            onWindow={(black, white) => contrast.setWindow({ black, white })}
          />
        )}
      </Show>
      <p class="figure small contrast-ends" data-testid="contrast-ends">
        <span>Black {endText(window_().black)}</span>
        <span>White {endText(window_().white)}</span>
      </p>
      <Segmented
        label="Black and white"
        small
        value={look.rule().by}
        segments={[
          {
            value: 'percentile',
            label: 'Percentile',
            hint: 'As many pixels are black as are white, in %',
            testid: 'rule-percentile',
          },
          {
            value: 'sigma',
            label: 'Mean ± σ',
            hint: 'So many standard deviations from the mean, as RELION shows micrographs',
            testid: 'rule-sigma',
          },
          { value: 'hand', label: 'By hand', hint: 'Drag the window on the histogram', testid: 'rule-hand' },
        ]}
        onChange={setBy}
      />
      <RuleField />
      <div class="labelled-slider">
        <span>Gamma</span>
        <RangeInput
          label="Gamma"
          min={steps.min}
          max={steps.max}
          step={0.05}
          value={Math.log2(look.gamma())}
          text={look.gamma().toFixed(2)}
          hint="Above 1 the middle greys are brighter, below 1 darker"
          testid="gamma"
          onInput={(value) => look.set({ gamma: 2 ** value })}
        />
        <span class="figure">{look.gamma().toFixed(2)}</span>
      </div>
      <fieldset class="colour-maps">
        <legend class="unseen">Colours</legend>
        <For each={colourMapNames}>
          {(name) => (
            <button
              type="button"
              aria-pressed={look.colours() === name}
              aria-label={mapLabels[name]}
              title={mapLabels[name]}
              data-testid={`colours-${name}`}
              onClick={() => look.set({ colours: name })}
            >
              <Swatch name={name} />
              <span>{mapLabels[name].split(':')[0]}</span>
            </button>
          )}
        </For>
      </fieldset>
      <Select
        label="Pixels"
        options={samplingOptions}
        value={look.sampling()}
        hint="How pixels of the file become pixels of the screen; binned ones are means of squares"
        testid="sampling"
        onChange={(sampling) => look.set({ sampling })}
      />
      <div class="row">
        <Button
          label="Invert"
          icon="invert"
          keys="I"
          pressed={view.inverted()}
          onClick={() => view.setInverted(!view.inverted())}
        />
        <Button
          label="Flip ↔"
          keys="\"
          hint="Left and right change places on the screen; picks and files stay as they are"
          pressed={view.flip().x}
          testid="flip-x"
          onClick={() => view.setFlip({ x: !view.flip().x })}
        />
        <Button
          label="Flip ↕"
          keys="|"
          hint="Top and bottom change places on the screen; picks and files stay as they are"
          pressed={view.flip().y}
          testid="flip-y"
          onClick={() => view.setFlip({ y: !view.flip().y })}
        />
      </div>
      <Button
        label="As at first"
        variant="quiet"
        hint="Automatic contrast, gamma 1, greys"
        testid="look-reset"
        onClick={() => {
          look.reset();
          contrast.reset();
          view.setInverted(false);
          view.setFlip({ x: false, y: false });
        }}
      />
    </section>
  );
}

function RuleField(): JSX.Element {
  const { contrast, look } = useApp();
  const percent = (): number | undefined => {
    const rule = look.rule();
    return rule.by === 'percentile' ? rule.percent : undefined;
  };
  const sigmas = (): number | undefined => {
    const rule = look.rule();
    return rule.by === 'sigma' ? rule.sigmas : undefined;
  };
  return (
    <>
      <Show when={percent() !== undefined}>
        <NumberField
          label="Black, and as many white"
          hint="Share of the pixels, in %, that become quite black, and as many quite white"
          unit="%"
          min={ruleLimits.percent.min}
          max={ruleLimits.percent.max}
          step={0.1}
          value={percent()}
          testid="rule-percent"
          onChange={(value) => value !== undefined && contrast.setRule({ by: 'percentile', percent: value })}
        />
      </Show>
      <Show when={sigmas() !== undefined}>
        <NumberField
          label="From the mean"
          hint="Black and white are so many standard deviations σ from the mean"
          unit="σ"
          min={ruleLimits.sigmas.min}
          max={ruleLimits.sigmas.max}
          step={0.5}
          value={sigmas()}
          testid="rule-sigmas"
          onChange={(value) => value !== undefined && contrast.setRule({ by: 'sigma', sigmas: value })}
        />
      </Show>
    </>
  );
}

/** The colours from dark to light. */
function Swatch(props: { readonly name: ColourMapName }): JSX.Element {
  const paint = (canvas: HTMLCanvasElement): void => {
    // Setting it later would wipe the canvas.
    canvas.width = colourSteps;
    canvas.height = 1;
    const image = new ImageData(colourSteps, 1);
    image.data.set(colourMap(props.name));
    canvas.getContext('2d')?.putImageData(image, 0, 0);
  };
  return <canvas ref={paint} />;
}
