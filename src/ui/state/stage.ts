import { type Accessor, createSignal } from 'solid-js';

/** What covers the centre: the picture alone, or one of the overviews over or beside it. */
export type StageView = 'picture' | 'several' | 'grid' | 'gallery' | 'batch';

/** The centre shows one thing at a time; whoever opens an overview puts the other away. */
export interface Stage {
  readonly shown: Accessor<StageView>;
  show(view: StageView): void;
  /** Shows it, or the picture where it is shown already. */
  toggle(view: StageView): void;
}

export function createStage(): Stage {
  const [shown, show] = createSignal<StageView>('picture');
  return { shown, show, toggle: (view) => show((before) => (before === view ? 'picture' : view)) };
}
