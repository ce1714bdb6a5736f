import { createSignal, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';

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
          {app.gpu()?.description} Use a recent Chrome or Edge, Firefox 141 or later, or Safari 26, and switch
          on hardware acceleration; on Linux, Chrome may also need{' '}
          <code>chrome://flags/#enable-unsafe-webgpu</code>.
        </p>
        <Button label="Dismiss" icon="close" compact variant="quiet" onClick={() => setDismissed(true)} />
      </div>
    </Show>
  );
}
