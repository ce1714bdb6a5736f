import { type JSX, Show } from 'solid-js';
import type { ContrastWindow, ShownKind } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { WindowSlider } from '../controls/WindowSlider.tsx';
import { useApp } from '../state/app.ts';
import { showWipe } from '../state/trustCommands.ts';
import { contrastRange, fromBrightness, toBrightness, withBlack, withWhite } from '../viewer/contrast.ts';

/** Above the picture: which one, and how near. */
export function ViewBar(): JSX.Element {
  const app = useApp();
  const { view } = app;
  const zoom = (): string => {
    const percent = view.view().scale * window.devicePixelRatio * 100;
    return `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
  };
  const needsFilter = (): boolean => !app.document.filtered() && app.gpu()?.available === false;
  return (
    <div class="viewbar" role="toolbar" aria-label="View">
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
            hint: 'The filtered micrograph, for looking only',
            testid: 'view-filtered',
            disabled: needsFilter(),
          },
          {
            value: 'both',
            label: 'Both',
            keys: 'B',
            hint: 'Raw and filtered side by side',
            testid: 'view-both',
            disabled: needsFilter(),
          },
          {
            value: 'residual',
            label: 'Residual',
            keys: '2',
            hint: 'What filtering has taken away: raw less filtered; grey is nothing',
            testid: 'view-residual',
            disabled: needsFilter(),
          },
          {
            value: 'wipe',
            label: 'Wipe',
            keys: '3',
            hint: 'Raw on the left of a line that you drag, filtered or residual on its right; again to change between them',
            testid: 'view-wipe',
            disabled: needsFilter(),
          },
        ]}
        onChange={(mode) => (mode === 'wipe' ? showWipe(app) : void app.jobs.showMode(mode))}
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
      </div>
    </div>
  );
}

/** Black and white points. With both pictures on the screen each is changed in the same proportion. */
function ContrastControls(): JSX.Element {
  const { view } = useApp();
  const kind = (): ShownKind => {
    const mode = view.mode();
    return mode === 'both' || mode === 'wipe' ? 'raw' : mode;
  };
  /** The picture beside the raw one. */
  const beside = (): ShownKind | undefined => {
    if (view.mode() === 'both') return 'filtered';
    return view.mode() === 'wipe' ? view.wipe().right : undefined;
  };
  const shown = (): ContrastWindow => view.contrast(kind());
  const range = () => contrastRange(view.automaticContrast(kind()));
  const isAutomatic = (): boolean => {
    const automatic = view.automaticContrast(kind());
    return shown().black === automatic.black && shown().white === automatic.white;
  };
  const change = (next: ContrastWindow): void => {
    view.setContrast(kind(), next);
    const other = beside();
    if (!other) return;
    const setting = toBrightness(view.automaticContrast('raw'), next);
    view.setContrast(other, fromBrightness(view.automaticContrast(other), setting));
  };
  const reset = (): void => {
    view.setContrast('raw', view.automaticContrast('raw'));
    view.setContrast('filtered', view.automaticContrast('filtered'));
    view.setContrast('residual', view.automaticContrast('residual'));
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
        onLow={(value) => change(withBlack(shown(), value))}
        onHigh={(value) => change(withWhite(shown(), value))}
      />
      <span class="contrast-swatch white" aria-hidden="true" />
      <Show when={!isAutomatic()}>
        <Button
          label="Auto"
          variant="quiet"
          hint="Back to the automatic contrast"
          testid="contrast-auto"
          onClick={reset}
        />
      </Show>
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
