/**
 * The laws of ARCHITECTURE.md, checked on the syntax tree of every module of `src/`. A pure function of file
 * texts, so that the checker itself can be tested on small broken houses.
 */
import { dirname, join } from 'node:path/posix';
import { parseSync, Visitor } from 'vite';

/** Path from the repository's root, such as `src/core/units.ts`, to the text of the file. */
export type Sources = ReadonlyMap<string, string>;

interface Module {
  readonly imports: readonly Import[];
  readonly names: readonly Named[];
}

interface Import {
  readonly specifier: string;
  /** The imported file of `src/`, or undefined for packages, styles and assets. */
  readonly target: string | undefined;
  readonly line: number;
}

/** Something the file names or holds that only certain places may. */
interface Named {
  readonly what: string;
  readonly line: number;
}

const LOW = ['core', 'formats', 'dataset', 'tiles'];
const BELOW_PLATFORM = [...LOW, 'gpu', 'fft', 'nn', 'pipelines', 'jobs'];

/** What each floor may import besides itself; an entry with a slash is a folder or a file of a floor. */
export const FLOORS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  formats: ['core'],
  dataset: ['core', 'formats'],
  tiles: ['core', 'formats', 'dataset'],
  gpu: ['core'],
  fft: ['core', 'gpu'],
  nn: ['core', 'gpu'],
  pipelines: [...LOW, 'gpu', 'fft', 'nn'],
  jobs: [...LOW, 'gpu', 'fft', 'nn', 'pipelines'],
  'platform/browser': [...LOW, 'gpu'],
  'platform/node': [...LOW, 'gpu'],
  // Types and plumbing only: what the page imports must not drag the networks in.
  rpc: LOW,
  workers: [...BELOW_PLATFORM, 'platform/browser', 'rpc'],
  cli: [...BELOW_PLATFORM, 'platform/node', 'rpc'],
  ui: [...LOW, 'gpu', 'rpc/contract.ts', 'rpc/client.ts', 'platform/browser'],
};

/** Which folders (or files) of `src/` may import a package. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@kobalte': ['ui'],
  comlink: ['rpc/client.ts', 'workers'],
  commander: ['cli'],
  idb: ['platform/browser'],
  'solid-js': ['ui'],
  uplot: ['ui'],
  webgpu: ['platform/node'],
  node: ['platform/node', 'cli'],
};

/** Which folders (or files) may name a global or do a thing that `inspect` looks for. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  indexedDB: ['platform/browser'],
  'navigator.gpu': ['platform'],
  'navigator.storage': ['platform/browser'],
  showOpenFilePicker: ['platform/browser'],
  showDirectoryPicker: ['platform/browser'],
  showSaveFilePicker: ['platform/browser'],
  process: ['platform/node', 'cli'],
  Buffer: ['platform/node', 'cli'],
  'import.meta.glob': ['gpu/shaders.ts', 'gpu/viewerShaders.ts'],
  WGSL: [],
};

const WGSL = /@compute\b|@group\s*\(|@workgroup_size\b|\bvar<storage\b/;
const NODE_PROCESS = new Set([
  'argv',
  'cwd',
  'env',
  'exit',
  'exitCode',
  'on',
  'platform',
  'stderr',
  'stdin',
  'stdout',
]);
export const MAX_LINES = 500;

/** Every broken law, as "file:line does what, why not"; empty where all hold. */
export function brokenLaws(sources: Sources): string[] {
  const modules = new Map<string, Module>();
  const broken: string[] = [];
  for (const [path, text] of sources) {
    const lines = text.split('\n').length;
    if (lines > MAX_LINES) broken.push(`${path} has ${lines} lines: split it, ${MAX_LINES} is the most`);
    if (!/(?<!\.d)\.tsx?$/.test(path)) continue;
    try {
      modules.set(path, inspect(path, text, sources));
    } catch (error) {
      broken.push(`${path} can't be parsed: ${String(error)}`);
    }
  }
  for (const [path, module] of modules) broken.push(...brokenBy(path, module));
  const cycle = findCycle(modules);
  if (cycle !== undefined) broken.push(`import cycle: ${cycle.join(' → ')}`);
  return broken;
}

/** References are never built on the code they judge: the imports of `src/` in these files. */
export function importsOfSource(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    inspect(path, text, sources)
      .imports.filter(({ specifier }) => join(dirname(path), specifier).startsWith('src/'))
      .map(
        ({ specifier, line }) =>
          `${path}:${line} imports ${specifier}: an oracle must not use what it judges`,
      ),
  );
}

function brokenBy(path: string, module: Module): string[] {
  const home = path.slice('src/'.length);
  const floor = floorOf(home);
  const allowed = floor === undefined ? undefined : FLOORS[floor];
  if (floor === undefined || allowed === undefined) return [`${path} stands on no floor of ARCHITECTURE.md`];

  const broken: string[] = [];
  for (const { specifier, target, line } of module.imports) {
    const places = PACKAGES[packageOf(specifier)];
    if (places !== undefined && !isIn(home, places)) {
      broken.push(`${path}:${line} imports ${specifier}: only ${places.join(', ')} may`);
    }
    if (/\.wgsl(\?|$)/.test(specifier))
      broken.push(`${path}:${line} imports ${specifier}: only src/gpu/ reads shaders/`);
    const there = target?.slice('src/'.length);
    if (there !== undefined && !isIn(there, [floor, ...allowed])) {
      broken.push(
        `${path}:${line} imports ${specifier}: ${floor} may import ${allowed.join(', ') || 'nothing'}`,
      );
    }
  }
  for (const { what, line } of module.names) {
    const places = NAMES[what] ?? [];
    if (!isIn(home, places)) {
      const where = places.length === 0 ? 'it belongs in shaders/' : `only ${places.join(', ')} may`;
      broken.push(`${path}:${line} has ${what}: ${where}`);
    }
  }
  return broken;
}

/** The floor of a path below `src/`; the two halves of `platform` are floors of their own. */
function floorOf(home: string): string | undefined {
  return Object.keys(FLOORS).find((floor) => home.startsWith(`${floor}/`));
}

function isIn(home: string, places: readonly string[]): boolean {
  return places.some((place) => home === place || home.startsWith(`${place}/`));
}

/** `solid-js/web` → `solid-js`, `node:fs` → `node`; a relative path has no entry in any table. */
function packageOf(specifier: string): string {
  return /^[^/:]+/.exec(specifier)?.[0] ?? specifier;
}

function inspect(path: string, text: string, sources: Sources): Module {
  const { program, module, errors } = parseSync(path, text);
  const failure = errors[0];
  if (failure !== undefined) throw new Error(failure.message);
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;

  const imports: Import[] = [];
  const add = (specifier: string, offset: number): void => {
    const file = specifier.startsWith('.') ? join(dirname(path), specifier.replace(/\?.*$/, '')) : undefined;
    const target = file !== undefined && sources.has(file) ? file : undefined;
    imports.push({ specifier, target, line: lineAt(offset) });
  };
  for (const { moduleRequest, start } of module.staticImports) add(moduleRequest.value, start);

  const names: Named[] = [];
  const name = (what: string, offset: number): void => {
    names.push({ what, line: lineAt(offset) });
  };
  const literal = (value: string, offset: number): void => {
    if (WGSL.test(value)) name('WGSL', offset);
  };
  new Visitor({
    ExportAllDeclaration: (node) => add(node.source.value, node.start),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node.source.value, node.start);
    },
    ImportExpression: (node) => {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string')
        add(node.source.value, node.start);
    },
    TSImportType: (node) => add(node.source.value, node.start),
    Identifier: (node) => {
      if (node.name !== 'process' && Object.hasOwn(NAMES, node.name)) name(node.name, node.start);
    },
    MemberExpression: (node) => {
      if (node.property.type !== 'Identifier' || node.computed) return;
      const { object, property } = node;
      if (object.type === 'MetaProperty' && property.name === 'glob') name('import.meta.glob', node.start);
      // `globalThis.navigator.gpu` ends in the same two names.
      const owner =
        object.type === 'Identifier' ? object.name : 'property' in object ? nameOf(object.property) : '';
      if (Object.hasOwn(NAMES, `${owner}.${property.name}`)) name(`${owner}.${property.name}`, node.start);
      if (owner === 'process' && NODE_PROCESS.has(property.name)) name('process', node.start);
    },
    Literal: (node) => {
      if (typeof node.value === 'string') literal(node.value, node.start);
    },
    TemplateLiteral: (node) => literal(node.quasis.map((part) => part.value.raw).join(' '), node.start),
  }).visit(program);
  return { imports, names };
}

function nameOf(node: { readonly type: string; readonly name?: unknown }): string {
  return node.type === 'Identifier' && typeof node.name === 'string' ? node.name : '';
}

/** One import cycle as a closed path of files, or undefined. */
function findCycle(modules: ReadonlyMap<string, Module>): string[] | undefined {
  const finished = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): string[] | undefined => {
    const entered = path.indexOf(file);
    if (entered >= 0) return [...path.slice(entered), file];
    if (finished.has(file)) return undefined;
    path.push(file);
    for (const { target } of modules.get(file)?.imports ?? []) {
      const cycle = target === undefined ? undefined : walk(target);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    finished.add(file);
    return undefined;
  };
  for (const file of modules.keys()) {
    const cycle = walk(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
