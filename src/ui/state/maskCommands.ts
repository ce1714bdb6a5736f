import type { App } from './app.ts';
import { type Command, control, key } from './keys.ts';
import { brushLimits } from './mask.ts';

/** Whether the pointer paints the mask: keys that mean something for picks mean the same for it then. */
export function isMasking(app: App): boolean {
  return app.view.tool() === 'mask-add' || app.view.tool() === 'mask-erase';
}

const group = 'Pick';

export const maskCommands: readonly Command[] = [
  {
    keys: 'W',
    label: 'Paint the contamination mask (Shift+W: erase from it)',
    group,
    matches: key('w'),
    run: (app, event) => app.view.setTool(event.shiftKey ? 'mask-erase' : 'mask-add'),
  },
  {
    keys: 'Z',
    label: 'Hide or show the mask',
    group,
    matches: key('z'),
    run: (app) => app.mask.setVisible(!app.mask.isVisible()),
  },
  {
    keys: '[',
    label: 'Smaller brush, while the mask is painted',
    group,
    matches: key('['),
    when: isMasking,
    run: (app) => app.mask.setBrush(app.mask.brush() / brushLimits.step),
  },
  {
    keys: ']',
    label: 'Larger brush',
    group,
    matches: key(']'),
    when: isMasking,
    run: (app) => app.mask.setBrush(app.mask.brush() * brushLimits.step),
  },
  {
    keys: 'Ctrl+Z',
    label: 'Undo on the mask, while it is painted',
    group,
    matches: control('z', false),
    when: isMasking,
    run: (app) => app.mask.undo(),
  },
  {
    keys: 'Ctrl+Shift+Z',
    label: 'Redo on the mask',
    group,
    matches: (event) => control('z', true)(event) || control('y', false)(event),
    when: isMasking,
    run: (app) => app.mask.redo(),
  },
];
