import { createEffect, createSignal, type JSX, on, onCleanup, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { tourSteps } from '../state/tour.ts';

/** How often the control is looked for: panels come and go. */
const lookMilliseconds = 150;
/** Px, until the card is there to be measured: it is wider on very large screens. */
const usual = { width: 320, height: 190 } as const;
const gap = 14;

/** A card beside the control that is next, and a ring round it. Nothing is blocked: the page goes on working. */
export function Tour(): JSX.Element {
  const { tour } = useApp();
  return <Show when={tour.at() !== undefined}>{<Card />}</Show>;
}

function Card(): JSX.Element {
  const { tour } = useApp();
  const [target, setTarget] = createSignal<DOMRect>();
  const [card, setCard] = createSignal<{ readonly width: number; readonly height: number }>(usual);
  let own: HTMLElement | undefined;
  const step = () => tourSteps[tour.at() ?? 0];
  const find = (): Element | undefined => {
    for (const id of step()?.targets ?? []) {
      const element = document.querySelector(`[data-testid="${id}"]`);
      if (element && element.getBoundingClientRect().width > 0) return element;
    }
    return undefined;
  };
  let wanted = true;
  const look = (): void => {
    const element = find();
    if (element && wanted) {
      element.scrollIntoView({ block: 'center' });
      wanted = false;
    }
    const next = element?.getBoundingClientRect();
    const before = target();
    const isSame = next?.x === before?.x && next?.y === before?.y && next?.width === before?.width;
    if (!isSame) setTarget(next);
    const { offsetWidth: width, offsetHeight: height } = own ?? { offsetWidth: 0, offsetHeight: 0 };
    if (width > 0 && (width !== card().width || height !== card().height)) setCard({ width, height });
  };
  createEffect(
    on(tour.at, () => {
      wanted = true;
      look();
    }),
  );
  const timer = setInterval(look, lookMilliseconds);
  onCleanup(() => clearInterval(timer));

  const place = (): { left: string; top: string } => {
    const { innerWidth, innerHeight } = window;
    const box = target();
    const { width, height } = card();
    const limited = (value: number, most: number): number => Math.max(gap, Math.min(most, value));
    const mostTop = innerHeight - height - gap;
    const mostLeft = innerWidth - width - gap;
    if (!box) return { left: `${mostLeft}px`, top: `${mostTop}px` };
    const fitsRight = box.right + gap + width < innerWidth;
    const fitsLeft = box.left - gap - width > 0;
    const isBelow = box.top < 80;
    const left = isBelow
      ? box.left
      : fitsRight
        ? box.right + gap
        : fitsLeft
          ? box.left - gap - width
          : mostLeft;
    const top = isBelow ? box.bottom + gap : box.top - 20;
    return { left: `${limited(left, mostLeft)}px`, top: `${limited(top, mostTop)}px` };
  };
  const number = (): number => (tour.at() ?? 0) + 1;
  return (
    <>
      <Show when={target()}>
        {(box) => (
          <div
            class="tour-ring"
            aria-hidden="true"
            style={{
              left: `${box().x - 5}px`,
              top: `${box().y - 5}px`,
              width: `${box().width + 10}px`,
              height: `${box().height + 10}px`,
            }}
          />
        )}
      </Show>
      <section
        class="tour"
        aria-label="Tour"
        data-testid="tour"
        style={place()}
        ref={(element) => {
          own = element;
        }}
      >
        <div aria-live="polite">
          <p class="muted small">
            {number()} of {tourSteps.length}
          </p>
          <h2 data-testid="tour-title">{step()?.title}</h2>
          <p>{step()?.text}</p>
        </div>
        <div class="row">
          <Button label="Skip" variant="quiet" keys="Esc" testid="tour-stop" onClick={tour.stop} />
          <span class="spacer" />
          <Button
            label="Back"
            keys="PageUp"
            disabled={number() === 1}
            testid="tour-back"
            onClick={tour.back}
          />
          <Button
            label={number() === tourSteps.length ? 'Done' : 'Next'}
            hint={number() < 4 ? 'Next: does this step where it is not done yet' : 'On with the tour'}
            variant="primary"
            keys="PageDown"
            testid="tour-next"
            onClick={tour.next}
          />
        </div>
      </section>
    </>
  );
}
