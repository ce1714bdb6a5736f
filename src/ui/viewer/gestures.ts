import { createEffect, on } from 'solid-js';
import type { App } from '../state/app.ts';
import { isMasking } from '../state/maskCommands.ts';
import { nearestPick } from './hitTest.ts';
import { pickRadius } from './painter.ts';
import { paneAt } from './panes.ts';
import { add } from './tools/add.ts';
import { erase } from './tools/erase.ts';
import { figure } from './tools/figure.ts';
import { filament } from './tools/filament.ts';
import { paintMask } from './tools/mask.ts';
import { measure, type OnMeasure } from './tools/measure.ts';
import { move, moveIfChosen } from './tools/move.ts';
import { pan } from './tools/pan.ts';
import { lasso, rectangle } from './tools/select.ts';
import { type Press, pickUnder, type ToolDrag, type ToolSurface } from './tools/tool.ts';
import { directions, type Point, panBy, toImage, toPixel, wheelFactor } from './transform.ts';

/** Where the view goes with each key, and what is chosen. */
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/**
 * Pointer, wheel and touch on the viewer. Dragging pans unless the tool says otherwise; the middle button and Space
 * always pan; the right button removes the nearest pick while a tool for editing is chosen.
 * Call inside a root. @returns a function that stops listening.
 */
export function listenToGestures(element: HTMLElement, app: App, onMeasure: OnMeasure): () => void {
  const { view, picks, parameters, selection, template, document: shown } = app;
  const pointers = new Map<number, Point>();
  const listeners = new AbortController();
  const { signal } = listeners;
  let drag: ToolDrag | undefined;
  let isSpaceHeld = false;
  /** Whether arrows are shifting what is chosen. */
  let isNudging = false;
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
    picks.index().nearest(pixelAt(point), radius) ??
    nearestPick(template.ghosts(), Number.NEGATIVE_INFINITY, pixelAt(point), radius);
  const highlight = (point: Point | undefined): void => {
    const radius = Math.max(reach(), 5 / view.view().scale);
    view.setHighlighted(point && view.picksVisible() ? nearest(point, radius) : undefined);
  };
  const surface: ToolSurface = {
    app,
    pixelAt,
    isInside,
    pixels: (css) => css / view.view().scale,
    reach,
    nearest,
    highlight,
  };
  const begin = (press: Press): ToolDrag => {
    const tool = view.tool();
    switch (tool) {
      case 'erase':
        return erase(surface, press);
      case 'measure':
        return measure(surface, press, onMeasure);
      case 'ruler':
      case 'profile':
      case 'region':
        return figure(surface, press, tool);
      case 'filament':
        return filament(surface, press);
      case 'move':
        return move(surface, press);
    }
    const chosen = moveIfChosen(surface, press);
    if (chosen) return chosen;
    switch (tool) {
      case 'add':
        if (app.keymap.current().pointer.dragMoves && pickUnder(surface, press.point))
          return move(surface, press);
        return add(surface, press);
      case 'lasso':
        return lasso(surface, press);
      case 'rectangle':
        return rectangle(surface, press);
      default:
        return pan(surface, press);
    }
  };

  const startPinch = (): void => {
    const [a, b] = [...pointers.values()];
    if (!a || !b) return;
    pinch = {
      distance: Math.hypot(a.x - b.x, a.y - b.y),
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    };
    drag?.cancel();
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
    endNudge();
    selection.settle();
    const point = at(event);
    pointers.set(event.pointerId, point);
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    if (pointers.size === 2) {
      startPinch();
      return;
    }
    const press: Press = { point, shift: event.shiftKey };
    const habits = app.keymap.current().pointer;
    const edits = view.tool() === 'add' || view.tool() === 'erase';
    const removes =
      (event.button === 2 && !habits.rightPans) ||
      (edits && event.button === 1 && habits.middleRemoves) ||
      (edits && event.button === 0 && event.shiftKey && habits.shiftRemoves);
    const pans = isSpaceHeld || (event.button === 1 && !removes) || (event.button === 2 && habits.rightPans);
    if (isMasking(app) && !pans) {
      event.preventDefault();
      drag = paintMask(surface, press, event.button === 2);
      return;
    }
    if (removes && !isSpaceHeld) {
      event.preventDefault();
      if (!edits) return;
      const pick = nearest(point, Math.max(reach(), 8 / view.view().scale));
      if (pick) picks.remove([pick]);
      highlight(undefined);
      return;
    }
    event.preventDefault();
    drag = pans ? pan(surface, press) : begin(press);
  };
  const onMove = (event: PointerEvent): void => {
    const point = at(event);
    view.setCursor(point);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, point);
    if (pointers.size === 2) movePinch();
    else if (!drag) highlight(point);
    else drag.move(point);
  };
  const onUp = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    if (pointers.size < 2) pinch = undefined;
    const ended = drag;
    drag = undefined;
    ended?.end(at(event));
  };
  const onCancel = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    pinch = undefined;
    drag?.cancel();
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
    selection.settle();
    // What another key does, it does to what has been moved by now.
    if (!direction && event.key !== 'Shift') endNudge();
    // While presenting they change the micrograph.
    if (app.presentation.isOn()) return;
    if (!direction || !shown.opened() || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (selection.count() > 0) {
      const by = event.shiftKey ? 10 : 1;
      // As it is seen: the picture may be mirrored.
      const way = directions(view.view());
      const offset = selection.offset();
      // They are moved when the key is let go: a key that is held is one step, and no copy of 50,000 picks a time.
      isNudging = true;
      selection.setOffset({
        x: offset.x + direction.x * way.x * by,
        y: offset.y + direction.y * way.y * by,
      });
      return;
    }
    const step = event.ctrlKey ? 4 : event.shiftKey ? 240 : 60;
    view.move(panBy(view.view(), -direction.x * step, -direction.y * step));
  };

  const endNudge = (): void => {
    if (!isNudging) return;
    isNudging = false;
    selection.moveBy(selection.offset());
  };
  const onKeyUp = (event: KeyboardEvent): void => {
    if (arrows[event.key]) endNudge();
  };

  // What was begun on one micrograph must not end on another, as by a key for the next one.
  createEffect(
    on(
      () => shown.opened()?.id,
      () => {
        drag?.cancel();
        drag = undefined;
        if (isNudging) selection.setOffset({ x: 0, y: 0 });
        isNudging = false;
      },
      { defer: true },
    ),
  );
  element.addEventListener('keydown', onArrow, { signal });
  element.addEventListener('keyup', onKeyUp, { signal });
  element.addEventListener('blur', endNudge, { signal });
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
  return () => {
    endNudge();
    listeners.abort();
  };
}
