import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { step } from '../state/micrographSteps.ts';

/** Over the picture while it is presented: its name, how many particles, and the way on. */
export function PresentationLayer(): JSX.Element {
  const app = useApp();
  const count = (): string => {
    const picks = app.picks.shown().length;
    return `${picks} pick${picks === 1 ? '' : 's'}`;
  };
  const place = (): string => {
    const keys = app.dataset.shown();
    return `${keys.indexOf(app.document.key() ?? '') + 1} of ${keys.length}`;
  };
  return (
    <Show when={app.presentation.isOn()}>
      <div class="presentation" data-testid="presentation">
        <div class="presentation-name">
          <h2 data-testid="presentation-name">{app.document.opened()?.name}</h2>
          <Show when={app.dataset.shown().length > 1}>
            <p>{place()}</p>
          </Show>
        </div>
        <Show when={app.view.picksVisible() && app.picks.shown().length > 0}>
          <p class="presentation-count" data-testid="presentation-count">
            {count()}
          </p>
        </Show>
        <div class="presentation-way row tight">
          <Show when={app.dataset.shown().length > 1}>
            <Button
              label="Previous micrograph"
              icon="previous"
              compact
              variant="quiet"
              keys="←"
              onClick={() => step(app, -1)}
            />
            <Button
              label="Next micrograph"
              icon="next"
              compact
              variant="quiet"
              keys="→"
              testid="presentation-next"
              onClick={() => step(app, 1)}
            />
          </Show>
          <Button
            label="Leave the presentation"
            icon="close"
            compact
            variant="quiet"
            keys="Esc"
            testid="presentation-leave"
            onClick={app.presentation.leave}
          />
        </div>
      </div>
    </Show>
  );
}
