import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { Portal } from 'solid-js/web';
import { tipParts } from './tipParts.ts';
import { type Anchor, tipAnchor, tipPlace } from './tipPlace.ts';

/** Until a tip is shown, ms; whoever goes on with Tab or across a row of buttons is not held up. */
const pauses = { mouse: 500, key: 400, next: 60 } as const;
/** Within this time of one tip the next comes quickly, ms. */
const inARow = 400;

interface Shown {
  readonly text: string;
  readonly anchor: Anchor;
}

/**
 * One tip for the whole page: what a control's title says, with its key, for the mouse and for a focus that came by the
 * keyboard. Titles stay where screen readers and other tools look for them, and hundreds of controls need no tip of
 * their own, as they would with Kobalte's; only while the mouse rests on one is its title put aside, or the browser would
 * show it once more in its own way.
 */
export function Tip(): JSX.Element {
  const [shown, setShown] = createSignal<Shown>();
  let isByKey = false;
  let hiddenAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let held: { readonly control: Element; text: string } | undefined;
  let pointer = { x: 0, y: 0 };

  /** A plot's title is about what the mouse is on: what changes while it is read is read anew. */
  const observer = new MutationObserver(() => {
    if (!held) return;
    held.text = held.control.getAttribute('title') ?? '';
    held.control.setAttribute('title', '');
    observer.takeRecords();
    if (shown()) showHeld();
    else showSoon();
  });
  const hide = (): void => {
    clearTimeout(timer);
    if (shown()) hiddenAt = performance.now();
    setShown(undefined);
  };
  const giveBack = (): void => {
    observer.disconnect();
    if (held?.control.getAttribute('title') === '') held.control.setAttribute('title', held.text);
    held = undefined;
  };
  const soon = (pause: number, show: () => void): void => {
    clearTimeout(timer);
    const quick = performance.now() - hiddenAt < inARow;
    timer = setTimeout(show, quick ? pauses.next : pause);
  };
  const showHeld = (): void => {
    if (!held?.text || !held.control.isConnected) {
      hide();
      return;
    }
    const anchor = tipAnchor(held.control.getBoundingClientRect(), pointer);
    setShown({ text: held.text, anchor });
  };
  const showSoon = (): void => soon(pauses.mouse, showHeld);
  const onPointer = ({ target, pointerType }: PointerEvent): void => {
    const control = target instanceof Element ? target.closest('[title]') : null;
    if (control === (held?.control ?? null)) return;
    hide();
    giveBack();
    if (!control || pointerType !== 'mouse') return;
    held = { control, text: control.getAttribute('title') ?? '' };
    control.setAttribute('title', '');
    observer.observe(control, { attributeFilter: ['title'] });
    showSoon();
  };
  const onFocus = ({ target }: FocusEvent): void => {
    hide();
    const text = target instanceof Element && target.closest('[title]')?.getAttribute('title');
    if (!isByKey || !text) return;
    soon(pauses.key, () => {
      if (target !== document.activeElement) return;
      setShown({ text, anchor: tipAnchor((visibleBox(target) ?? target).getBoundingClientRect()) });
    });
  };
  onMount(() => {
    const listeners = new AbortController();
    const options = { capture: true, signal: listeners.signal };
    window.addEventListener(
      'keydown',
      ({ key }) => {
        // Not where a dialog that a key has opened takes the focus by itself.
        isByKey = key === 'Tab' || key.startsWith('Arrow');
        hide();
      },
      options,
    );
    window.addEventListener(
      'pointerdown',
      () => {
        isByKey = false;
        hide();
      },
      options,
    );
    window.addEventListener('pointerover', onPointer, options);
    window.addEventListener(
      'pointermove',
      ({ clientX: x, clientY: y }) => {
        pointer = { x, y };
      },
      { ...options, passive: true },
    );
    window.addEventListener('focusin', onFocus, options);
    for (const end of ['focusout', 'scroll', 'wheel', 'resize', 'blur'] as const) {
      window.addEventListener(end, hide, { ...options, passive: true });
    }
    document.documentElement.addEventListener(
      'pointerleave',
      () => {
        hide();
        giveBack();
      },
      { signal: listeners.signal },
    );
    onCleanup(() => {
      hide();
      giveBack();
      listeners.abort();
    });
  });
  return <Show when={shown()}>{(tip) => <TipCard {...tip()} />}</Show>;
}

/** A radio button that is drawn by its label has no size of its own. */
function visibleBox(control: Element): Element | null {
  return control.matches('input.unseen') ? control.closest('label') : control;
}

function TipCard(props: Shown): JSX.Element {
  const [place, setPlace] = createSignal<{ readonly left: number; readonly top: number }>();
  let card: HTMLDivElement | undefined;
  const parts = () => tipParts(props.text);
  createEffect(() => {
    parts();
    if (!card) return;
    const { offsetWidth: width, offsetHeight: height } = card;
    const window = {
      width: document.documentElement.clientWidth,
      height: document.documentElement.clientHeight,
    };
    setPlace(tipPlace(props.anchor, { width, height }, window));
  });
  return (
    <Portal>
      <div
        class="tip"
        aria-hidden="true"
        data-testid="tip"
        style={{ left: `${place()?.left ?? 0}px`, top: `${place()?.top ?? 0}px` }}
        ref={(element) => {
          card = element;
        }}
      >
        <span>{parts().words}</span>
        <Show when={parts().keys}>{(keys) => <kbd>{keys()}</kbd>}</Show>
      </div>
    </Portal>
  );
}
