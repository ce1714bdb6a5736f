/** A user without a mouse: goes by Tab and by the palette, and notes every stop that eyes would miss. */
import type { ElementHandle, Page } from 'playwright-core';

/** A place where Tab has led to. */
export interface Stop {
  /** Its markup, shortened. */
  readonly name: string;
  /** Where the tests name it. */
  readonly testid: string | undefined;
  /** Neither scrolled away nor under something else. */
  readonly isSeen: boolean;
  readonly isSlider: boolean;
}

/** What has the focus; undefined where it is the page as a whole. */
export function focusedStop(page: Page): Promise<Stop | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return undefined;
    const shown = (element.matches('input.unseen') && element.closest('label')) || element;
    const { x, y, width, height } = shown.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    // Sliders that share a track let the pointer through, and the picture is under its marks.
    const whole = shown.closest('.window-slider, .viewer') ?? shown;
    return {
      name: element.outerHTML.slice(0, 160),
      testid: element.closest('[data-testid]')?.getAttribute('data-testid') ?? undefined,
      isSeen: whole.contains(top),
      isSlider: element.matches('input[type="range"]'),
    };
  });
}

/**
 * Looks at what has the focus and, once more, at what had it at the last look: how it is drawn, and what is around it, must be
 * another with the focus than without.
 * @returns the markup of what had the focus and showed it in no way.
 */
function unmarkedStop(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(fading.map(({ finished }) => finished));
    const lookOf = (one: Element): string => {
      // Some show it on what is seen of them: the label of a choice, the box of a field, the mark that follows.
      const around = [one, one.nextElementSibling, one.parentElement, one.parentElement?.parentElement];
      return around
        .flatMap((part) => (part ? [getComputedStyle(part)] : []))
        .map((style) =>
          [
            style.outlineStyle,
            style.outlineWidth,
            style.boxShadow,
            style.borderColor,
            style.backgroundColor,
          ].join(' '),
        )
        .join(' | ');
    };
    const left: unknown = Reflect.get(window, 'lastStop');
    const now = document.activeElement;
    // The handle of a slider is ringed, which no script can read.
    const isRead = now !== null && now !== document.body && !now.matches('input[type="range"]');
    Reflect.set(window, 'lastStop', isRead ? [now, lookOf(now)] : undefined);
    if (!Array.isArray(left)) return undefined;
    const [element, look]: unknown[] = left;
    const isUnmarked = element instanceof Element && element.isConnected && lookOf(element) === look;
    return isUnmarked ? element.outerHTML.slice(0, 160) : undefined;
  });
}

export class KeyUser {
  /** Stops that can't be seen, or don't show that they have the focus. */
  readonly faults: string[] = [];
  /** The slider that has the focus, and its picture. */
  #slider: { readonly element: ElementHandle<Element>; readonly picture: Buffer } | undefined;

  constructor(private readonly page: () => Page) {}

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page().keyboard.press(key);
  }

  /** One stop on, or back, with a look at both the one that is left and the one that is reached. */
  async tab(key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Stop | undefined> {
    await this.press(key);
    const unmarked = await unmarkedStop(this.page());
    if (unmarked !== undefined) this.faults.push(`shows no focus: ${unmarked}`);
    await this.#judgeSlider();
    const stop = await focusedStop(this.page());
    if (stop && !stop.isSeen) this.faults.push(`not in sight: ${stop.name}`);
    if (stop?.isSlider) {
      const element = (await this.page().evaluateHandle(() => document.activeElement)).asElement();
      if (element) this.#slider = { element, picture: await element.screenshot() };
    }
    return stop;
  }

  /** Goes on by Tab until a part has the focus. @returns how many stops it took. */
  async tabTo(testid: string, most = 150): Promise<number> {
    for (let stops = 1; stops <= most; stops++) {
      if ((await this.tab())?.testid === testid) return stops;
    }
    throw new Error(`Tab does not lead to ${testid} in ${most} stops.`);
  }

  /** Goes by Tab until it comes back to where it is now. @returns how many stops there are; throws where it does not come back. */
  async round(most = 200): Promise<number> {
    const start = await this.page().evaluateHandle(() => document.activeElement);
    for (let stops = 1; stops <= most; stops++) {
      await this.tab();
      if (await start.evaluate((element) => element === document.activeElement)) return stops;
    }
    throw new Error(`Tab does not come round in ${most} stops.`);
  }

  /** Goes to a field, or runs a command, by letters of its name. */
  async palette(letters: string): Promise<void> {
    await this.press('Control+k');
    await this.page().getByTestId('palette-query').waitFor();
    await this.page().keyboard.type(letters);
    await this.press('Enter');
    await this.page().getByTestId('palette').waitFor({ state: 'hidden' });
  }

  async #judgeSlider(): Promise<void> {
    const slider = this.#slider;
    this.#slider = undefined;
    if (!slider || !(await slider.element.evaluate((element) => element.isConnected))) return;
    if (slider.picture.equals(await slider.element.screenshot())) {
      const name = await slider.element.evaluate((element) => element.outerHTML.slice(0, 160));
      this.faults.push(`shows no focus: ${name}`);
    }
    await slider.element.dispose();
  }
}
