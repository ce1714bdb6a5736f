/**
 * What every script needs first: the right Node, the packages of package-lock.json, and a way to run a program.
 * Node's own modules only, since this runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const modules = join(root, 'node_modules');
const stamp = join(modules, '.cryolite-installed');

/** Ends the process with one sentence. */
export function fail(message) {
  console.error(`cryolite: ${message}`);
  process.exit(1);
}

/** Whether a version like "20.19.0" satisfies `engines` of package.json: 20.19 or a later 20, or 22.12 and up. */
export function nodeIsSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

/**
 * Runs a program in the repository and gives its exit code, 127 where there is no such program.
 * `quiet` keeps its output back unless it fails.
 */
export function run(command, args, { quiet = false, env = {}, input } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        quiet ? 'pipe' : 'inherit',
        quiet ? 'pipe' : 'inherit',
      ],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.stdin?.end(input);
    child.on('error', (error) => done({ code: 127, output: String(error) }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

/** Runs a tool that is one of our packages: `tool('vite', 'bin/vite.js', ['build'])`. */
export function tool(name, file, args, options) {
  return run(process.execPath, [join(modules, name, file), ...args], options);
}

/** Checks Node and brings node_modules to what package-lock.json says; does nothing where it is so already. */
export async function setup() {
  if (!nodeIsSupported(process.versions.node)) {
    fail(
      `Node.js ${process.versions.node} is too old or an odd release: install Node.js 20.19 or later, or 22.12 or later.`,
    );
  }
  const lock = readFileSync(join(root, 'package-lock.json'));
  // A native package (Dawn) is chosen by platform: a folder carried to another machine is installed anew.
  const wanted = createHash('sha256')
    .update(lock)
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  console.error('Installing packages (npm ci) …');
  const { code, output } = await npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (code !== 0) {
    process.stderr.write(output);
    fail('npm ci failed (above): check the network and the npm registry that npm is set to, then try again.');
  }
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, wanted);
}

function npm(args) {
  // Under "npm start" npm names its own script; a plain "node scripts/start.mjs" looks npm up on the PATH.
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js') && existsSync(script)) {
    return run(process.execPath, [script, ...args], { quiet: true });
  }
  return process.platform === 'win32'
    ? run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], { quiet: true })
    : run('npm', args, { quiet: true });
}
