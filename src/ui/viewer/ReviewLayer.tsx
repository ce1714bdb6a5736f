import { For, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { counted } from '../state/trainingWords.ts';
import { pickRadius } from './painter.ts';
import { toScreen } from './transform.ts';

/** Over the picture: the candidate that is asked about, and the answers. */
export function ReviewLayer(): JSX.Element {
  const { review } = useApp();
  return (
    <Show when={review.isOn()}>
      <div class="review" data-testid="review">
        <Mark />
        <Bar />
      </div>
    </Show>
  );
}

/** A ring with four ticks around the place, in every picture; the particle itself stays free. */
function Mark(): JSX.Element {
  const { parameters, review, view } = useApp();
  const radius = (): number => {
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    return 1.25 * view.view().scale * pickRadius(diameterAngstrom, pixelSizeAngstrom);
  };
  return (
    <Show when={review.current()}>
      {(question) => (
        <svg class="review-mark" aria-hidden="true">
          <For each={view.panes()}>
            {({ rect }) => {
              const at = () => toScreen(view.view(), rect, { x: question().x + 0.5, y: question().y + 0.5 });
              const tick = (dx: number, dy: number): JSX.Element => (
                <line
                  x1={at().x + dx * radius()}
                  y1={at().y + dy * radius()}
                  x2={at().x + dx * (radius() + 14)}
                  y2={at().y + dy * (radius() + 14)}
                />
              );
              return (
                <g data-testid="review-mark" data-x={at().x} data-y={at().y}>
                  <circle cx={at().x} cy={at().y} r={radius()} />
                  {tick(1, 0)}
                  {tick(-1, 0)}
                  {tick(0, 1)}
                  {tick(0, -1)}
                </g>
              );
            }}
          </For>
        </svg>
      )}
    </Show>
  );
}

function Bar(): JSX.Element {
  const { document, review, training } = useApp();
  const isOver = (): boolean => review.index() >= review.total();
  const counts = (): string => `${review.counts().yes} yes, ${review.counts().no} no`;
  const words = (): string => {
    if (isOver()) return `All ${counted(review.total(), 'question')} seen: ${counts()}.`;
    const name = document.opened()?.name ?? '';
    return `Is this a particle? ${review.index() + 1} of ${review.total()}, on ${name}`;
  };
  const answer = (isParticle: boolean) => (): void => void review.answer(isParticle);
  return (
    <section class="review-bar" aria-label="Is this a particle?">
      <div class="review-words">
        <span aria-live="polite" data-testid="review-words">
          {words()}
        </span>
        <span class="muted" data-testid="review-counts">
          {isOver() ? 'Train again to learn from them.' : counts()}
        </span>
      </div>
      <Show
        when={!isOver()}
        fallback={
          <Button
            label="Train again"
            variant="primary"
            keys="T"
            testid="review-train"
            onClick={() => void training.toggle()}
          />
        }
      >
        <Button
          label="Yes"
          keys="Y"
          variant="primary"
          hint="A particle: it becomes a pick by hand"
          disabled={!review.current()}
          testid="review-yes"
          onClick={answer(true)}
        />
        <Button
          label="No"
          keys="N"
          hint="No particle: it is not found here again, and learnt as none"
          disabled={!review.current()}
          testid="review-no"
          onClick={answer(false)}
        />
        <Button
          label="Skip"
          keys="S"
          variant="quiet"
          hint="Can’t tell: nothing is learnt from it"
          disabled={!review.current()}
          testid="review-skip"
          onClick={() => void review.skip()}
        />
      </Show>
      <Button
        label="Back"
        icon="undo"
        compact
        keys="Backspace"
        variant="quiet"
        hint="Takes the last answer back"
        disabled={review.index() === 0}
        testid="review-back"
        onClick={() => void review.back()}
      />
      <Button
        label="Done"
        icon="close"
        compact
        keys="Esc"
        variant="quiet"
        hint="Enough for now; the answers stay"
        testid="review-leave"
        onClick={review.leave}
      />
    </section>
  );
}
