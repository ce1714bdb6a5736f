import type { JSX } from 'solid-js';
import { NumberField } from '../controls/NumberField.tsx';
import { useApp } from '../state/app.ts';
import { usualVoltageKilovolt } from '../state/parameters.ts';

/** The microscope's voltage: one for all that knows of its transfer function. */
export function VoltageField(props: { readonly testid: string; readonly onEnter?: () => void }): JSX.Element {
  const { parameters } = useApp();
  return (
    <NumberField
      label="Voltage"
      unit="kV"
      min={20}
      max={1500}
      step={20}
      hint="Of the microscope: 300, 200 or 120, by default what the file says. With a spherical aberration of 2.7 mm"
      value={parameters.values.voltageKilovolt ?? usualVoltageKilovolt}
      testid={props.testid}
      onChange={(voltageKilovolt) => parameters.set({ voltageKilovolt })}
      onEnter={() => props.onEnter?.()}
    />
  );
}
