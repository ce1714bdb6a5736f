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
    };
  });
}

/** How an element is drawn, and what is around it, as text: with the focus it must be another than without. */
async function lookOf(element: ElementHandle<Element>): Promise<string> {
  // The handle of a slider is ringed, which no script can read.
  if (await element.evaluate((one) => one.matches('input[type="range"]'))) {
    return (await element.screenshot()).toString('base64');
  }
  return await element.evaluate(async (one) => {
    const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(fading.map(({ finished }) => finished));
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
  });
}

export class KeyUser {
  /** Stops that can't be seen, or don't show that they have the focus. */
  readonly faults: string[] = [];
  #left:
    | { readonly element: ElementHandle<Element>; readonly look: string; readonly name: string }
    | undefined;

  constructor(private readonly page: () => Page) {}

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page().keyboard.press(key);
  }

  /** One stop on, or back, with a look at both the one that is left and the one that is reached. */
  async tab(key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Stop | undefined> {
    await this.press(key);
    await this.#judgeLeft();
    const stop = await focusedStop(this.page());
    const focused = await this.page().evaluateHandle(() => document.activeElement ?? document.body);
    const element = focused.asElement();
    if (!stop || !element) return stop;
    if (!stop.isSeen) this.faults.push(`not in sight: ${stop.name}`);
    this.#left = { element, look: await lookOf(element), name: stop.name };
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

  /** Whether what has the focus shows it can be told only when it has been left. */
  async #judgeLeft(): Promise<void> {
    const left = this.#left;
    this.#left = undefined;
    if (!left || !(await left.element.evaluate((element) => element.isConnected))) return;
    if ((await lookOf(left.element)) === left.look) this.faults.push(`shows no focus: ${left.name}`);
    await left.element.dispose();
  }
}
