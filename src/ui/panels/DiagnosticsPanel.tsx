import { For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { formatBytes } from '../../core/units.ts';
import type { GpuReport } from '../../rpc/contract.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../controls/Dialog.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { profileSizes } from '../state/diagnostics.ts';
import { ReportBar } from './DiagnosticsReport.tsx';
import { KeptTiles, StageTimes } from './DiagnosticsTimes.tsx';
import { limitRows, profileSummary } from './diagnosticsWords.ts';
import { KernelChart } from './KernelChart.tsx';
import { StorageMeter } from './StorageMeter.tsx';

/** What the GPU is, what is in its memory and in the storage, how long work takes, and how fast networks run. */
export function DiagnosticsPanel(): JSX.Element {
  const { diagnostics } = useApp();
  return (
    <Dialog
      open={diagnostics.isOpen()}
      title="Diagnostics"
      class="diagnostics"
      testid="diagnostics-panel"
      onClose={() => diagnostics.setOpen(false)}
    >
      <Contents />
      <ReportBar />
    </Dialog>
  );
}

/** Memory is looked at this often. */
const refreshMilliseconds = 1000;

function Contents(): JSX.Element {
  const { gpu, diagnostics } = useApp();
  onMount(() => {
    void diagnostics.refresh();
    const timer = setInterval(() => void diagnostics.refresh(), refreshMilliseconds);
    onCleanup(() => clearInterval(timer));
  });
  return (
    <div class="diagnostics-parts">
      <Show when={gpu()} fallback={<p class="muted">Starting the GPU…</p>}>
        {(report) => (
          <div class="diagnostics-gpu">
            <Adapter report={report()} />
            <Memory />
          </div>
        )}
      </Show>
      <div class="diagnostics-gpu">
        <StageTimes />
        <div class="diagnostics-storage">
          <StorageMeter />
          <KeptTiles />
        </div>
      </div>
      <Profiler />
    </div>
  );
}

function Adapter(props: { readonly report: GpuReport }): JSX.Element {
  return (
    <section aria-label="GPU">
      <h3>GPU</h3>
      <p data-testid="diagnostics-adapter">{props.report.description}</p>
      <Show when={props.report.available}>
        <dl class="figures">
          <div>
            <dt>Features</dt>
            <dd data-testid="diagnostics-features">
              {props.report.features.length > 0 ? props.report.features.join(', ') : 'none beyond the core'}
            </dd>
          </div>
          <For each={limitRows(props.report)}>
            {({ name, text, title }) => (
              <div title={title}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
    </section>
  );
}

function Memory(): JSX.Element {
  const { diagnostics } = useApp();
  return (
    <section aria-label="GPU memory">
      <h3>Memory on the GPU</h3>
      <Show when={diagnostics.memory()} fallback={<p class="muted">None is used.</p>}>
        {(memory) => (
          <>
            <p data-testid="diagnostics-memory">
              {formatBytes(memory().bytes)}{' '}
              <span class="muted">now, {formatBytes(memory().peak)} at most</span>
            </p>
            <Show when={memory().byOwner.length > 0}>
              <table class="memory-table">
                <thead>
                  <tr>
                    <th scope="col">For</th>
                    <th scope="col">Now</th>
                    <th scope="col">At the peak</th>
                    <th scope="col">At most</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={memory().byOwner}>
                    {({ owner, bytes, atPeak, most }) => (
                      <tr>
                        <th scope="row">{owner}</th>
                        <td>{bytes > 0 ? formatBytes(bytes) : '–'}</td>
                        <td>{atPeak > 0 ? formatBytes(atPeak) : '–'}</td>
                        <td data-testid="memory-most">{formatBytes(most)}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </Show>
            <p class="muted small">
              Of the worker that computes; the viewer has its own tiles. “At the peak” is when most was there
              in all, “at most” the most that each ever had.
            </p>
          </>
        )}
      </Show>
    </section>
  );
}

function Profiler(): JSX.Element {
  const { gpu, diagnostics, models, tasks } = useApp();
  const isRunning = (): boolean => tasks.isRunning('profile');
  const networks = () => [
    { value: '', label: 'Cryolite’s network' },
    ...models.all().map(({ hash, name }) => ({ value: hash, label: name })),
  ];
  const sizes = profileSizes.map((size) => ({ value: `${size}` as const, label: `${size} × ${size} px` }));
  return (
    <section class="profiler" aria-label="Profiler">
      <h3>A network, kernel by kernel</h3>
      <div class="row profiler-row">
        <Select
          label="Network to time"
          options={networks()}
          value={diagnostics.network() ?? ''}
          hint="The network to time"
          testid="profile-network"
          onChange={(hash) => diagnostics.setNetwork(hash === '' ? undefined : hash)}
        />
        <Select
          label="Size of the picture"
          options={sizes}
          value={`${diagnostics.size()}`}
          hint="Noise of this size is put through the network: 64 or 128 px for a GPU made of software, 1024 px for a real one"
          testid="profile-size"
          onChange={(value) => {
            const size = profileSizes.find((one) => `${one}` === value);
            if (size !== undefined) diagnostics.setSize(size);
          }}
        />
        <Button
          label={isRunning() ? 'Timing…' : 'Profile the network'}
          variant="primary"
          hint="Time every kernel on its own; nothing else should keep the GPU busy meanwhile"
          disabled={isRunning() || gpu()?.available !== true}
          testid="profile-run"
          onClick={() => void diagnostics.run()}
        />
      </div>
      <For each={tasks.list().filter(({ kind }) => kind === 'profile')}>
        {(task) => (
          <div class="profiler-progress" role="status">
            <span class="muted">{task.progress()?.stage ?? task.label}…</span>
            <progress aria-label={task.label} />
            <Button label="Cancel" testid="profile-cancel" onClick={() => task.cancel()} />
          </div>
        )}
      </For>
      <Show when={diagnostics.problem()}>
        {(text) => (
          <p class="field-problem" role="alert" data-testid="profile-problem">
            {text()}
          </p>
        )}
      </Show>
      <Show
        when={diagnostics.profile()}
        fallback={
          <p class="muted small">
            Times every kernel of the network and sets it against the best that this GPU reaches in a matrix
            product and in a copy, both measured first.
          </p>
        }
      >
        {(profile) => (
          <>
            <p data-testid="profile-summary">{profileSummary(profile())}</p>
            <KernelChart profile={profile()} />
          </>
        )}
      </Show>
    </section>
  );
}
