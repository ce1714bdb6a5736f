import { type JSX, Show } from 'solid-js';
import { wholeRange } from '../../dataset/exposure.ts';
import type { Exposure, OpenedMicrograph } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { WindowSlider } from '../controls/WindowSlider.tsx';
import { useApp } from '../state/app.ts';
import { doseText, rangeText } from '../state/movieWords.ts';
import { saveSum } from '../state/sums.ts';
import { GainRow } from './GainRow.tsx';

/** The frames of a movie: which are summed, how the detector is corrected, and what is saved of it. */
export function MoviePanel(props: { readonly opened: OpenedMicrograph }): JSX.Element {
  const { movie } = useApp();
  return (
    <Show when={movie.exposure() !== undefined || props.opened.rawFrames !== undefined}>
      <Section
        step="movie"
        title="Movie"
        aside={
          <Show when={movie.exposure() && props.opened.frames > 1}>
            <SumOrSingle />
          </Show>
        }
      >
        <Show when={movie.exposure()}>
          {(exposure) => <Exposed opened={props.opened} exposure={exposure()} />}
        </Show>
        <Show when={props.opened.rawFrames}>
          {(rawFrames) => <Fractions opened={props.opened} rawFrames={rawFrames()} />}
        </Show>
        <Show when={movie.exposure()}>
          {(exposure) => (
            <>
              <GainRow opened={props.opened} exposure={exposure()} />
              <SaveRow exposure={exposure()} />
            </>
          )}
        </Show>
      </Section>
    </Show>
  );
}

function SumOrSingle(): JSX.Element {
  const { movie } = useApp();
  return (
    <Segmented
      label="What is shown of the movie"
      small
      value={movie.isSingle() ? 'single' : 'sum'}
      segments={[
        {
          value: 'sum',
          label: 'Sum',
          keys: 'Shift+K',
          hint: 'The sum of a range of frames',
          testid: 'movie-sum',
        },
        {
          value: 'single',
          label: 'Single frame',
          keys: 'Shift+K',
          hint: 'One frame after the other, with J and K',
          testid: 'movie-single',
        },
      ]}
      onChange={(choice) => void movie.setSingle(choice === 'single')}
    />
  );
}

function Exposed(props: Parts): JSX.Element {
  const { movie } = useApp();
  return (
    <>
      <Show when={props.opened.frames > 1}>
        <div class="exposure">
          <Show
            when={movie.isSingle()}
            fallback={<SumRange opened={props.opened} exposure={props.exposure} />}
          >
            <SingleFrame opened={props.opened} exposure={props.exposure} />
          </Show>
          <RangeWords opened={props.opened} exposure={props.exposure} />
        </div>
      </Show>
      <HotPixels opened={props.opened} exposure={props.exposure} />
    </>
  );
}

interface Parts {
  readonly opened: OpenedMicrograph;
  readonly exposure: Exposure;
}

function SumRange(props: Parts): JSX.Element {
  const { movie } = useApp();
  const range = () => props.exposure.range;
  return (
    <WindowSlider
      class="frames"
      min={1}
      max={props.opened.frames}
      step={1}
      low={range().first + 1}
      high={range().last + 1}
      lowLabel="First frame"
      highLabel="Last frame"
      text={(value) => `${value} of ${props.opened.frames}`}
      lowTestid="first-frame"
      highTestid="last-frame"
      onLow={(value) => void movie.setRange({ ...range(), first: Math.min(value - 1, range().last) })}
      onHigh={(value) => void movie.setRange({ ...range(), last: Math.max(value - 1, range().first) })}
    />
  );
}

function SingleFrame(props: Parts): JSX.Element {
  const { movie } = useApp();
  const frame = (): number => props.exposure.range.first;
  return (
    <div class="row tight">
      <Button
        label="Previous frame"
        icon="previous"
        compact
        variant="quiet"
        keys="J"
        disabled={frame() === 0}
        testid="previous-frame"
        onClick={() => void movie.step(-1)}
      />
      <RangeInput
        label="Frame"
        min={1}
        max={props.opened.frames}
        step={1}
        value={frame() + 1}
        text={`${frame() + 1} of ${props.opened.frames}`}
        hint="Which frame is shown  (J and K)"
        testid="single-frame"
        onInput={(value) => void movie.setRange({ first: value - 1, last: value - 1 })}
      />
      <Button
        label="Next frame"
        icon="next"
        compact
        variant="quiet"
        keys="K"
        disabled={frame() === props.opened.frames - 1}
        testid="next-frame"
        onClick={() => void movie.step(1)}
      />
    </div>
  );
}

function RangeWords(props: Parts): JSX.Element {
  const { movie } = useApp();
  const range = () => props.exposure.range;
  const isWhole = (): boolean => range().first === 0 && range().last === props.opened.frames - 1;
  return (
    <div class="exposure-words">
      <div>
        <span data-testid="exposure-range">{rangeText(range(), props.opened.frames)}</span>
        <Show when={doseText(props.opened, range())}>
          {(dose) => (
            <span
              class="muted small dose"
              title="The share of the dose that these frames hold"
              data-testid="exposure-dose"
            >
              {dose()}
            </span>
          )}
        </Show>
      </div>
      <Show when={!movie.isSingle() && !isWhole()}>
        <Button
          label="All frames"
          variant="quiet"
          hint="Sum all frames again"
          testid="all-frames"
          onClick={() => void movie.setRange(wholeRange(props.opened.frames))}
        />
      </Show>
    </div>
  );
}

function HotPixels(props: Parts): JSX.Element {
  const { gpu, movie } = useApp();
  const found = (): string => {
    const { hotPixels, defects } = props.opened.exposed ?? {};
    const hot =
      props.exposure.removeHotPixels && hotPixels !== undefined ? [`${hotPixels || 'none'} found`] : [];
    const dead = defects ? [`${defects} dead by the gain reference`] : [];
    return [...hot, ...dead].join(', ');
  };
  return (
    <div class="movie-line">
      <label
        class="check"
        title="Pixels far above their surroundings (6 standard deviations) are replaced from their neighbours"
      >
        <input
          type="checkbox"
          checked={props.exposure.removeHotPixels}
          disabled={gpu()?.available === false}
          data-testid="hot-pixels"
          onChange={(event) => void movie.setRemoveHotPixels(event.currentTarget.checked)}
        />
        Remove hot pixels
      </label>
      <span class="muted small" data-testid="hot-pixel-count">
        {found()}
      </span>
    </div>
  );
}

/** EER: many raw frames make one frame that is worth looking at. */
function Fractions(props: { readonly opened: OpenedMicrograph; readonly rawFrames: number }): JSX.Element {
  const app = useApp();
  return (
    <div class="pair inline fractions">
      <NumberField
        label="Raw frames per fraction"
        min={1}
        max={props.rawFrames}
        integer
        lazy
        hint={`How many of the ${props.rawFrames} raw frames of the EER file make one frame of the movie; the file is read anew`}
        value={props.opened.framesPerFraction}
        testid="frames-per-fraction"
        onChange={(framesPerFraction) => {
          if (framesPerFraction === undefined || framesPerFraction === props.opened.framesPerFraction) return;
          void app.document.reread({ framesPerFraction, range: undefined });
        }}
      />
      <p class="muted small" data-testid="fractions">
        {props.rawFrames} raw frames make {props.opened.frames} fraction{props.opened.frames === 1 ? '' : 's'}
      </p>
    </div>
  );
}

function SaveRow(props: { readonly exposure: Exposure }): JSX.Element {
  const app = useApp();
  const canCompute = (): boolean => app.gpu()?.available !== false;
  const isOne = (): boolean => props.exposure.range.first === props.exposure.range.last;
  return (
    <div class="row">
      <Button
        label={isOne() ? 'Save frame' : 'Save sum'}
        icon="save"
        hint="Save what is shown as MRC, in counts (32-bit float)"
        disabled={!canCompute()}
        testid="save-sum"
        onClick={() => void saveSum(app, 'all')}
      />
      <Button
        label="Even"
        hint="Save the sum of the even frames of the range, NAME_EVN.mrc: one half of the data, for denoising and for judging it"
        disabled={isOne() || !canCompute()}
        testid="save-even"
        onClick={() => void saveSum(app, 'even')}
      />
      <Button
        label="Odd"
        hint="Save the sum of the odd frames of the range, NAME_ODD.mrc; the first frame is odd"
        disabled={isOne() || !canCompute()}
        testid="save-odd"
        onClick={() => void saveSum(app, 'odd')}
      />
    </div>
  );
}
