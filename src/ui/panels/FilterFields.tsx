/** The few numbers of each filter. */
import type { JSX } from 'solid-js';
import { NumberField } from '../controls/NumberField.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { useApp } from '../state/app.ts';
import { filterDefaults } from '../state/filtering.ts';
import { VoltageField } from './VoltageField.tsx';

interface FieldsProps {
  readonly onEnter: () => void;
}

export function LengthFields(props: FieldsProps): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  return (
    <div class="pair">
      <div class="cut-off">
        <NumberField
          label="Low-pass"
          unit="Å"
          min={0.1}
          max={10000}
          optional
          placeholder="off"
          hint={`Removes detail finer than this; about a fifth of the diameter (${Math.round(values.diameterAngstrom / 5)} Å) makes particles stand out. Empty is off`}
          value={values.lowpassAngstrom}
          testid="lowpass"
          onChange={(lowpassAngstrom) => app.parameters.set({ lowpassAngstrom })}
          onEnter={() => props.onEnter()}
        />
        <LiveSlider
          label="Low-pass, live"
          hint="Drag: the picture follows; all of it is filtered when you let go"
          least={2 * (values.pixelSizeAngstrom ?? 1)}
          most={200}
          value={values.lowpassAngstrom}
          offAtMost={false}
          testid="lowpass-live"
          onInput={(lowpassAngstrom) => app.parameters.set({ lowpassAngstrom })}
        />
      </div>
      <div class="cut-off">
        <NumberField
          label="High-pass"
          unit="Å"
          min={1}
          max={100000}
          step={10}
          optional
          placeholder="off"
          hint={`Removes gradients wider than this; four diameters (${Math.round(4 * values.diameterAngstrom)} Å) evens out the ice. Empty is off`}
          value={values.highpassAngstrom}
          testid="highpass"
          onChange={(highpassAngstrom) => app.parameters.set({ highpassAngstrom })}
          onEnter={() => props.onEnter()}
        />
        <LiveSlider
          label="High-pass, live"
          hint="Drag: the picture follows; all of it is filtered when you let go. The right end is off"
          least={50}
          most={5000}
          value={values.highpassAngstrom}
          offAtMost={true}
          testid="highpass-live"
          onInput={(highpassAngstrom) => app.parameters.set({ highpassAngstrom })}
        />
      </div>
    </div>
  );
}

/** A cut-off on an even scale of octaves. One end of it is off: nothing is removed there. */
function LiveSlider(props: {
  readonly label: string;
  readonly hint: string;
  readonly least: number;
  readonly most: number;
  readonly value: number | undefined;
  readonly offAtMost: boolean;
  readonly testid: string;
  readonly onInput: (value: number | undefined) => void;
}): JSX.Element {
  const app = useApp();
  const low = (): number => Math.log2(props.least);
  const high = (): number => Math.log2(props.most);
  const off = (): number => (props.offAtMost ? high() : low());
  const isOff = (value: number): boolean =>
    props.offAtMost ? value >= high() - 0.02 : value <= low() + 0.02;
  const text = (): string => (props.value === undefined ? 'off' : `${Number(props.value.toPrecision(3))} Å`);
  return (
    <div class="live-slider" onChange={() => app.liveFilter.settle()}>
      <RangeInput
        label={props.label}
        min={low()}
        max={high()}
        step={0.02}
        value={props.value === undefined ? off() : Math.log2(props.value)}
        text={text()}
        hint={props.hint}
        testid={props.testid}
        onInput={(value) => {
          props.onInput(isOff(value) ? undefined : Number((2 ** value).toPrecision(3)));
          app.liveFilter.follow();
        }}
      />
    </div>
  );
}

export function GaussianFields(props: FieldsProps): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  return (
    <div class="pair">
      <NumberField
        label="Width σ"
        unit="Å"
        min={0.1}
        max={10000}
        step={0.5}
        optional
        placeholder={`${filterDefaults(values).sigmaAngstrom}`}
        hint="Standard deviation of the Gaussian. Empty is a thirtieth of the diameter"
        value={values.sigmaAngstrom}
        testid="sigma"
        onChange={(sigmaAngstrom) => app.parameters.set({ sigmaAngstrom })}
        onEnter={() => props.onEnter()}
      />
    </div>
  );
}

/** Shown in µm, as microscopists say it; kept in Å. */
const angstromPerMicron = 10_000;

export function OpticsFields(props: FieldsProps): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  const micron = (): number | undefined =>
    values.defocusAngstrom === undefined ? undefined : values.defocusAngstrom / angstromPerMicron;
  return (
    <div class="pair">
      <NumberField
        label="Defocus"
        unit="µm"
        min={0.05}
        max={20}
        step={0.1}
        optional
        placeholder="fitted"
        hint="Underfocus. Empty looks for it in the micrograph’s power spectrum, and does without where no rings are seen"
        value={micron()}
        testid="filter-defocus"
        onChange={(value) =>
          app.parameters.set({
            defocusAngstrom: value === undefined ? undefined : Math.round(value * angstromPerMicron),
          })
        }
        onEnter={() => props.onEnter()}
      />
      <VoltageField testid="filter-voltage" onEnter={() => props.onEnter()} />
    </div>
  );
}

export function PatchFields(props: FieldsProps): JSX.Element {
  const app = useApp();
  const { values } = app.parameters;
  return (
    <div class="pair">
      <NumberField
        label="Detail"
        unit="Å"
        min={1}
        max={1000}
        optional
        placeholder={`${filterDefaults(values).detailAngstrom}`}
        hint="Finest detail that is kept; patches of seven thirds of it are compared. Empty is a ninth of the diameter"
        value={values.detailAngstrom}
        testid="nlm-detail"
        onChange={(detailAngstrom) => app.parameters.set({ detailAngstrom })}
        onEnter={() => props.onEnter()}
      />
      <NumberField
        label="Strength"
        min={0.1}
        max={10}
        step={0.1}
        optional
        placeholder={`${filterDefaults(values).strength}`}
        hint="How different places may be that are averaged, in units of the noise: more is smoother"
        value={values.strength}
        testid="nlm-strength"
        onChange={(strength) => app.parameters.set({ strength })}
        onEnter={() => props.onEnter()}
      />
    </div>
  );
}
