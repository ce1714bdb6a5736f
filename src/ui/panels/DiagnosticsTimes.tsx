import { For, type JSX, Show } from 'solid-js';
import { formatBytes } from '../../core/units.ts';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { formatSeconds } from './diagnosticsWords.ts';

/** How long each kind of work takes, as the user waits for it. */
export function StageTimes(): JSX.Element {
  const { diagnostics } = useApp();
  return (
    <section aria-label="Time per stage">
      <h3>Time per stage</h3>
      <Show
        when={diagnostics.stages().length > 0}
        fallback={<p class="muted">Nothing has run yet: open a micrograph, filter it, pick.</p>}
      >
        <table class="memory-table" data-testid="stage-times">
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col">Runs</th>
              <th scope="col">Last</th>
              <th scope="col">Median</th>
              <th scope="col">Longest</th>
            </tr>
          </thead>
          <tbody>
            <For each={diagnostics.stages()}>
              {({ stage, runs, failed, lastSeconds, medianSeconds, longestSeconds }) => (
                <tr>
                  <th scope="row">
                    {stage}
                    <Show when={failed > 0}>
                      <span class="muted"> ({failed} failed)</span>
                    </Show>
                  </th>
                  <td>{runs}</td>
                  <For each={[lastSeconds, medianSeconds, longestSeconds]}>
                    {(seconds) => <td>{runs > 0 ? formatSeconds(seconds) : '–'}</td>}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
        <p class="muted small">With the wait for other work. Median and longest are of the last 64 runs.</p>
      </Show>
    </section>
  );
}

/** Pictures that are kept so that they are seen at once the next time. */
export function KeptTiles(): JSX.Element {
  const { diagnostics, notices } = useApp();
  return (
    <section aria-label="Tiles kept of pictures">
      <Show when={diagnostics.cache()}>
        {(cache) => (
          <>
            <h3>Tiles kept of pictures</h3>
            <p data-testid="diagnostics-cache">
              {formatBytes(cache().bytes)}{' '}
              <span class="muted">
                of {formatBytes(cache().budget)}, {cache().tiles} tiles
              </span>
            </p>
            <div class="storage-row">
              <p class="muted small">
                {cache().evicted > 0
                  ? `${cache().evicted} dropped for room in this visit, those unused longest first.`
                  : 'When they are too many, those unused longest go first.'}
              </p>
              <Button
                label="Clear"
                hint="Throw the kept tiles away; they are made again from your files"
                disabled={cache().tiles === 0}
                testid="cache-clear"
                onClick={() => diagnostics.clearCache().catch(notices.failure)}
              />
            </div>
          </>
        )}
      </Show>
    </section>
  );
}
