import { For, type JSX } from 'solid-js';
import type { KernelProfile, NetworkProfile } from '../../rpc/contract.ts';
import { formatBandwidth, formatFlops, formatSeconds, formatShare } from './diagnosticsWords.ts';

/**
 * A bar for each kernel, as long as it takes; the full part is what it would take at the GPU's peak, so the pale rest is
 * what could be won. The same in figures beside it, for who can't see bars.
 */
export function KernelChart(props: { readonly profile: NetworkProfile }): JSX.Element {
  const longest = (): number => Math.max(1e-12, ...props.profile.kernels.map(({ seconds }) => seconds));
  return (
    <section class="kernels" tabindex="0" aria-label="Kernels in the order of running">
      <table data-testid="profile-table">
        <caption class="unseen">
          Time, rates, fraction of the peak and what limits it, for each kernel in the order of running
        </caption>
        <thead>
          <tr>
            <th scope="col">Kernel</th>
            <th scope="col" class="kernel-bars">
              <span class="key arithmetic" aria-hidden="true" /> arithmetic{' '}
              <span class="key memory" aria-hidden="true" /> memory{' '}
              <span class="key rest" aria-hidden="true" /> slower than the peak
            </th>
            <th scope="col" class="number">
              Time
            </th>
            <th scope="col" class="number">
              FLOP/s
            </th>
            <th scope="col" class="number">
              Bytes/s
            </th>
            <th scope="col" class="number">
              Of peak
            </th>
            <th scope="col">Bound by</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.profile.kernels}>
            {(kernel) => <KernelRow kernel={kernel} longest={longest()} />}
          </For>
        </tbody>
      </table>
    </section>
  );
}

function KernelRow(props: { readonly kernel: KernelProfile; readonly longest: number }): JSX.Element {
  const length = (): number => (100 * props.kernel.seconds) / props.longest;
  const best = (): number => 100 * Math.min(1, props.kernel.fractionOfPeak);
  return (
    <tr>
      <th scope="row" title={`${props.kernel.op}, by ${props.kernel.kernel}`}>
        {props.kernel.name} <span class="muted small">{props.kernel.kernel}</span>
      </th>
      <td class="kernel-bars" aria-hidden="true">
        <div
          class={`kernel-bar ${props.kernel.boundBy}`}
          style={{ width: `${Math.max(0.4, length())}%` }}
          data-testid="profile-bar"
        >
          <div style={{ width: `${best()}%` }} />
        </div>
      </td>
      <td class="number">{formatSeconds(props.kernel.seconds)}</td>
      <td class="number">{formatFlops(props.kernel.flopsPerSecond)}</td>
      <td class="number">{formatBandwidth(props.kernel.bytesPerSecond)}</td>
      <td class="number">{formatShare(props.kernel.fractionOfPeak)}</td>
      <td>{props.kernel.boundBy}</td>
    </tr>
  );
}
