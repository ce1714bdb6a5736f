import { type JSX, Show } from 'solid-js';
import type { Reading, Traits } from '../../dataset/coordinates/readings.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { Segmented } from '../controls/Segmented.tsx';

/** The chosen reading, trait by trait, for what none of the offered ones has. */
export function ReadingControls(props: {
  readonly reading: Reading;
  /** Without boxes a corner is the same as a centre. */
  readonly hasBoxes: boolean;
  readonly onChange: (traits: Traits) => void;
}): JSX.Element {
  const change = (traits: Partial<Traits>): void => {
    const { flipY, anchor, binning, unit, format } = props.reading;
    props.onChange({ flipY, anchor, binning, unit, format, ...traits });
  };
  return (
    <fieldset class="reading-controls">
      <legend class="muted small">Or set it by hand</legend>
      <Segmented
        label="Where y is counted from"
        small
        value={props.reading.flipY ? 'last' : 'first'}
        segments={[
          {
            value: 'first',
            label: 'y from the first row',
            hint: 'The first row in the file, drawn at the top, is 0',
            testid: 'reading-first-row',
          },
          {
            value: 'last',
            label: 'from the last row',
            hint: 'The last row in the file, drawn at the bottom, is 0: the micrograph was flipped in y on the way',
            testid: 'reading-last-row',
          },
        ]}
        onChange={(value) => change({ flipY: value === 'last' })}
      />
      <Show when={props.hasBoxes}>
        <Segmented
          label="What x and y are"
          small
          value={props.reading.anchor}
          segments={[
            {
              value: 'corner',
              label: 'Corner of the box',
              hint: 'x and y are the box’s lower-valued corner',
              testid: 'reading-corner',
            },
            {
              value: 'centre',
              label: 'Centre',
              hint: 'x and y are the particle’s centre',
              testid: 'reading-centre',
            },
          ]}
          onChange={(anchor) => change({ anchor })}
        />
      </Show>
      <Show when={props.reading.unit === 'pixel'}>
        <NumberField
          label="Picked on an image binned"
          unit="×"
          min={0.05}
          max={64}
          step={1}
          lazy
          hint="Pixels of this micrograph along one side of a pixel of the image that was picked on; below 1 where that one was larger"
          value={props.reading.binning}
          digits={4}
          testid="reading-binning"
          onChange={(binning) => {
            if (binning !== undefined) change({ binning });
          }}
        />
      </Show>
    </fieldset>
  );
}
