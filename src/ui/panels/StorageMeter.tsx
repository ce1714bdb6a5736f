import { type JSX, onMount, Show } from 'solid-js';
import { formatBytes, formatPart } from '../../core/units.ts';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';

/** How much of the browser's storage is used, and whether the browser may clear it. */
export function StorageMeter(): JSX.Element {
  const { storage } = useApp();
  onMount(() => void storage.refresh());
  const used = (): number => storage.state()?.usedBytes ?? 0;
  const quota = (): number => storage.state()?.quotaBytes ?? 0;
  return (
    <section class="storage" aria-label="Storage">
      <div class="row">
        <h3>Storage</h3>
        <span class="spacer" />
        <Show
          when={quota() > 0}
          fallback={<span class="muted small">The browser does not say how much it keeps.</span>}
        >
          <span class="muted small" data-testid="storage-usage">
            {formatBytes(used())} of {formatBytes(quota())} used ({formatPart(used() / quota())})
          </span>
        </Show>
      </div>
      <Show when={quota() > 0}>
        <meter
          min={0}
          max={quota()}
          high={0.8 * quota()}
          value={used()}
          aria-label="Storage used by sessions, pictures and networks"
        />
      </Show>
      <Show when={storage.state()?.isPersistent === false}>
        <div class="storage-ask">
          <p class="muted small">
            {storage.isRefused()
              ? 'The browser would not promise it; it does so for sites that are used often or installed. Export what matters.'
              : 'When the disk gets full, the browser may clear sessions without asking. It can be asked to keep them until you delete them.'}
          </p>
          <Button
            label="Keep my sessions"
            hint="Ask the browser for storage that it does not clear by itself"
            testid="storage-persist"
            onClick={() => void storage.askToPersist()}
          />
        </div>
      </Show>
      <Show when={storage.state()?.isPersistent === true}>
        <p class="muted small" data-testid="storage-persistent">
          The browser keeps your sessions until you delete them.
        </p>
      </Show>
    </section>
  );
}
