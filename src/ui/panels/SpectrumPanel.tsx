import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import type { SpectrumReport } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { CurvePlot, type PlotLine } from '../controls/CurvePlot.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { spectrumBoxes, spectrumWidth } from '../state/spectrum.ts';
import {
  defocusWords,
  fittedPoints,
  profileAxis,
  profilePoints,
  squaredAxis,
} from '../state/spectrumWords.ts';
import { angstromText } from '../viewer/spectrumGeometry.ts';
import { SpectrumPlot } from './SpectrumPlot.tsx';

const headings = { raw: 'Spectrum', filtered: 'Of filtered', denoised: 'Of denoised' } as const;
const plot = { width: 296, height: 124 } as const;

/** The power spectrum over the corner of the viewer: live, with rings, radial profile and defocus. */
export function SpectrumPanel(): JSX.Element {
  const { document, spectrum } = useApp();
  return (
    <Show when={spectrum.isOpen() && document.opened()}>
      <section
        class="spectrum"
        classList={{ large: spectrum.isLarge() }}
        aria-label="Power spectrum"
        data-testid="spectrum"
        data-making={String(spectrum.isMaking())}
      >
        <Head />
        <div class="spectrum-body">
          <Show
            when={spectrum.report()}
            fallback={
              <p class="spectrum-empty muted" role="status" data-testid="spectrum-problem">
                {spectrum.problem() ?? 'Making the power spectrum…'}
              </p>
            }
          >
            {(report) => (
              <>
                <SpectrumPlot report={report()} />
                <div class="spectrum-side">
                  <Profile report={report()} />
                  <Defocus />
                  <Rings />
                </div>
              </>
            )}
          </Show>
        </div>
        <Show when={!spectrum.isLarge()}>
          <Handle />
        </Show>
      </section>
    </Show>
  );
}

function Head(): JSX.Element {
  const { spectrum } = useApp();
  return (
    <header class="spectrum-head">
      <h2>{headings[spectrum.kind()]}</h2>
      <Segmented
        label="What the spectrum is made of"
        small
        value={spectrum.scope()}
        segments={[
          { value: 'whole', label: 'All', hint: 'The whole picture', testid: 'spectrum-whole' },
          {
            value: 'view',
            label: 'In sight',
            hint: 'The part of the picture in sight',
            testid: 'spectrum-view',
          },
          { value: 'cursor', label: 'Cursor', hint: 'A box around the cursor', testid: 'spectrum-cursor' },
        ]}
        onChange={spectrum.setScope}
      />
      <span class="spacer" />
      <Button
        label={spectrum.isLarge() ? 'Small, in the corner' : 'Large'}
        icon={spectrum.isLarge() ? 'shrink' : 'fit'}
        compact
        variant="quiet"
        pressed={spectrum.isLarge()}
        testid="spectrum-large"
        onClick={() => spectrum.setLarge(!spectrum.isLarge())}
      />
      <Button
        label="Close the power spectrum"
        icon="close"
        compact
        variant="quiet"
        keys="Shift+F"
        testid="spectrum-close"
        onClick={() => spectrum.setOpen(false)}
      />
      <Show when={spectrum.scope() === 'cursor'}>
        <div class="spectrum-boxes">
          <Select
            label="Edge of the box"
            hint="Edge of the box around the cursor, px of the file"
            value={String(spectrum.box())}
            options={spectrumBoxes.map((box) => ({ value: String(box), label: `${box} px` }))}
            testid="spectrum-edge"
            onChange={(text) => {
              const box = spectrumBoxes.find((one) => String(one) === text);
              if (box) spectrum.setBox(box);
            }}
          />
          <Button
            label={spectrum.isPinned() ? 'Follow the cursor' : 'Keep the place'}
            variant="quiet"
            keys="9"
            pressed={spectrum.isPinned()}
            testid="spectrum-pin"
            onClick={() => spectrum.setPinned(!spectrum.isPinned())}
          />
        </div>
      </Show>
    </header>
  );
}

/** Power against resolution; Thon rings are evenly spaced. */
function Profile(props: { readonly report: SpectrumReport }): JSX.Element {
  const { spectrum } = useApp();
  const pixel = () => spectrum.scale()?.pixelSizeAngstrom;
  const nyquist = () => 2 * (pixel() ?? 1);
  const measured = createMemo(() => profilePoints(props.report, nyquist()));
  const lines = createMemo((): PlotLine[] => {
    const found = spectrum.defocus();
    const main: PlotLine = {
      points: measured(),
      look: 'main',
      label: 'Measured power over what is smooth of it',
    };
    if (!found) return [main];
    return [{ points: fittedPoints(found, props.report, nyquist()), look: 'second', label: 'Fitted' }, main];
  });
  const at = (): number | undefined => {
    const place = spectrum.place();
    return place && ((2 * place.cyclesPerPixel) / nyquist()) ** 2;
  };
  return (
    <CurvePlot
      label="Radial profile of the power spectrum: power over its smooth background by resolution"
      {...plot}
      x={squaredAxis(nyquist(), pixel() === undefined ? 'px' : 'Å')}
      y={profileAxis(measured())}
      lines={lines()}
      marks={[]}
      at={at()}
      testid="spectrum-profile"
    />
  );
}

function Defocus(): JSX.Element {
  const { parameters, spectrum, tasks } = useApp();
  const isRunning = (): boolean => tasks.isRunning('defocus');
  const kept = (): number | undefined => parameters.values.defocusAngstrom;
  return (
    <div class="spectrum-defocus">
      <div class="row">
        <Button
          label={isRunning() ? 'Looking…' : 'Estimate defocus'}
          hint="Fit signal and noise for defoci from 0.3 to 6 µm to the whole picture's radial spectrum"
          disabled={isRunning() || parameters.values.pixelSizeAngstrom === undefined}
          testid="spectrum-estimate"
          onClick={() => void spectrum.estimateDefocus()}
        />
        <Show when={kept()}>
          {(defocus) => (
            <span class="spectrum-kept" data-testid="spectrum-defocus">
              {`${(defocus() / 10_000).toFixed(2)} µm`}
              <Button
                label="Forget the defocus"
                icon="close"
                compact
                variant="quiet"
                testid="spectrum-forget"
                onClick={() => spectrum.setDefocus(undefined)}
              />
            </span>
          )}
        </Show>
      </div>
      <Show when={spectrum.defocus()}>
        {(found) => (
          <p class="small muted" role="status" data-testid="spectrum-verdict">
            {defocusWords(found())}
            <Show when={!found().isSure && kept() === undefined}>
              {' '}
              <Button
                label="Use it all the same"
                variant="quiet"
                testid="spectrum-use"
                onClick={() => spectrum.setDefocus(found().defocusAngstrom)}
              />
            </Show>
          </p>
        )}
      </Show>
    </div>
  );
}

function Rings(): JSX.Element {
  const { spectrum } = useApp();
  const [wanted, setWanted] = createSignal<number>();
  const add = (): void => {
    const angstrom = wanted();
    if (angstrom !== undefined) spectrum.rings.add(angstrom);
    setWanted(undefined);
  };
  return (
    <div class="spectrum-rings">
      <ul aria-label="Rings drawn">
        <For each={spectrum.rings.list()}>
          {(ring) => (
            <li>
              {`${angstromText(ring.angstrom)} Å${ring.label && ` ${ring.label}`}`}
              <Button
                label={`Take the ring at ${angstromText(ring.angstrom)} Å away`}
                icon="close"
                compact
                variant="quiet"
                onClick={() => spectrum.rings.remove(ring)}
              />
            </li>
          )}
        </For>
      </ul>
      <div class="spectrum-add">
        <NumberField
          label="Ring at"
          unit="Å"
          hint="Draws a circle at this resolution; Enter adds it"
          value={wanted()}
          min={0.5}
          max={1000}
          testid="spectrum-add-ring"
          onChange={setWanted}
          onEnter={add}
        />
        <Button
          label="Draw a ring there"
          icon="add"
          compact
          variant="quiet"
          disabled={wanted() === undefined}
          testid="spectrum-add"
          onClick={add}
        />
      </div>
    </div>
  );
}

/** The lower left corner: drag it, or use the arrow keys. */
function Handle(): JSX.Element {
  const { spectrum } = useApp();
  let start: { readonly x: number; readonly width: number } | undefined;
  return (
    <div
      class="spectrum-handle"
      role="slider"
      tabIndex={0}
      aria-label="Width of the power spectrum"
      aria-valuemin={spectrumWidth.min}
      aria-valuemax={spectrumWidth.max}
      aria-valuenow={spectrum.width()}
      aria-valuetext={`${spectrum.width()} px`}
      data-testid="spectrum-handle"
      title="Drag to resize"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start = { x: event.clientX, width: spectrum.width() };
      }}
      onPointerMove={(event) => {
        if (start && event.currentTarget.hasPointerCapture(event.pointerId))
          spectrum.setWidth(start.width + start.x - event.clientX);
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: 1, ArrowRight: -1 }[event.key];
        if (step === undefined) return;
        event.stopPropagation();
        spectrum.setWidth(spectrum.width() + step * spectrumWidth.step);
      }}
    />
  );
}
