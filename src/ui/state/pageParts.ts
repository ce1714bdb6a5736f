import { createEffect } from 'solid-js';
import type { App } from './app.ts';
import { createHelp } from './help.ts';
import { createKeymapChoice } from './keymaps.ts';
import { createLens } from './lens.ts';
import { createLook } from './look.ts';
import { createPalette } from './palette.ts';
import { createPanning } from './panning.ts';
import { createPresentation } from './presentation.ts';
import { createStage } from './stage.ts';
import { createStorage } from './storage.ts';
import type { ViewState } from './view.ts';

/** What the page itself is like, which needs neither files nor the worker. */
export type PageParts = Pick<
  App,
  'help' | 'keymap' | 'lens' | 'look' | 'palette' | 'panning' | 'presentation' | 'stage' | 'storage'
>;

export function createPageParts(view: ViewState): PageParts {
  const keymap = createKeymapChoice();
  createEffect(() => {
    // Hands that come from there expect a click to add.
    if (keymap.current().pointer.addsAtFirst) view.setTool('add');
  });
  return {
    help: createHelp(),
    keymap,
    lens: createLens(),
    look: createLook(),
    palette: createPalette(),
    panning: createPanning(view),
    presentation: createPresentation(),
    stage: createStage(),
    storage: createStorage(),
  };
}
