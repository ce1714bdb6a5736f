/** What is chosen is shifted by arrow keys while they are held, and moved once they are let go. */
import { createRoot } from 'solid-js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../../src/ui/state/app.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPickClasses } from '../../../src/ui/state/pickClasses.ts';
import { createPickSelection } from '../../../src/ui/state/pickSelection.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { listenToGestures } from '../../../src/ui/viewer/gestures.ts';
import { image } from './fixtures.ts';

afterEach(() => vi.unstubAllGlobals());

function setUp() {
  vi.stubGlobal('window', new EventTarget());
  return createRoot(() => {
    const parameters = createParameters();
    const picks = createPicks(parameters, undefined, createPickClasses());
    picks.load('f', [{ x: 10, y: 10, score: 1, origin: 'manual' }]);
    const selection = createPickSelection(picks, () => image);
    selection.chooseAll();
    const app = {
      ...{ parameters, picks, selection, view: createViewState() },
      document: { opened: () => image },
      presentation: { isOn: () => false },
    };
    const element = new EventTarget();
    const stop = listenToGestures(element as HTMLElement, app as unknown as App, () => {});
    const key = (type: 'keydown' | 'keyup', name: string): void => {
      element.dispatchEvent(Object.assign(new Event(type), { key: name }));
    };
    return { picks, selection, key, element, stop, x: () => picks.all()[0]?.x };
  });
}

describe('an arrow key that is held', () => {
  it('moves what is chosen when it is let go, as one step', () => {
    const { picks, selection, key, x } = setUp();
    for (let i = 0; i < 3; i++) key('keydown', 'ArrowRight');
    expect([x(), selection.offset().x]).toEqual([10, 3]);
    key('keyup', 'ArrowRight');
    expect([x(), selection.offset().x]).toEqual([13, 0]);
    picks.undo();
    expect(x()).toBe(10);
  });

  it.each<[string, (parts: ReturnType<typeof setUp>) => void]>([
    ['another key', ({ key }) => key('keydown', 'z')],
    ['the focus goes', ({ element }) => void element.dispatchEvent(new Event('blur'))],
    ['the picture goes', ({ stop }) => stop()],
  ])('has moved it before %s', (_, happens) => {
    const parts = setUp();
    parts.key('keydown', 'ArrowRight');
    happens(parts);
    expect([parts.x(), parts.selection.offset().x]).toEqual([11, 0]);
  });
});
