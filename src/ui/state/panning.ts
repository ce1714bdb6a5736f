import { type Point, panBy } from '../viewer/transform.ts';
import type { ViewState } from './view.ts';

/** How fast the picture goes by while a key is held, CSS px a second. */
const speed = 1100;
/** What a short press moves it by at least: the first frame of a movement that was hardly begun can't be seen. */
const tap = 24;
/** A frame that took longer must not make it leap, s. */
const longestFrame = 0.05;

/** Moves the view while keys are held. */
export interface Panning {
  /** Goes on until the key that was pressed last is released. @param way −1, 0 or 1 along each axis of the screen. */
  start(way: Point): void;
}

/** The way of all keys that are held, and how far it goes in a time. @returns CSS px. */
export function panStep(ways: Iterable<Point>, seconds: number): Point {
  let [x, y] = [0, 0];
  for (const way of ways) {
    x += way.x;
    y += way.y;
  }
  const length = Math.hypot(x, y);
  const distance = length === 0 ? 0 : (speed * Math.min(seconds, longestFrame)) / length;
  return { x: x * distance, y: y * distance };
}

/** Call inside a Solid root, or never end it: it listens on the window as long as the page lives. */
export function createPanning(view: ViewState): Panning {
  const held = new Map<string, Point>();
  let pressed = '';
  let frame = 0;
  let last = 0;

  const by = (step: Point): void => view.move(panBy(view.view(), -step.x, -step.y));
  const go = (now: number): void => {
    by(panStep(held.values(), (now - last) / 1000));
    last = now;
    frame = held.size > 0 ? requestAnimationFrame(go) : 0;
  };
  const stop = (): void => {
    held.clear();
    cancelAnimationFrame(frame);
    frame = 0;
  };
  // Before the command is run: it does not say which key it was.
  const down = ({ code }: KeyboardEvent): void => {
    pressed = code;
  };
  const up = ({ code }: KeyboardEvent): void => {
    held.delete(code);
  };
  window.addEventListener('keydown', down, { capture: true });
  window.addEventListener('keyup', up, { capture: true });
  // A key that is released elsewhere is never told of.
  window.addEventListener('blur', stop);

  return {
    start: (way) => {
      if (held.has(pressed)) return;
      held.set(pressed, way);
      by({ x: way.x * tap, y: way.y * tap });
      if (frame !== 0) return;
      last = performance.now();
      frame = requestAnimationFrame(go);
    },
  };
}
