import type { JSX } from 'solid-js';
import { Segmented } from '../controls/Segmented.tsx';

/** How many of the methods of a consensus have to find a particle. */
export function AgreementRow(props: {
  /** Methods that are combined. */
  readonly methods: number;
  readonly least: number;
  /** Of the test ids: "consensus" gives "consensus-least-2". */
  readonly prefix: string;
  readonly onChange: (least: number) => void;
}): JSX.Element {
  return (
    <div class="matching-row">
      <span class="small muted" title="A particle has to be found by so many of the methods">
        Found by at least
      </span>
      <Segmented
        label="Methods that have to agree"
        small
        value={String(props.least)}
        segments={Array.from({ length: Math.max(2, props.methods) }, (_, i) => ({
          value: String(i + 1),
          label: String(i + 1),
          hint: `Particles that ${i + 1} method${i === 0 ? ' finds' : 's find'} within a quarter of the diameter`,
          testid: `${props.prefix}-least-${i + 1}`,
          disabled: i + 1 > props.methods,
        }))}
        onChange={(value) => props.onChange(Number(value))}
      />
    </div>
  );
}
