import { For, type JSX } from 'solid-js';
import type { PlotLine } from '../controls/CurvePlot.tsx';
import type { TrustRow } from '../state/trustWords.ts';

/** Numbers by bands of resolution. */
export function TrustTable(props: {
  readonly columns: readonly { readonly label: string; readonly hint: string }[];
  readonly rows: readonly TrustRow[];
  readonly testid: string;
}): JSX.Element {
  return (
    <table class="scores" data-testid={props.testid}>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">Band</span>
          </th>
          <For each={props.columns}>
            {({ label, hint }) => (
              <th scope="col" title={hint}>
                {label}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.rows}>
          {({ name, range, values }) => (
            <tr>
              <th scope="row" title={`Waves of ${range}`}>
                {name} <span class="trust-range">{range}</span>
              </th>
              <For each={values}>{(value) => <td>{value}</td>}</For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

/** Which line is which. */
export function TrustLegend(props: {
  readonly entries: readonly { readonly look: PlotLine['look']; readonly label: string }[];
}): JSX.Element {
  return (
    <ul class="trust-legend">
      <For each={props.entries}>
        {({ look, label }) => (
          <li>
            <svg class="curve-plot" viewBox="0 0 20 8" aria-hidden="true">
              <path class={look} d="M1 4H19" />
            </svg>
            {label}
          </li>
        )}
      </For>
    </ul>
  );
}
