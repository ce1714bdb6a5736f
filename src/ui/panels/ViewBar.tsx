import { type JSX, Show } from 'solid-js';
import type { ContrastWindow } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { WindowSlider } from '../controls/WindowSlider.tsx';
import { useApp } from '../state/app.ts';
import { showSide } from '../state/lookCommands.ts';
import { showWipe } from '../state/trustCommands.ts';
import { contrastRange, withBlack, withWhite } from '../viewer/contrast.ts';
import type { ViewMode } from '../viewer/panes.ts';

/** Above the picture: which one, and how near. */
export function ViewBar(): JSX.Element {
  const app = useApp();
  const { view } = app;
  const zoom = (): string => {
    const percent = view.view().scale * window.devicePixelRatio * 100;
    return `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
  };
  const choose = (mode: ViewMode): void => {
    if (mode === 'wipe') showWipe(app);
    else if (mode === 'side') showSide(app);
    else void app.jobs.showMode(mode);
  };
  const needsFilter = (): boolean => !app.document.filtered() && app.gpu()?.available === false;
  return (
    <div class="viewbar" role="toolbar" aria-label="View" inert={app.stage.shown() === 'grid'}>
      <Segmented
        label="Picture"
        value={view.mode()}
        segments={[
          {
            value: 'raw',
            label: 'Raw',
            keys: 'R',
            hint: 'The micrograph as it is in the file, or the sum of a movie',
            testid: 'view-raw',
          },
          {
            value: 'filtered',
            label: 'Filtered',
            keys: 'G',
            hint: 'Without what is finer or wider than a length, for looking only',
            testid: 'view-filtered',
            disabled: needsFilter(),
          },
          {
            value: 'denoised',
            label: 'Denoised',
            keys: 'G',
            hint: 'As a denoiser estimates it, for looking only',
            testid: 'view-denoised',
            disabled: needsFilter(),
          },
          {
            value: 'side',
            label: 'Side by side',
            short: 'Beside',
            keys: 'B',
            hint: 'Raw, filtered and denoised in step, two or all three; the key again for other pictures',
            testid: 'view-side',
            disabled: needsFilter(),
          },
          {
            value: 'wipe',
            label: 'Wipe',
            keys: '3',
            hint: 'Two pictures on either side of a line that you drag; the key again for other pictures',
            testid: 'view-wipe',
            disabled: needsFilter(),
          },
          {
            value: 'residual',
            label: 'Residual',
            keys: '2',
            hint: 'What filtering has taken away: raw less what was made last; grey is nothing',
            testid: 'view-residual',
            disabled: needsFilter(),
          },
        ]}
        onChange={choose}
      />
      <span class="spacer" />
      <ContrastControls />
      <span class="spacer" />
      <div class="row tight">
        <span class="zoom" title="Zoom, in screen pixels per pixel of the file" data-testid="zoom">
          {zoom()}
        </span>
        <Button
          label="1:1"
          variant="quiet"
          keys="1"
          hint="One screen pixel per pixel"
          testid="one-to-one"
          onClick={() => view.oneToOne()}
        />
        <Button
          label="Fit"
          icon="fit"
          compact
          variant="quiet"
          keys="F"
          hint="Fit the micrograph"
          testid="fit"
          onClick={view.fit}
        />
        <Button
          label="Save the view"
          icon="camera"
          compact
          variant="quiet"
          keys="Alt+S"
          hint="Save the view as PNG or SVG, with scale bar and picks"
          testid="save-view-open"
          onClick={() => app.viewPicture.setOpen(true)}
        />
      </div>
    </div>
  );
}

/** Black and white points of the first picture; one beside it is changed in the same proportion. */
function ContrastControls(): JSX.Element {
  const { contrast, view } = useApp();
  const shown = (): ContrastWindow => view.contrast(contrast.kind());
  const range = () => contrastRange(view.automaticContrast(contrast.kind()));
  const isAutomatic = (): boolean => {
    const automatic = view.automaticContrast(contrast.kind());
    return shown().black === automatic.black && shown().white === automatic.white;
  };
  return (
    <div class="contrast">
      <span class="contrast-swatch black" aria-hidden="true" />
      <WindowSlider
        min={range().min}
        max={range().max}
        low={shown().black}
        high={shown().white}
        lowLabel="Black point"
        highLabel="White point"
        text={(value) => `${value.toFixed(2)} σ`}
        lowTestid="contrast-black"
        highTestid="contrast-white"
        onLow={(value) => contrast.setWindow(withBlack(shown(), value))}
        onHigh={(value) => contrast.setWindow(withWhite(shown(), value))}
      />
      <span class="contrast-swatch white" aria-hidden="true" />
      <Show when={!isAutomatic()}>
        <Button
          label="Auto"
          variant="quiet"
          hint="Back to the automatic contrast"
          testid="contrast-auto"
          onClick={contrast.reset}
        />
      </Show>
      <Button
        label="Contrast and colours"
        icon="histogram"
        compact
        variant="quiet"
        keys="Alt+H"
        hint="Histogram, contrast by percentile or σ, gamma, colours, flip"
        pressed={contrast.isOpen()}
        testid="contrast-open"
        onClick={() => contrast.setOpen(!contrast.isOpen())}
      />
      <Button
        label="Invert"
        icon="invert"
        compact
        variant="quiet"
        keys="I"
        pressed={view.inverted()}
        testid="invert"
        onClick={() => view.setInverted(!view.inverted())}
      />
    </div>
  );
}
