import { type Component, createEffect, createMemo, createSignal, type JSX, Show } from 'solid-js';
import { useApp } from '../state/app.ts';

/** A part of the page in a script of its own. */
export interface LatePart {
  /** Nothing until `when` is true for the first time; there from then on, so that a dialog closes in its own way. */
  (props: { readonly when: boolean }): JSX.Element;
  /** Gets the script, once; after a failure the next call tries again. */
  fetch(): Promise<void>;
}

/**
 * A part that the first screen does without. Its script comes when it is wanted, or before that in `fetchWhenIdle`: then it is shown
 * in the same task as ever. Solid's `lazy` would keep a failure for ever and throw it into the page.
 */
export function latePart(load: () => Promise<Component>): LatePart {
  const [part, setPart] = createSignal<Component>();
  let coming: Promise<void> | undefined;
  const fetch = (): Promise<void> => {
    coming ??= load().then(
      (loaded) => void setPart(() => loaded),
      (error: unknown) => {
        coming = undefined;
        throw error;
      },
    );
    return coming;
  };
  const Part = (props: { readonly when: boolean }): JSX.Element => {
    const { notices } = useApp();
    createEffect(() => {
      if (props.when) fetch().catch(() => notices.error(missing));
    });
    const isWanted = createMemo<boolean>((was) => was || props.when, false);
    return <Show when={isWanted() && part()}>{(shown) => made(shown())}</Show>;
  };
  return Object.assign(Part, { fetch });
}

const missing =
  'This part of the page has not come, since its server does not answer: try again, or load the page anew; your work is kept.';

/** Gets parts one after another, each when the page has nothing to do; one that fails waits until it is wanted. */
export async function fetchWhenIdle(
  parts: readonly Pick<LatePart, 'fetch'>[],
  idle: () => Promise<void> = idleTime,
): Promise<void> {
  for (const part of parts) {
    await idle();
    await part.fetch().catch(() => undefined);
  }
}

/** The longest that a busy page puts it off, ms. */
const patience = 1000;

function idleTime(): Promise<void> {
  return new Promise((done) => {
    // Safari has none.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => done(), { timeout: patience });
    else setTimeout(done, patience / 10);
  });
}

function made(Shown: Component): JSX.Element {
  return <Shown />;
}
