import { For, type JSX, Show } from 'solid-js';
import { useApp } from '../state/app.ts';
import { toScreen } from './transform.ts';

/** The box of the picture that the power spectrum is made of. */
export function SpectrumBoxOverlay(): JSX.Element {
  const { spectrum, view } = useApp();
  return (
    <Show when={spectrum.scope() === 'cursor' && spectrum.region()}>
      {(region) => (
        <For each={view.panes()}>
          {(pane) => {
            const corner = () => {
              const { x, y, width, height } = region();
              const [a, b] = [
                toScreen(view.view(), pane.rect, { x, y }),
                toScreen(view.view(), pane.rect, { x: x + width, y: y + height }),
              ];
              // Which corner is the upper left one depends on how the picture is mirrored.
              return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y) };
            };
            return (
              <div
                class="spectrum-box"
                classList={{ pinned: spectrum.isPinned() }}
                data-testid="spectrum-box"
                style={{
                  transform: `translate(${corner().x}px, ${corner().y}px)`,
                  width: `${region().width * view.view().scale}px`,
                  height: `${region().height * view.view().scale}px`,
                }}
              />
            );
          }}
        </For>
      )}
    </Show>
  );
}
