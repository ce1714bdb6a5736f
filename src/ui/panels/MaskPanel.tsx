import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { brushLimits } from '../state/mask.ts';
import { isMasking } from '../state/maskCommands.ts';

const inputId = 'mask-input';

/** Where picks are kept out: what a network or a file says of contamination, and what is painted over it. */
export function MaskPanel(): JSX.Element {
  const app = useApp();
  const { mask, picks, view } = app;
  const isOpen = (): boolean => !mask.isEmpty() || isMasking(app);
  const source = (): string => {
    const base = mask.base();
    if (!base) return 'Painted';
    return base.from === 'network' ? `By ${base.name}` : base.name;
  };
  return (
    <Section
      step="mask"
      title="Contamination"
      aside={
        <>
          <span class="count" data-testid="mask-part" title="The part of the picture that is masked">
            {mask.isEmpty() ? '' : `${(100 * mask.part()).toFixed(1)} %`}
          </span>
          <Show when={!mask.isEmpty()}>
            <Button
              label={mask.isVisible() ? 'Hide the mask' : 'Show the mask'}
              icon={mask.isVisible() ? 'eye' : 'eyeOff'}
              compact
              variant="quiet"
              keys="Z"
              pressed={!mask.isVisible()}
              testid="mask-visible"
              onClick={() => mask.setVisible(!mask.isVisible())}
            />
          </Show>
        </>
      }
    >
      <Show
        when={isOpen()}
        fallback={<p class="muted small">Ice, carbon and dirt can be masked: picks there are kept out.</p>}
      >
        <Show when={!mask.isEmpty()}>
          <p class="mask-status small">
            <span class="muted clip" title={source()}>
              {source()}
            </span>
            <span data-testid="mask-kept-out">{keptOutWords(picks.keptOut().length)}</span>
          </p>
        </Show>
        <Show when={mask.base()}>
          <div class="mask-slider">
            <span class="muted small">Threshold</span>
            <RangeInput
              label="Threshold of the mask"
              min={0.02}
              max={1}
              step={0.01}
              value={mask.settings().threshold}
              text={`${mask.settings().threshold}`}
              hint="What the network or the file gives at least this value is contaminated"
              testid="mask-threshold"
              onInput={(threshold) => mask.set({ threshold })}
            />
            <span class="small mask-value">{mask.settings().threshold.toFixed(2)}</span>
          </div>
        </Show>
        <div class="mask-slider">
          <span class="muted small">Opacity</span>
          <RangeInput
            label="Opacity of the mask"
            min={0.1}
            max={1}
            step={0.05}
            value={mask.opacity()}
            text={`${Math.round(100 * mask.opacity())} %`}
            hint="How strongly the mask is drawn over the picture"
            testid="mask-opacity"
            onInput={mask.setOpacity}
          />
          <span class="small mask-value">{Math.round(100 * mask.opacity())} %</span>
        </div>
        <div class="pair mask-fields">
          <NumberField
            label="Brush"
            unit="Å"
            min={brushLimits.min}
            max={brushLimits.max}
            step={20}
            digits={4}
            hint="Diameter of the brush that paints and erases  ([ and ])"
            value={mask.brush()}
            testid="mask-brush"
            onChange={(diameter) => {
              if (diameter !== undefined) mask.setBrush(diameter);
            }}
          />
          <NumberField
            label="Margin"
            unit="diameters"
            min={0}
            max={10}
            step={0.1}
            digits={3}
            hint="Picks nearer to the mask than this many particle diameters are kept out, too"
            value={mask.settings().marginDiameters}
            testid="mask-margin"
            onChange={(marginDiameters) => {
              if (marginDiameters !== undefined) mask.set({ marginDiameters });
            }}
          />
        </div>
      </Show>
      <div class="mask-tools">
        <Segmented
          label="Painting the mask"
          small
          value={view.tool()}
          segments={[
            {
              value: 'mask-add',
              label: 'Paint',
              keys: 'Shift+W',
              hint: 'Paint contamination by dragging; a right drag erases',
              testid: 'mask-paint',
            },
            {
              value: 'mask-erase',
              label: 'Erase',
              keys: 'Shift+W',
              hint: 'Take parts of the mask away by dragging; a right drag paints',
              testid: 'mask-erase',
            },
          ]}
          onChange={(tool) => view.setTool(view.tool() === tool ? 'pan' : tool)}
        />
        <span class="spacer" />
        <Button
          label="Undo on the mask"
          hint={mask.undoAction() ? `Undo: ${mask.undoAction()}` : 'Nothing to undo on the mask'}
          icon="undo"
          compact
          variant="quiet"
          keys="Ctrl+Z"
          disabled={mask.undoAction() === undefined}
          testid="mask-undo"
          onClick={mask.undo}
        />
        <Button
          label="Open a mask"
          hint="Open a mask of this micrograph: a picture of 0 to 1 (MRC, TIFF, PNG), 1 where it is contaminated, of its size or binned"
          icon="load"
          compact
          variant="quiet"
          testid="mask-open"
          onClick={() => document.getElementById(inputId)?.click()}
        />
        <Button
          label="Save the mask"
          hint="Save the mask as MRC (mode 0, 1 is contaminated) of the micrograph’s size"
          icon="save"
          compact
          variant="quiet"
          disabled={mask.isEmpty()}
          testid="mask-save"
          onClick={() => void app.maskFiles.save()}
        />
        <Button
          label="Clear the mask"
          hint="Take the whole mask away; undo brings it back"
          icon="trash"
          compact
          variant="quiet"
          disabled={mask.isEmpty()}
          testid="mask-clear"
          onClick={mask.clear}
        />
      </div>
      <input
        id={inputId}
        type="file"
        hidden
        tabindex="-1"
        data-testid="mask-input"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void app.maskFiles.open(file);
          event.currentTarget.value = '';
        }}
      />
    </Section>
  );
}

function keptOutWords(count: number): string {
  return count === 0 ? 'no pick is kept out' : `${count} kept out by the mask`;
}
