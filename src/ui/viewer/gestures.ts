import { picksAlong } from '../../dataset/erase.ts';
import type { App } from '../state/app.ts';
import { isMasking } from '../state/maskCommands.ts';
import { nearestPick } from './hitTest.ts';
import { pickRadius } from './painter.ts';
import { paneAt } from './panes.ts';
import { type Point, panBy, toImage, toPixel, wheelFactor } from './transform.ts';

/** Where the view goes with each key. */
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** A press that moves less than this is a click, CSS px. */
const clickSlop = 4;

type Drag =
  | {
      readonly kind: 'pan';
      last: Point;
      readonly start: Point;
      moved: boolean;
      readonly addsOnClick: boolean;
    }
  | { readonly kind: 'erase'; last: Point }
  | { readonly kind: 'mask' }
  | { readonly kind: 'measure'; readonly from: Point };

export interface Measurement {
  /** Pick coordinates, file px. */
  readonly from: Point;
  readonly to: Point;
}

/**
 * Pointer, wheel and touch on the viewer. Dragging pans unless the tool says otherwise; the middle button and Space
 * always pan; the right button removes the nearest pick while a tool for editing is chosen.
 * @returns a function that stops listening.
 */
export function listenToGestures(
  element: HTMLElement,
  app: App,
  onMeasure: (measurement: Measurement | undefined, isDone: boolean) => void,
): () => void {
  const { view, picks, mask, parameters, template, document: shown } = app;
  const pointers = new Map<number, Point>();
  const listeners = new AbortController();
  const { signal } = listeners;
  let drag: Drag | undefined;
  let isSpaceHeld = false;
  let pinch: { readonly distance: number; readonly middle: Point } | undefined;

  const at = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const paneRect = (point: Point) =>
    paneAt(view.panes(), point)?.rect ?? {
      x: 0,
      y: 0,
      width: view.canvas().width,
      height: view.canvas().height,
    };
  const pixelAt = (point: Point): Point => toPixel(toImage(view.view(), paneRect(point), point));
  const isInside = ({ x, y }: Point): boolean =>
    x >= -0.5 && y >= -0.5 && x < view.image().width - 0.5 && y < view.image().height - 0.5;
  const reach = (): number =>
    pickRadius(parameters.values.diameterAngstrom, parameters.values.pixelSizeAngstrom);
  const nearest = (point: Point, radius: number) =>
    nearestPick(picks.distinct(), parameters.values.threshold, pixelAt(point), radius) ??
    nearestPick(template.ghosts(), Number.NEGATIVE_INFINITY, pixelAt(point), radius);
  const highlight = (point: Point | undefined): void => {
    const radius = Math.max(reach(), 5 / view.view().scale);
    view.setHighlighted(point && view.picksVisible() ? nearest(point, radius) : undefined);
  };
  const erase = (from: Point, to: Point): void => {
    const radius = view.eraser() / view.view().scale;
    const hit = picksAlong([...picks.shown(), ...template.ghosts()], pixelAt(from), pixelAt(to), radius);
    if (hit.length > 0) picks.previewErasing(hit);
  };

  const startPinch = (): void => {
    const [a, b] = [...pointers.values()];
    if (!a || !b) return;
    pinch = {
      distance: Math.hypot(a.x - b.x, a.y - b.y),
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    };
    if (drag?.kind === 'erase') picks.commitErasing();
    if (drag?.kind === 'mask') mask.end();
    drag = undefined;
  };
  const movePinch = (): void => {
    const before = pinch;
    startPinch();
    if (!before || !pinch) return;
    view.move(panBy(view.view(), pinch.middle.x - before.middle.x, pinch.middle.y - before.middle.y));
    view.zoomAt(pinch.middle, (view.view().scale * pinch.distance) / Math.max(1, before.distance));
  };

  const onDown = (event: PointerEvent): void => {
    if (!shown.opened()) return;
    const point = at(event);
    pointers.set(event.pointerId, point);
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    if (pointers.size === 2) {
      startPinch();
      return;
    }
    const tool = view.tool();
    if (isMasking(app) && event.button !== 1 && !isSpaceHeld) {
      event.preventDefault();
      drag = { kind: 'mask' };
      // The other button does the opposite.
      mask.begin((tool === 'mask-add') === (event.button !== 2) ? 'add' : 'erase', pixelAt(point));
      return;
    }
    if (event.button === 2) {
      if (tool !== 'add' && tool !== 'erase') return;
      const pick = nearest(point, Math.max(reach(), 8 / view.view().scale));
      if (pick) picks.remove([pick]);
      highlight(undefined);
      return;
    }
    event.preventDefault();
    const pans = event.button === 1 || isSpaceHeld || tool === 'pan';
    if (pans || tool === 'add') {
      drag = { kind: 'pan', last: point, start: point, moved: false, addsOnClick: !pans };
    } else if (tool === 'erase') {
      drag = { kind: 'erase', last: point };
      erase(point, point);
    } else {
      drag = { kind: 'measure', from: pixelAt(point) };
    }
  };
  const onMove = (event: PointerEvent): void => {
    const point = at(event);
    view.setCursor(point);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, point);
    if (pointers.size === 2) movePinch();
    else if (!drag) highlight(point);
    else continueDrag(drag, point);
  };
  const continueDrag = (drag: Drag, point: Point): void => {
    if (drag.kind === 'pan') {
      drag.moved ||= Math.hypot(point.x - drag.start.x, point.y - drag.start.y) > clickSlop;
      if (!drag.moved) return;
      view.move(panBy(view.view(), point.x - drag.last.x, point.y - drag.last.y));
      drag.last = point;
    } else if (drag.kind === 'mask') {
      mask.extend(pixelAt(point));
    } else if (drag.kind === 'erase') {
      erase(drag.last, point);
      drag.last = point;
    } else {
      onMeasure({ from: drag.from, to: pixelAt(point) }, false);
    }
  };
  const onUp = (event: PointerEvent): void => {
    const point = at(event);
    pointers.delete(event.pointerId);
    if (pointers.size < 2) pinch = undefined;
    const ended = drag;
    drag = undefined;
    if (!ended) return;
    if (ended.kind === 'erase') picks.commitErasing();
    if (ended.kind === 'mask') mask.end();
    if (ended.kind === 'measure') onMeasure({ from: ended.from, to: pixelAt(point) }, true);
    if (ended.kind === 'pan' && ended.addsOnClick && !ended.moved && isInside(pixelAt(point))) {
      // On a candidate a click says that it is one; its own place is the better one.
      picks.add(template.ghostAt(pixelAt(point)) ?? pixelAt(point));
      view.setPicksVisible(true);
      highlight(point);
    }
  };
  const onCancel = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    pinch = undefined;
    if (drag?.kind === 'erase') picks.commitErasing();
    if (drag?.kind === 'mask') mask.end();
    if (drag?.kind === 'measure') onMeasure(undefined, true);
    drag = undefined;
  };
  const onWheel = (event: WheelEvent): void => {
    if (!shown.opened()) return;
    event.preventDefault();
    view.zoomAt(at(event), view.view().scale * wheelFactor(event));
  };
  const onDoubleClick = (event: MouseEvent): void => {
    if (!shown.opened() || view.tool() !== 'pan') return;
    const isNear = Math.abs(view.view().scale * window.devicePixelRatio - 1) < 1e-6;
    if (isNear) view.fit();
    else view.oneToOne(at(event));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.code !== 'Space') return;
    const target = event.target;
    if (target instanceof HTMLButtonElement || target instanceof HTMLInputElement) return;
    isSpaceHeld = event.type === 'keydown';
    element.dataset.panning = String(isSpaceHeld);
    event.preventDefault();
  };

  /** Only while the picture has the focus: everywhere else the arrows belong to sliders, fields and lists. */
  const onArrow = (event: KeyboardEvent): void => {
    const direction = arrows[event.key];
    if (!direction || !shown.opened() || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = event.shiftKey ? 240 : 60;
    view.move(panBy(view.view(), -direction.x * step, -direction.y * step));
  };

  element.addEventListener('keydown', onArrow, { signal });
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', onCancel, { signal });
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  element.addEventListener('dblclick', onDoubleClick, { signal });
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  element.addEventListener(
    'pointerleave',
    () => {
      view.setCursor(undefined);
      highlight(undefined);
    },
    { signal },
  );
  window.addEventListener('keydown', onKey, { signal });
  window.addEventListener('keyup', onKey, { signal });
  return () => listeners.abort();
}
