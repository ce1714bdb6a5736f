import type { App } from './app.ts';
import type { Command } from './keys.ts';
import { brushLimits } from './mask.ts';

/** Whether the pointer paints the mask: keys that mean something for picks mean the same for it then. */
export function isMasking(app: App): boolean {
  return app.view.tool() === 'mask-add' || app.view.tool() === 'mask-erase';
}

const group = 'Pick';

export const maskCommands: readonly Command[] = [
  {
    id: 'mask.paint',
    keys: 'Shift+W',
    label: 'Paint the contamination mask (again: erase from it)',
    group,
    run: (app) => app.view.setTool(app.view.tool() === 'mask-add' ? 'mask-erase' : 'mask-add'),
  },
  {
    id: 'mask.hide',
    keys: 'Z',
    label: 'Hide or show the mask',
    group,
    run: (app) => app.mask.setVisible(!app.mask.isVisible()),
  },
  {
    id: 'brush.smaller',
    keys: '[',
    label: 'Smaller brush, while the mask is painted',
    group,
    when: isMasking,
    run: (app) => app.mask.setBrush(app.mask.brush() / brushLimits.step),
  },
  {
    id: 'brush.larger',
    keys: ']',
    label: 'Larger brush',
    group,
    when: isMasking,
    run: (app) => app.mask.setBrush(app.mask.brush() * brushLimits.step),
  },
  {
    id: 'mask.undo',
    keys: 'Ctrl+Z',
    label: 'Undo on the mask, while it is painted',
    group,
    when: isMasking,
    blocked: (app) => (app.mask.undoAction() ? undefined : 'Nothing to undo'),
    run: (app) => app.mask.undo(),
  },
  {
    id: 'mask.redo',
    keys: 'Ctrl+Shift+Z',
    alsoKeys: ['Ctrl+Y'],
    label: 'Redo on the mask',
    group,
    when: isMasking,
    run: (app) => app.mask.redo(),
  },
];
