/**
 * What the tests need besides packages of npm: a Chromium, a Firefox, the Vulkan loader, a software GPU or two, and a judge of
 * our files that shares no code with us. Looks at what is there, and on Debian (as root, or with sudo that asks no
 * password) installs what is missing. CRYOLITE_NO_INSTALL=1 keeps it from installing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './setup.mjs';

const machine = JSON.parse(readFileSync(join(root, 'test/support/machine.json'), 'utf8'));
const ARCHIVE_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const BACKPORTS_FILE = '/etc/apt/sources.list.d/cryolite-backports.sources';
/** Dawn refuses the lavapipe of Mesa 22.3 (Debian 12). */
const OLDEST_MESA = 24;

/** @returns {string | undefined} the Chromium that the browser tests drive */
export function findChromium() {
  return [process.env.CRYOLITE_CHROMIUM, ...machine.chromium].find((path) => path && existsSync(path));
}

/** @returns {string | undefined} the Firefox that one of them drives */
export function findFirefox() {
  return [process.env.CRYOLITE_FIREFOX, ...machine.firefox].find((path) => path && existsSync(path));
}

/**
 * The adapters that work on this machine: those of `machine.json`, else "native" where Dawn finds a GPU.
 * @returns {Promise<string[]>}
 */
export async function workingAdapters() {
  const working = [];
  for (const name of Object.keys(machine.drivers)) {
    if (await adapterWorks(name)) working.push(name);
  }
  const native = working.length === 0 || process.env.CRYOLITE_ADAPTER === 'native';
  return native && (await probe({})) !== '' ? [...working, 'native'] : working;
}

async function adapterWorks(name) {
  const { icd, named } = machine.drivers[name];
  const file = icd.find((path) => existsSync(path));
  if (file === undefined) return false;
  return (await probe({ VK_ICD_FILENAMES: file, VK_DRIVER_FILES: file })).toLowerCase().includes(named);
}

async function probe(env) {
  const { code, output } = await run(process.execPath, ['scripts/probe-gpu.mjs'], { quiet: true, env });
  return code === 0 ? (output.split('\n').find((line) => line.startsWith('adapter:')) ?? '') : '';
}

/** Installs what is missing where it can; says in a sentence what it could not. Never throws, never ends the run. */
export async function bringTestTools() {
  const adapters = await workingAdapters();
  const lacksBrowser = findChromium() === undefined || !adapters.includes('swiftshader');
  const lacksFirefox = findFirefox() === undefined;
  const lacksLavapipe = !adapters.includes('lavapipe');
  const lacksMrcfile = (await run('/usr/bin/python3', ['-c', 'import mrcfile'], { quiet: true })).code !== 0;
  if (process.platform !== 'linux' || !(lacksBrowser || lacksFirefox || lacksLavapipe || lacksMrcfile))
    return;

  const apt = await findApt();
  if (typeof apt === 'string') {
    if (lacksBrowser) console.warn(`Chromium with its software GPU is missing. ${apt}`);
    if (lacksFirefox) console.warn(`Firefox is missing, and with it one test. ${apt}`);
    if (lacksLavapipe) console.warn(`The second software GPU, lavapipe, is missing. ${apt}`);
    if (lacksMrcfile)
      console.warn(`Python's mrcfile, the judge of the MRC files we write, is missing. ${apt}`);
    return;
  }
  console.log('Installing what the tests need (apt-get): Chromium, Firefox, software GPUs, mrcfile …');
  await apt.update();
  if (lacksBrowser) {
    await apt.install('Chromium', ['chromium', 'libvulkan1', 'fonts-dejavu-core']);
  }
  if (lacksFirefox) await apt.install('Firefox', ['firefox-esr']);
  if (lacksLavapipe) await installLavapipe(apt);
  if (lacksMrcfile) await apt.install("Python's mrcfile", ['python3-mrcfile']);
}

async function installLavapipe(apt) {
  const packages = ['libvulkan1', 'mesa-vulkan-drivers'];
  if (mesaMajor(await candidate()) >= OLDEST_MESA) {
    await apt.install('lavapipe', packages);
    return;
  }
  const suite = `${codename()}-backports`;
  const mirrors = await packageSources();
  if (!mirrors.some(({ release }) => release === suite)) {
    const mirror = mirrors.find(({ release, origin }) => release === codename() && origin === 'Debian');
    if (mirror === undefined) {
      console.warn(
        `lavapipe needs Mesa ${OLDEST_MESA} from ${suite}, and apt names no Debian mirror to add it from.`,
      );
      return;
    }
    await apt.write(BACKPORTS_FILE, sourcesEntry(mirror.uri, suite));
    await apt.update();
    if (!(await packageSources()).some(({ release, origin }) => release === suite && origin !== '')) {
      await apt.remove(BACKPORTS_FILE);
      console.warn(
        `lavapipe needs Mesa ${OLDEST_MESA} from ${suite}, which this machine's mirror does not serve.`,
      );
      return;
    }
  }
  await apt.install('lavapipe', ['-t', suite, ...packages]);
}

/** A deb822 source beside the machine's own; nothing of it is preferred unless asked for by name. */
function sourcesEntry(uri, suite) {
  const key = existsSync(ARCHIVE_KEYRING) ? `Signed-By: ${ARCHIVE_KEYRING}\n` : '';
  return `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n${key}`;
}

/** apt-get as this user may call it, or why not, in a sentence. */
async function findApt() {
  const hint =
    'On Debian: apt-get install chromium firefox-esr libvulkan1 python3-mrcfile, and mesa-vulkan-drivers (24 or later; Debian 12: from bookworm-backports).';
  if (process.env.CRYOLITE_NO_INSTALL === '1') return `CRYOLITE_NO_INSTALL=1 forbids installing. ${hint}`;
  if (!existsSync('/usr/bin/apt-get') || !/^ID=debian$/m.test(osRelease())) {
    return `Only Debian is set up by itself; see CONTRIBUTING.md. ${hint}`;
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && (await run('sudo', ['-n', 'true'], { quiet: true })).code !== 0) {
    return `Installing needs root or sudo without a password. ${hint}`;
  }
  const sudo = (command, args, options = {}) =>
    isRoot
      ? run(command, args, { quiet: true, ...options })
      : run('sudo', ['-n', command, ...args], { quiet: true, ...options });
  const aptGet = (...args) =>
    sudo('env', [
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-q',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    ]);
  return {
    // Its exit code says little: one unreachable source of many is no obstacle. What counts is what it found.
    update: () => aptGet('update'),
    install: async (what, packages) => {
      const { code, output } = await aptGet('install', '-y', '--no-install-recommends', ...packages);
      if (code !== 0) console.warn(`apt-get could not install ${what}:\n${lastLines(output)}`);
    },
    write: (file, text) => sudo('tee', [file], { input: text }),
    remove: (file) => sudo('rm', ['-f', file]),
  };
}

/** Every package list that apt knows: mirror, release as the sources name it, and its maker ('' if not fetched). */
async function packageSources() {
  const { output } = await run(
    'apt-get',
    [
      'indextargets',
      '--format',
      '$(RELEASE)|$(ORIGIN)|$(REPO_URI)',
      'Created-By: Packages',
      'Component: main',
    ],
    { quiet: true },
  );
  return output
    .split('\n')
    .map((line) => line.split('|'))
    .filter((fields) => fields.length === 3)
    .map(([release, origin, uri]) => ({ release, origin: origin.startsWith('$(') ? '' : origin, uri }));
}

async function candidate() {
  const { output } = await run('apt-cache', ['policy', 'mesa-vulkan-drivers'], {
    quiet: true,
    env: { LC_ALL: 'C' },
  });
  return /Candidate: (\S+)/.exec(output)?.[1] ?? '';
}

/** "25.0.7-2~bpo12+1" → 25; an epoch is skipped; no version is 0. */
function mesaMajor(version) {
  return Number(/^(?:\d+:)?(\d+)/.exec(version)?.[1] ?? 0);
}

function osRelease() {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}

function codename() {
  return /^VERSION_CODENAME=(\S+)$/m.exec(osRelease())?.[1] ?? 'stable';
}

function lastLines(text) {
  return text.trimEnd().split('\n').slice(-6).join('\n');
}
