/**
 * A real Chromium for the tests, driven through playwright-core. The built page is served from the loopback
 * address under a sub-path, as it would be on any web space.
 *
 * A console error, an uncaught error or a request to anywhere but the page's own origin fails the test.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Locator, type Page, type Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import machine from './machine.json' with { type: 'json' };

const DIST = resolve('dist');
const SCREENSHOTS = resolve('test-results/screenshots');
const SUB_PATH = '/some/folder/';

/** As root and without a network, Chromium starts quietly only with these. */
const QUIET = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** WebGPU on SwiftShader. The second line makes a WebGPU canvas show in screenshots, where it is blank without. */
const SOFTWARE_GPU = [
  ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  ...['--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'],
];
/** As on a machine whose graphics driver is blocked: `navigator.gpu` is there, but it has no adapter. */
const NO_GPU = ['--disable-gpu'];

type Server = Awaited<ReturnType<typeof serve>>;

export interface BrowserOptions {
  /** Take the adapter away: `requestAdapter` gives null, in the page and in workers. */
  readonly noGpu?: boolean;
  /** As on a first visit that the server leaves in the middle: nothing is kept for later. */
  readonly noServiceWorker?: boolean;
  /** The folder to serve; default the built page. */
  readonly folder?: string;
  /** A page to open from the disk instead, absolute: nothing is served. */
  readonly file?: string;
  readonly width?: number;
  readonly height?: number;
  /** Device pixels per CSS pixel. */
  readonly scale?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** Files that the tests read, absolute; where one is missing they are skipped, with the reason printed. */
  readonly needs?: readonly string[];
}

/** A browser with one open page; what it complains of is collected. */
export class TestBrowser {
  readonly #problems: string[] = [];
  readonly #requests: Request[] = [];
  #mustForget = false;
  #page: Page;

  private constructor(
    page: Page,
    /** Where the page is, with the sub-path and a slash at the end; or the address of the file. */
    readonly url: string,
    private readonly context: BrowserContext,
    private server: Server | undefined,
    private readonly restart: (port: number) => Promise<Server>,
    private readonly cleanUp: () => Promise<void>,
  ) {
    this.#page = page;
    this.#watch(page);
    context.on('page', (other) => this.#watch(other));
    const home = url.startsWith('file:') ? url : new URL(url).origin;
    // Of pages, of workers and of the service worker.
    context.on('request', (request) => {
      const address = request.url();
      this.#requests.push(request);
      if (!/^(blob|data):/.test(address) && !address.startsWith(home)) {
        this.#problems.push(`request to a foreign place: ${address}`);
      }
    });
  }

  static async launch(options: BrowserOptions = {}): Promise<TestBrowser> {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error(NO_CHROMIUM);
    const folder = options.folder ?? DIST;
    const index = options.file ?? join(folder, 'index.html');
    if (!existsSync(index)) throw new Error(`There is no page ${index}: build it with "npm run build:app".`);
    const start = (port: number): Promise<Server> => serve({ folder, prefix: SUB_PATH, port });
    const server = options.file === undefined ? await start(0) : undefined;
    const url = server?.url ?? pathToFileURL(index).href;
    const profile = mkdtempSync(join(tmpdir(), 'cryolite-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      // Playwright's own headless flag asks for the old mode, which has no WebGPU.
      headless: false,
      args: ['--headless=new', ...QUIET, ...(options.noGpu ? NO_GPU : SOFTWARE_GPU)],
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      deviceScaleFactor: options.scale ?? 1,
      colorScheme: options.colorScheme ?? 'dark',
      serviceWorkers: options.noServiceWorker ? 'block' : 'allow',
    });
    const page = context.pages()[0] ?? (await context.newPage());
    const browser: TestBrowser = new TestBrowser(page, url, context, server, start, async () => {
      await context.close();
      await browser.cutNetwork();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    });
    return browser;
  }

  get page(): Page {
    return this.#page;
  }

  /** Opens the page (or a path below it) and waits until it has loaded. */
  async open(path = ''): Promise<Page> {
    if (this.#mustForget) await this.#forget();
    await this.page.goto(this.url + path);
    return this.page;
  }

  /**
   * The tab's process dies at once, as where the memory ends: what was about to be written is not. An empty tab of the same
   * browser takes its place.
   */
  async killTab(): Promise<void> {
    const gone = this.#page;
    const session = await this.context.newCDPSession(gone);
    const isDead = gone.waitForEvent('crash');
    // It is never answered.
    session.send('Page.crash').catch(() => {});
    await isDead;
    const crash = this.#problems.indexOf(crashed);
    if (crash >= 0) this.#problems.splice(crash, 1);
    this.#page = await this.context.newPage();
    await gone.close();
  }

  /** A test that runs once more finds at its first page nothing of what its first try left: no session, no picks, no settings. */
  startOver(): void {
    this.takeProblems();
    this.#mustForget = true;
  }

  async #forget(): Promise<void> {
    this.#mustForget = false;
    // An open page would keep its databases.
    await this.page.goto('about:blank');
    const session = await this.context.newCDPSession(this.page);
    const origin = this.url.startsWith('file:') ? 'file://' : new URL(this.url).origin;
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await session.detach();
  }

  /** Nobody answers any more at the page's address. */
  async cutNetwork(): Promise<void> {
    await this.server?.close();
    this.server = undefined;
  }

  /** The page's address answers again. */
  async restoreNetwork(): Promise<void> {
    this.server ??= await this.restart(Number(new URL(this.url).port));
  }

  /** Addresses that were asked for by pages and workers, or by the service worker. */
  requests(by: 'page' | 'service worker'): string[] {
    return this.#requests
      .filter((request) => (request.serviceWorker() !== null) === (by === 'service worker'))
      .map((request) => request.url());
  }

  /**
   * Drops files or folders onto an element. Unlike Playwright's ways this gives the page real file system handles;
   * the pickers of the File System Access API abort under automation.
   * @param paths absolute
   */
  async drop(target: Locator, paths: readonly string[]): Promise<void> {
    const missing = paths.find((path) => !existsSync(path));
    if (missing !== undefined) throw new Error(`The test drops ${missing}, which is not there.`);
    const box = await target.boundingBox();
    if (box === null) throw new Error('The element to drop on is not visible.');
    const session = await this.context.newCDPSession(this.page);
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', {
        type,
        ...at,
        data: { items: [], files: [...paths], dragOperationsMask: 1 },
      });
    }
    await session.detach();
  }

  /** Saves what the page shows to test-results/screenshots/NAME.png and gives the PNG's bytes. */
  async screenshot(name: string, target?: Locator): Promise<Buffer> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    return target === undefined ? this.page.screenshot({ path }) : target.screenshot({ path });
  }

  /** The colours [red, green, blue] of pixels of a PNG, by way of the browser's own decoder. */
  async pixels(
    png: Buffer,
    points: readonly { readonly x: number; readonly y: number }[],
  ): Promise<number[][]> {
    return this.page.evaluate(
      async ({ base64, points }) => {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
        if (canvas === null) throw new Error('no 2-D canvas');
        canvas.drawImage(image, 0, 0);
        return points.map(({ x, y }) => [...canvas.getImageData(x, y, 1, 1).data.slice(0, 3)]);
      },
      { base64: png.toString('base64'), points: [...points] },
    );
  }

  /** Waits until `probe` gives true, by polling, and says `what` was awaited where it never does. */
  async until(what: string, probe: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (!(await probe())) {
      if (performance.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}.`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Waits for a frame, and for what was due in a task of its own: counts follow a click or a drag there. */
  async settled(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((done) => {
          requestAnimationFrame(() => setTimeout(done, 20));
          // A page in the background has no frames.
          setTimeout(done, 1000);
        }),
    );
  }

  /**
   * Waits until nothing runs and every tile in sight is there. A frame passes before each look: what the last one lacked says
   * nothing of what has changed since, such as which micrograph is open.
   */
  async drawn(timeoutMs?: number): Promise<void> {
    const isDrawn = async (): Promise<boolean> => {
      await this.settled();
      const pending = await this.page.getByTestId('viewer').getAttribute('data-pending-tiles');
      return pending === '0' && (await this.page.getByTestId('cancel').count()) === 0;
    };
    await this.until('everything in sight is drawn', isDrawn, timeoutMs);
  }

  /**
   * Waits until all is written that the page keeps. It writes a moment after a change, or at once when it is about to go, which it is
   * told here; and since a browser writes in the order of asking, what is asked for afterwards is answered when that is done.
   */
  async kept(page = this.page): Promise<void> {
    await page.evaluate(async () => {
      dispatchEvent(new PageTransitionEvent('pagehide'));
      const answered = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
      // What was written may have something in its train, and that again.
      for (const name of [...names, ...names, ...names]) {
        const database = await answered(indexedDB.open(name));
        const stores = [...database.objectStoreNames];
        if (stores.length > 0) {
          const transaction = database.transaction(stores, 'readwrite');
          await new Promise((done) => {
            transaction.oncomplete = done;
            transaction.onabort = done;
          });
        }
        database.close();
      }
    });
  }

  /**
   * Loads the page anew, with all that it has kept. What the browser forgets over that, as it does when it is driven, is dropped again.
   * @param paths what was open, absolute
   */
  async comeBack(paths: readonly string[]): Promise<void> {
    await this.kept();
    await this.page.reload();
    await this.reopened(paths);
  }

  /** Waits until the page, loaded anew, has opened what was open, or asks for it, and drops that then. */
  async reopened(paths: readonly string[]): Promise<void> {
    const [opened, asks] = ['pixel-size', 'reopen'].map((id) => this.page.getByTestId(id));
    if (!opened || !asks) return;
    await opened.or(asks).first().waitFor();
    if ((await opened.count()) === 0) await this.drop(this.page.getByTestId('drop-zone'), paths);
    await opened.waitFor();
  }

  /** What the page has complained of since the last call: a test that provokes an error takes it from here. */
  takeProblems(): string[] {
    return this.#problems.splice(0);
  }

  /** Throws if the page has complained of anything. */
  check(): void {
    const problems = this.takeProblems();
    if (problems.length > 0) throw new Error(`The page complained:\n${problems.join('\n')}`);
  }

  async close(): Promise<void> {
    await this.cleanUp();
  }

  #watch(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error') this.#problems.push(`console error: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#problems.push(`uncaught error: ${error.message}`));
    page.on('crash', () => this.#problems.push(crashed));
  }
}

const crashed = 'the page crashed';
const NO_CHROMIUM =
  'There is no Chromium; on Debian "apt-get install chromium", or name one in CRYOLITE_CHROMIUM.';

function findChromium(): string | undefined {
  return [process.env.CRYOLITE_CHROMIUM, ...machine.chromium].find(
    (path) => path !== undefined && existsSync(path),
  );
}

/**
 * `describe` with a browser: one for all its tests, closed after the last. Without a Chromium the tests are
 * skipped with the reason printed, or fail where REQUIRE_GPU=1. Without the files it needs it is skipped, too.
 */
export function describeBrowser(
  name: string,
  declare: (browser: () => TestBrowser) => void,
  options: BrowserOptions = {},
): void {
  let launched: TestBrowser | undefined;
  const browser = (): TestBrowser => {
    if (launched === undefined) throw new Error('Use the browser inside a test or a hook, not before it.');
    return launched;
  };
  const missing = options.needs?.find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.warn(`Skipping "${name}": ${relative('.', missing)} is not there.`);
    describe.skip(name, () => declare(browser));
    return;
  }
  if (findChromium() === undefined) {
    if (process.env.REQUIRE_GPU === '1') {
      test(`${name} needs a browser`, () => {
        throw new Error(`REQUIRE_GPU=1, but there is none. ${NO_CHROMIUM}`);
      });
    } else {
      console.warn(`Browser: none, skipping "${name}". ${NO_CHROMIUM}`);
      describe.skip(name, () => declare(browser));
    }
    return;
  }
  describe(name, () => {
    beforeAll(async () => {
      launched = await TestBrowser.launch(options);
    });
    beforeEach(({ task }) => {
      if ((task.result?.retryCount ?? 0) > 0) browser().startOver();
    });
    afterEach(async ({ task }) => {
      // What it looked like; a page that has crashed has no looks.
      const name = `failed ${task.name.replace(/[^\w ]/g, '').slice(0, 60)}`;
      if (task.result?.state === 'fail')
        await browser()
          .screenshot(name)
          .catch(() => {});
      browser().check();
    });
    afterAll(() => launched?.close());
    declare(browser);
  });
}
