import { createSignal, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { webGpuAdvice } from '../state/webGpuAdvice.ts';

/** Says what can't be done without WebGPU and how to get it; the micrograph is shown all the same. */
export function GpuBanner(): JSX.Element {
  const app = useApp();
  const [dismissed, setDismissed] = createSignal(false);
  const isMissing = (): boolean => app.gpu()?.available === false && !dismissed();
  return (
    <Show when={isMissing()}>
      <div class="banner" role="status" data-testid="no-webgpu">
        <p>
          <strong>There is no WebGPU here, so micrographs can be seen but not filtered or picked.</strong>{' '}
          {app.gpu()?.description} {webGpuAdvice(navigator.userAgent)}
        </p>
        <Button label="Dismiss" icon="close" compact variant="quiet" onClick={() => setDismissed(true)} />
      </div>
    </Show>
  );
}
