import { type Accessor, createSignal } from 'solid-js';

/** The picture alone, on the whole screen, with big type. */
export interface Presentation {
  readonly isOn: Accessor<boolean>;
  toggle(): void;
  leave(): void;
}

/** The part of `document` that fills the screen. */
export interface FullScreen {
  readonly fullscreenElement: Element | null;
  readonly documentElement: { requestFullscreen?: () => Promise<void> };
  exitFullscreen?: () => Promise<void>;
  addEventListener(type: 'fullscreenchange', listener: () => void): void;
}

export function createPresentation(page: FullScreen = document): Presentation {
  const [isOn, setOn] = createSignal(false);
  /** Where the screen can't be filled, the window is. */
  const refused = (): void => undefined;
  const leave = (): void => {
    setOn(false);
    if (page.fullscreenElement) page.exitFullscreen?.().catch(refused);
  };
  // The browser's own Escape tells nobody else.
  page.addEventListener('fullscreenchange', () => {
    if (!page.fullscreenElement) setOn(false);
  });
  return {
    isOn,
    leave,
    toggle: () => {
      if (isOn()) return leave();
      setOn(true);
      page.documentElement.requestFullscreen?.().catch(refused);
    },
  };
}
