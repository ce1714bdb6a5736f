/**
 * `npm run bench:compare`: Cryolite beside onnxruntime-web and TensorFlow.js, the same networks in the same Chromium page
 * on the same adapter, and beside onnxruntime-web's WebAssembly in Node. One JSON object on the standard output, all
 * else on the error stream. Ends with 1 where a runtime failed or the results disagree.
 *
 *   --edge N        side of the image, px (default: 1024 on a real GPU, 128 on a software one)
 *   --runs N        runs that count, of each runtime (default 3)
 *   --networks A,B  unet, resnet8
 *   --only A,B      runtimes whose name contains one of these, any case
 *   --software      take SwiftShader even where there is a GPU
 *   --no-page, --no-node
 *
 * The other runtimes are installed into test/bench/compare when they are first wanted; the project does not need them.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from './serve.mjs';
import { fail, root, run, setup, tool } from './setup.mjs';

const home = join(root, 'test', 'bench', 'compare');
const built = join(home, 'dist');
const machine = JSON.parse(readFileSync(join(root, 'test', 'support', 'machine.json'), 'utf8'));
const allNetworks = ['unet', 'resnet8'];
const edges = { real: 1024, software: 128 };

const { values } = parseArgs({
  options: {
    edge: { type: 'string' },
    runs: { type: 'string', default: '3' },
    networks: { type: 'string', default: allNetworks.join() },
    only: { type: 'string', default: '' },
    software: { type: 'boolean', default: false },
    'no-page': { type: 'boolean', default: false },
    'no-node': { type: 'boolean', default: false },
  },
});
const networks = values.networks.split(',');
const stranger = networks.find((name) => !allNetworks.includes(name));
if (stranger !== undefined) fail(`there is no network "${stranger}": take ${allNetworks.join(' or ')}.`);
const runs = positive('runs', values.runs);
const edge = values.edge === undefined ? undefined : positive('edge', values.edge);
const wanted = values.only.toLowerCase().split(',').filter(Boolean);
const isWanted = (name) =>
  wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.trim()));

function positive(name, text) {
  if (!/^[1-9]\d*$/.test(text)) fail(`--${name} must be a whole number above 0, not "${text}".`);
  return Number(text);
}

/** Brings the other runtimes to what the lock file in their folder says. */
async function install() {
  const wantedHash = createHash('sha256')
    .update(readFileSync(join(home, 'package-lock.json')))
    .digest('hex');
  const stamp = join(home, 'node_modules', '.cryolite-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedHash) return;
  console.error('Installing the runtimes to compare with (npm ci) …');
  const args = ['ci', '--prefix', home, '--no-audit', '--no-fund', '--ignore-scripts'];
  const script = process.env.npm_execpath;
  const { code, output } = script?.endsWith('npm-cli.js')
    ? await run(process.execPath, [script, ...args], { quiet: true })
    : await run('npm', args, { quiet: true });
  if (code !== 0) fail(`npm ci failed in test/bench/compare:\n${output}`);
  writeFileSync(stamp, wantedHash);
}

async function build() {
  for (const config of ['page.vite.config.ts', 'node.vite.config.ts']) {
    const args = ['build', '--config', join(home, config), '--logLevel', 'warn'];
    const { code, output } = await tool('vite', 'bin/vite.js', args, { quiet: true });
    if (code !== 0) fail(`the build failed:\n${output}`);
  }
  const folder = join(built, 'page', 'ort');
  mkdirSync(folder, { recursive: true });
  for (const name of [
    ...['ort.webgpu.min.mjs', 'ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'],
    ...['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'],
  ]) {
    copyFileSync(join(home, 'node_modules', 'onnxruntime-web', 'dist', name), join(folder, name));
  }
}

/** As test/support/browser.ts starts it. */
async function launch(flags) {
  const { chromium } = await import('playwright-core');
  const executablePath = [process.env.CRYOLITE_CHROMIUM, ...machine.chromium].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (executablePath === undefined)
    fail('there is no Chromium: install one, or name one in CRYOLITE_CHROMIUM.');
  const profile = mkdtempSync(join(tmpdir(), 'cryolite-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: false,
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--enable-unsafe-webgpu', ...flags],
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const SOFTWARE = ['--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan', '--use-vulkan=swiftshader'];
const REAL = [
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux' ? ['--enable-features=Vulkan', '--use-angle=vulkan'] : []),
];

/** The page on the machine's own GPU, or else on SwiftShader. */
async function openPage(url) {
  for (const flags of values.software ? [SOFTWARE] : [REAL, SOFTWARE]) {
    const browser = await launch(flags);
    // WebAssembly has threads only in a page that is isolated from others.
    await browser.context.route(/(\/|\.html|js)$/, async (route) => {
      const response = await route.fetch();
      const isModule = route.request().url().endsWith('js');
      const headers = {
        ...response.headers(),
        ...(isModule ? { 'content-type': 'text/javascript' } : {}),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      };
      await route.fulfill({ response, headers });
    });
    const page = await browser.context.newPage();
    page.on('console', (message) => console.error(`${message.type()}: ${message.text()}`));
    page.on('crash', () => fail('the page crashed.'));
    await page.goto(url);
    const adapter = await page.evaluate(() => window.adapter());
    const isSoftware =
      adapter !== undefined && /swiftshader|llvmpipe|lavapipe/i.test(JSON.stringify(adapter));
    if (adapter !== undefined && (flags === SOFTWARE || !isSoftware)) {
      const version =
        browser.context.browser()?.version() ?? (await page.evaluate(() => navigator.userAgent));
      return { page, adapter, isSoftware, version, close: browser.close };
    }
    await browser.close();
  }
  return fail('Chromium has no WebGPU adapter, not even a software one.');
}

async function inPage() {
  const server = await serve({ folder: join(built, 'page') });
  const { page, adapter, isSoftware, version, close } = await openPage(server.url);
  try {
    const only = (await page.evaluate(() => window.runtimes())).filter(isWanted);
    const options = { networks, runs, edge: edge ?? (isSoftware ? edges.software : edges.real) };
    const results = await page.evaluate(
      ([only, options]) => window.compareRuntimes(only, options),
      [only, options],
    );
    return { browser: `Chromium ${version}`, adapter, results };
  } finally {
    await close();
    await server.close();
  }
}

/** A child prints JSON on its standard output. */
function inNode(edge) {
  const options = { networks, runs, edge, threads: cpus().length, only: wanted };
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(built, 'node', 'node.mjs'), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', (code) => {
      if (code !== 0) fail(`the comparison in Node ended with ${code}.`);
      done(JSON.parse(output));
    });
  });
}

const [load] = loadavg();
await setup();
await install();
await build();
const page = values['no-page'] ? undefined : await inPage();
const node = values['no-node'] ? undefined : await inNode(edge ?? page?.results[0]?.edge ?? edges.software);
const report = {
  date: new Date().toISOString(),
  machine: {
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
    processor: cpus()[0]?.model,
    // Of the last minute, before anything was measured: what else the machine does.
    load,
  },
  tolerance: 1e-3,
  page,
  node,
};
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
for (const [where, { results }] of Object.entries({ page, node }).filter(([, part]) => part !== undefined)) {
  for (const { network, edge, runtimes } of results) {
    console.error(`\n${network}, ${edge} × ${edge} px, in ${where === 'page' ? 'one page' : 'Node'}:`);
    for (const { name, seconds, timesFirst, error } of runtimes) {
      const told = error ?? `${seconds.toFixed(3)} s, ${timesFirst.toFixed(2)} × the first one's time`;
      console.error(`  ${name.padEnd(24)}${told}`);
    }
  }
}
const all = [...(page?.results ?? []), ...(node?.results ?? [])];
const isFine = all.every(
  ({ agree, runtimes }) => agree && runtimes.every(({ error }) => error === undefined),
);
process.exit(isFine ? 0 : 1);
