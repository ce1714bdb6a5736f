/** The built page in a Chromium, with what `bench:ui` reads off it. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { serve } from '../serve.mjs';
import { findChromium } from '../system.mjs';
import { watchTasks } from './tasks.mjs';

const quiet = [
  ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];
const softwareGpu = [
  ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  ...['--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'],
];
const realGpu = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--ignore-gpu-blocklist'];

/** Counts frames from the first line of the page on. Runs in the page. */
function watch() {
  const seen = { frames: [], last: undefined, isOn: false };
  Reflect.set(window, 'benchUi', seen);
  const frame = (now) => {
    if (seen.isOn && seen.last !== undefined) seen.frames.push(now - seen.last);
    seen.last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  // Saving dialogs can't be driven.
  Reflect.deleteProperty(window, 'showSaveFilePicker');
}

/** @param folder of the built page @param profile an empty folder */
export async function openPage({ folder, profile, software, width = 1600, height = 1000 }) {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium; name one in CRYOLITE_CHROMIUM.');
  const server = await serve({ folder, prefix: '/' });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: false,
    args: ['--headless=new', ...quiet, ...(software ? softwareGpu : realGpu)],
    viewport: { width, height },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(240_000);
  await page.addInitScript(watch);
  await page.goto(server.url);
  const at = (testid) => page.getByTestId(testid);
  const session = await context.newCDPSession(page);

  /** Drops files or folders, as from the desktop. */
  const drop = async (paths) => {
    const box = await at('drop-zone').boundingBox();
    if (!box) throw new Error('There is nothing to drop on.');
    const where = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
      const data = { items: [], files: [...paths], dragOperationsMask: 1 };
      await session.send('Input.dispatchDragEvent', { type, ...where, data });
    }
  };
  const until = async (what, probe, timeoutMs = 240_000) => {
    const end = performance.now() + timeoutMs;
    while (!(await probe())) {
      if (performance.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}.`);
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  const isDrawn = async () => {
    const viewer = at('viewer');
    if ((await viewer.count()) === 0 || (await viewer.getAttribute('data-ready')) !== 'true') return false;
    return (await viewer.getAttribute('data-pending-tiles')) === '0';
  };
  const processorSeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  /** Frames, long tasks and milliseconds of the main thread's own processor time while `work` is done. */
  const measure = async (work) => {
    await page.evaluate(() => {
      Object.assign(Reflect.get(window, 'benchUi'), { frames: [], isOn: true });
    });
    const endTasks = await watchTasks(context);
    const before = await processorSeconds();
    await work();
    const spent = (await processorSeconds()) - before;
    const frames = await page.evaluate(() => {
      const all = Reflect.get(window, 'benchUi');
      all.isOn = false;
      return all.frames;
    });
    const longTasks = await endTasks();
    const perFrame = frames.length > 0 ? round((1000 * spent) / frames.length) : undefined;
    return { ...framesOf(frames), mainThreadPerFrame: perFrame, longTasks };
  };
  /** MiB of the page's own objects after a collection, and of the browser's processes by their kind (Linux). */
  const memory = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value;
    const bytes = Object.entries(processBytes(process.pid) ?? {});
    const processesMiB = Object.fromEntries(bytes.map(([kind, one]) => [kind, mebibytes(one)]));
    const browserMiB = mebibytes(bytes.length > 0 ? bytes.reduce((sum, [, one]) => sum + one, 0) : undefined);
    return { pageHeapMiB: mebibytes(heap), browserMiB, processesMiB };
  };
  // Processor time of the main thread, whatever else the machine is doing.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const close = async () => {
    await context.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { page, at, drop, until, isDrawn, measure, memory, close, version: context.browser()?.version() };
}

const round = (value) => Math.round(value * 10) / 10;
const mebibytes = (bytes) => (bytes === undefined ? undefined : Math.round(bytes / 2 ** 20));

function framesOf(frames) {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return {
    frames: sorted.length,
    frameMilliseconds: { median: at(0.5), p95: at(0.95), worst: round(sorted.at(-1) ?? 0) },
  };
}

/** Bytes of all processes below one by their kind, as Linux tells it: what several share is divided among them. */
function processBytes(root) {
  try {
    const parents = new Map();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const status = readProcess(name, 'status');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    }
    const isBelow = (pid) => {
      for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at))
        if (at === root) return true;
      return false;
    };
    const bytes = {};
    for (const pid of parents.keys()) {
      if (!isBelow(pid)) continue;
      const share = /^Pss:\s+(\d+)/m.exec(readProcess(pid, 'smaps_rollup'))?.[1];
      const command = readProcess(pid, 'cmdline');
      const kind = /--type=([a-z-]+)/.exec(command)?.[1] ?? 'browser';
      bytes[kind] = (bytes[kind] ?? 0) + 1024 * Number(share ?? 0);
    }
    return bytes;
  } catch {
    return undefined;
  }
}

function readProcess(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
