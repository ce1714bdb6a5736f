import { type Point, panBy, type Size, type View, wheelFactor, zoomTo } from '../transform.ts';

/** A press that moves less than this is a click, CSS px. */
const clickSlop = 4;
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: 1, y: 0 },
  ArrowRight: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

export interface CellActions {
  readonly view: () => View;
  readonly size: () => Size;
  move(view: View): void;
  click(): void;
}

/** Drag, wheel and arrows on one cell move them all; a click is a choice. @returns a function that stops listening. */
export function listenToCell(element: HTMLElement, actions: CellActions): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  let drag: { readonly start: Point; last: Point; moved: boolean } | undefined;
  const at = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > 1) return;
      element.setPointerCapture(event.pointerId);
      drag = { start: at(event), last: at(event), moved: false };
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      if (!drag) return;
      const point = at(event);
      drag.moved ||= Math.hypot(point.x - drag.start.x, point.y - drag.start.y) > clickSlop;
      if (!drag.moved) return;
      actions.move(panBy(actions.view(), point.x - drag.last.x, point.y - drag.last.y));
      drag.last = point;
    },
    { signal },
  );
  element.addEventListener(
    'pointerup',
    () => {
      if (drag && !drag.moved) actions.click();
      drag = undefined;
    },
    { signal },
  );
  element.addEventListener(
    'pointercancel',
    () => {
      drag = undefined;
    },
    { signal },
  );
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const view = actions.view();
      const pane = { x: 0, y: 0, ...actions.size() };
      actions.move(zoomTo(view, pane, at(event), view.scale * wheelFactor(event)));
    },
    { signal, passive: false },
  );
  element.addEventListener(
    'keydown',
    (event) => {
      const direction = arrows[event.key];
      if (direction && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        const step = event.shiftKey ? 240 : 60;
        actions.move(panBy(actions.view(), direction.x * step, direction.y * step));
      } else if (event.key === 'Enter') {
        event.preventDefault();
        event.stopPropagation();
        actions.click();
      }
    },
    { signal },
  );
  return () => listeners.abort();
}
