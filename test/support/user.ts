/** What a user does on the page, in few words: opens, waits until it is drawn, clicks on particles, saves. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { fitView, type Size, toScreen } from '../../src/ui/viewer/transform.ts';
import type { TestBrowser } from './browser.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A part of the page, by its test id. */
export class User {
  /** @param patienceMs while a software GPU is busy, the page answers slowly. */
  constructor(
    private readonly browser: () => TestBrowser,
    private readonly patienceMs = 60_000,
  ) {}

  get page(): Page {
    return this.browser().page;
  }

  readonly at = (testid: string): Locator => this.page.getByTestId(testid);

  readonly text = async (testid: string): Promise<string> => (await this.at(testid).textContent()) ?? '';

  /** The first whole number that a part of the page says, or NaN. */
  readonly number = async (testid: string): Promise<number> =>
    Number(/\d+/.exec(await this.text(testid))?.[0] ?? Number.NaN);

  /** Waits until `probe` gives true, and says `what` was awaited where it never does. */
  readonly until = (what: string, probe: () => Promise<boolean>): Promise<void> =>
    this.browser().until(what, probe, this.patienceMs);

  /** Waits until nothing runs and every tile in sight is there. */
  readonly drawn = (): Promise<void> => this.browser().drawn(this.patienceMs);

  /** Waits until the page says that a micrograph is open, and with how many picks: one sentence, so both are of one moment. */
  readonly isOpen = (name: string, picks?: number): Promise<void> => {
    const count = picks === undefined ? '' : `, ${picks} pick${picks === 1 ? '' : 's'} shown`;
    return this.until(`${name} is open${count}`, async () => {
      const said = await this.text('status');
      return said.startsWith(`${name} is open`) && said.endsWith(count);
    });
  };

  /** Whether the middle of a part can be seen as it is now: neither scrolled away nor under something else. */
  readonly isInSight = (testid: string): Promise<boolean> =>
    this.at(testid).evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });

  /** Opens the page, which saves by downloads: the browser's own dialogs can't be driven here. */
  async arrive(): Promise<void> {
    this.page.setDefaultTimeout(this.patienceMs);
    await this.page.addInitScript(() => {
      Reflect.deleteProperty(window, 'showSaveFilePicker');
      Reflect.deleteProperty(window, 'showDirectoryPicker');
    });
    await this.browser().open();
  }

  /** Drops micrographs and waits until the first is drawn. */
  async open(paths: readonly string[]): Promise<void> {
    await this.browser().drop(this.at('drop-zone'), paths);
    await this.at('pixel-size').waitFor();
    await this.drawn();
  }

  /** Writes into a field, and leaves it: then it counts. */
  async fill(testid: string, value: number | string): Promise<void> {
    await this.at(testid).fill(String(value));
    await this.at(testid).press('Tab');
  }

  /**
   * Clicks on places of a micrograph that is shown whole.
   * @param micrograph its size, px
   * @param places centres, px of the file
   */
  async clickOn(
    micrograph: Size,
    places: readonly Place[],
    button: 'left' | 'right' = 'left',
  ): Promise<void> {
    const box = await this.at('viewer').boundingBox();
    if (!box) throw new Error('The viewer is not visible.');
    for (const { x, y } of places) {
      const on = toScreen(fitView(micrograph, box), box, { x: x + 0.5, y: y + 0.5 });
      await this.page.mouse.click(on.x, on.y, { button });
    }
  }

  /** Presses a button that saves a file. @returns its path in the folder, under the name the page gives it, or another. */
  async save(testid: string, folder: string, name?: string): Promise<string> {
    const waiting = this.page.waitForEvent('download');
    await this.at(testid).click();
    const download = await waiting;
    const path = join(folder, name ?? download.suggestedFilename());
    await download.saveAs(path);
    return path;
  }
}
