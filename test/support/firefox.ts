/**
 * A real Firefox for the tests, driven through Marionette, the protocol that is built into it: over TCP, each message
 * is its length, a colon, and JSON. (Playwright asks a stock Firefox for commands that the extended-support release
 * does not know yet.)
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serve } from '../../scripts/serve.mjs';
import machine from './machine.json' with { type: 'json' };

const SCREENSHOTS = resolve('test-results/screenshots');
const SUB_PATH = '/some/folder/';
/** The key under which WebDriver hands an element over. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A quiet start, without a request to anybody; downloads land without a question. */
const preferences = (downloads: string): Readonly<Record<string, string | number | boolean>> => ({
  'app.normandy.enabled': false,
  'app.update.auto': false,
  'browser.aboutwelcome.enabled': false,
  'browser.download.dir': downloads,
  'browser.download.folderList': 2,
  'browser.download.useDownloadDir': true,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage': 'about:blank',
  'browser.startup.page': 0,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.systemAddon.update.enabled': false,
  'marionette.port': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
});

export class TestFirefox {
  private constructor(
    /** Where the page is. */
    readonly url: string,
    /** Where downloads land. */
    readonly downloads: string,
    private readonly wire: Marionette,
    /** Nobody answers any more at the page's address. */
    readonly cutNetwork: () => Promise<void>,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async launch(folder = resolve('dist')): Promise<TestFirefox> {
    const program = findFirefox();
    if (program === undefined) throw new Error(NO_FIREFOX);
    const profile = mkdtempSync(join(tmpdir(), 'cryolite-firefox-'));
    const downloads = join(profile, 'downloads');
    mkdirSync(downloads);
    const lines = Object.entries(preferences(downloads)).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    );
    writeFileSync(join(profile, 'user.js'), lines.join('\n'));
    const server = await serve({ folder, prefix: SUB_PATH });
    let isCut = false;
    const cutNetwork = async (): Promise<void> => {
      if (!isCut) await server.close();
      isCut = true;
    };
    const browser = spawn(
      program,
      ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile],
      {
        stdio: 'ignore',
        env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
      },
    );
    const cleanUp = async (): Promise<void> => {
      await ended(browser);
      await cutNetwork();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    };
    try {
      const wire = await Marionette.connect(join(profile, 'MarionetteActivePort'));
      await wire.send('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } });
      await wire.send('WebDriver:SetWindowRect', { width: 1280, height: 900 });
      return new TestFirefox(server.url, downloads, wire, cutNetwork, async () => {
        await wire.send('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => undefined);
        wire.close();
        await cleanUp();
      });
    } catch (error) {
      browser.kill();
      await cleanUp();
      throw error;
    }
  }

  async open(): Promise<void> {
    await this.wire.send('WebDriver:Navigate', { url: this.url });
  }

  /** Runs the body of a function in the page. */
  async run(body: string, ...args: unknown[]): Promise<unknown> {
    return (await this.wire.send('WebDriver:ExecuteScript', { script: body, args })).value;
  }

  /** What a part of the page says, by its test id; undefined where it isn't there. */
  async text(testid: string): Promise<string | undefined> {
    const text = await this.run(`return document.querySelector(arguments[0])?.textContent`, at(testid));
    return typeof text === 'string' ? text : undefined;
  }

  async count(testid: string): Promise<number> {
    return Number(await this.run('return document.querySelectorAll(arguments[0]).length', at(testid)));
  }

  async click(testid: string): Promise<void> {
    await this.wire.send('WebDriver:ElementClick', { id: await this.element(testid) });
  }

  /** Types into a field, in place of what was there, and leaves it. */
  async fill(testid: string, text: string): Promise<void> {
    const id = await this.element(testid);
    await this.wire.send('WebDriver:ElementClear', { id });
    await this.wire.send('WebDriver:ElementSendKeys', { id, text: `${text}\uE004` });
  }

  /** Chooses a file, as in the browser's own dialog. */
  async choose(testid: string, path: string): Promise<void> {
    await this.wire.send('WebDriver:ElementSendKeys', { id: await this.element(testid), text: path });
  }

  /** Presses the mouse at a place of the page, CSS px. */
  async clickAt(x: number, y: number): Promise<void> {
    const step = (type: string, more: object = {}): object => ({ type, ...more });
    const actions = [
      step('pointerMove', { x, y, duration: 0 }),
      step('pointerDown', { button: 0 }),
      step('pointerUp', { button: 0 }),
    ];
    await this.wire.send('WebDriver:PerformActions', {
      actions: [{ type: 'pointer', id: 'mouse', actions }],
    });
  }

  async until(what: string, probe: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (!(await probe())) {
      if (performance.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}.`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** Saves what the page shows to test-results/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    const { value } = await this.wire.send('WebDriver:TakeScreenshot', { full: false });
    mkdirSync(SCREENSHOTS, { recursive: true });
    writeFileSync(join(SCREENSHOTS, `${name}.png`), Buffer.from(String(value), 'base64'));
  }

  /** Errors that the page has put on the console, and what it has not caught. */
  async problems(): Promise<string[]> {
    await this.wire.send('Marionette:SetContext', { value: 'chrome' });
    try {
      const { value } = await this.wire.send('WebDriver:ExecuteScript', {
        script: `return Services.console.getMessageArray()
          .filter((one) => one instanceof Ci.nsIScriptError && !(one.flags & Ci.nsIScriptError.warningFlag))
          .filter((one) => one.sourceName.startsWith(arguments[0]))
          .map((one) => one.errorMessage)`,
        args: [this.url],
      });
      return Array.isArray(value) ? value.map(String) : [];
    } finally {
      await this.wire.send('Marionette:SetContext', { value: 'content' });
    }
  }

  async close(): Promise<void> {
    await this.cleanUp();
  }

  private async element(testid: string): Promise<string> {
    const found = await this.wire.send('WebDriver:FindElement', { using: 'css selector', value: at(testid) });
    const element = found.value;
    const id: unknown =
      typeof element === 'object' && element !== null ? Reflect.get(element, ELEMENT) : undefined;
    if (typeof id !== 'string') throw new Error(`The page has no ${testid}.`);
    return id;
  }
}

export const NO_FIREFOX =
  'There is no Firefox; on Debian "apt-get install firefox-esr", or name one in CRYOLITE_FIREFOX.';

export function findFirefox(): string | undefined {
  return [process.env.CRYOLITE_FIREFOX, ...machine.firefox].find(
    (path) => path !== undefined && existsSync(path),
  );
}

type Answer = Readonly<Record<string, unknown>>;

/** One connection; commands are answered in the order in which they are sent. */
class Marionette {
  private readonly waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  private bytes = Buffer.alloc(0);
  private next = 1;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => this.take(data));
    socket.on('close', () => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error('Firefox has hung up.'));
    });
    // A reset while it quits is told by "close".
    socket.on('error', () => {});
  }

  /** Waits until Firefox has written its port into the file, and connects. */
  static async connect(portFile: string): Promise<Marionette> {
    for (let tries = 0; tries < 1000; tries++) {
      const port = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
      if (port > 0) {
        const socket = createConnection({ host: '127.0.0.1', port });
        await new Promise<void>((done, fail) => {
          socket.once('connect', done);
          socket.once('error', fail);
        });
        return new Marionette(socket);
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error('Firefox did not start within 100 seconds.');
  }

  send(name: string, parameters: object): Promise<Answer> {
    const text = JSON.stringify([0, this.next++, name, parameters]);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(data: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, data]);
    for (;;) {
      const colon = this.bytes.indexOf(':');
      if (colon < 0) return;
      const length = Number(this.bytes.subarray(0, colon));
      if (this.bytes.length < colon + 1 + length) return;
      const message: unknown = JSON.parse(this.bytes.toString('utf8', colon + 1, colon + 1 + length));
      this.bytes = this.bytes.subarray(colon + 1 + length);
      // The first one greets, and answers nothing.
      if (Array.isArray(message)) this.answer(message[2], message[3]);
    }
  }

  private answer(error: unknown, result: unknown): void {
    const waiting = this.waiting.shift();
    if (typeof error === 'object' && error !== null)
      waiting?.reject(new Error(String(Reflect.get(error, 'message'))));
    else waiting?.resolve(typeof result === 'object' && result !== null ? (result as Answer) : {});
  }
}

function at(testid: string): string {
  return `[data-testid="${testid}"]`;
}

/** Waits until the process is gone, and helps after ten seconds. */
function ended(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null || browser.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(() => browser.kill('SIGKILL'), 10_000);
    browser.once('exit', () => {
      clearTimeout(timer);
      done();
    });
  });
}
