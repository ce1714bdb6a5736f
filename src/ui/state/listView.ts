import { batch, createEffect, createMemo, on, onCleanup } from 'solid-js';
import type { ListView } from '../../dataset/listView.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { Dataset } from './dataset.ts';
import { onLeaving } from './leaving.ts';
import type { Stage } from './stage.ts';

/** Typing a filter is one change, ms. */
const pauseMilliseconds = 600;

export interface ListViewDependencies {
  readonly dataset: Dataset;
  readonly stage: Stage;
  readonly store: Promise<Pick<SessionStore, 'view' | 'saveView'>>;
}

/** Keeps in the session how its list is looked at, and looks at it so again. Inside a root. @returns what writes it now. */
export function keepListView({ dataset, stage, store }: ListViewDependencies): () => Promise<void> {
  const now = createMemo(
    (): ListView => ({
      ...dataset.view(),
      tilePx: dataset.tilePx(),
      hasPictures: dataset.hasPictures(),
      isGrid: stage.shown() === 'grid',
    }),
    undefined,
    { equals: isSame },
  );
  let kept = now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Best effort: it is no work that is lost with it. */
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const view = now();
    if (isSame(view, kept)) return;
    kept = view;
    await store.then((sessions) => sessions.saveView(view)).catch(() => {});
  };
  const restore = async (): Promise<void> => {
    const atStart = now();
    const view = await (await store).view();
    // What the user has changed meanwhile counts.
    if (!view || !isSame(now(), atStart)) return;
    kept = view;
    const { tilePx, hasPictures, isGrid, ...order } = view;
    batch(() => {
      dataset.change(order);
      dataset.setTilePx(tilePx);
      dataset.setPictures(hasPictures);
      if (isGrid) stage.show('grid');
    });
  };
  restore().catch(() => {});
  createEffect(
    on(
      now,
      () => {
        timer ??= setTimeout(() => void write(), pauseMilliseconds);
      },
      { defer: true },
    ),
  );
  onLeaving(() => void write());
  onCleanup(() => clearTimeout(timer));
  return write;
}

function isSame(a: ListView, b: ListView): boolean {
  return (Object.keys(a) as (keyof ListView)[]).every((field) => a[field] === b[field]);
}
