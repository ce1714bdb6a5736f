/** `npm start`: installs what is missing, builds the page, serves it on this machine and opens the browser. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from './serve.mjs';
import { fail, root, setup, tool } from './setup.mjs';

const { open, port } = options();
await setup();

console.log('Building …');
const build = await tool('vite', 'bin/vite.js', ['build', '--logLevel', 'warn']);
if (build.code !== 0) fail('the build failed (above).');

const { url } = await serve({ folder: join(root, 'dist'), port });
console.log(`\n  Cryolite is at ${url}\n  Stop it with Ctrl+C.\n`);
if (open) openBrowser(url);

function options() {
  try {
    const { values } = parseArgs({
      options: {
        'no-open': { type: 'boolean', default: false },
        port: { type: 'string', default: '4180' },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      fail(`--port ${values.port} is not a port number.`);
    return { open: !values['no-open'] && hasDesktop(), port };
  } catch (error) {
    return fail(`${error.message}. Options: --no-open, --port NUMBER.`);
  }
}

function hasDesktop() {
  if (process.env.CI) return false;
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Asks the system to show the address. Where it can't, the address stands in the terminal: no error. */
function openBrowser(address) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd.exe', '/c', 'start', '', address]
        : ['xdg-open', address];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
