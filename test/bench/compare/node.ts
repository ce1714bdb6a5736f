/**
 * Cryolite in Node on the best adapter beside onnxruntime-web's WebAssembly: `node.mjs '{"edge": 128, …}'` prints one
 * JSON object.
 */
import { openNodeGpu } from '../../../src/platform/node/gpu.ts';
import { type CompareOptions, compare } from './compare.ts';
import { cryoliteRuntime } from './cryolite.ts';
import { type OrtModule, ortRuntime } from './ort.ts';

interface NodeOptions extends CompareOptions {
  readonly threads: number;
  /** Parts of the names of runtimes, in lower case; all where there are none. */
  readonly only: readonly string[];
}

const options = JSON.parse(process.argv[2] ?? '{}') as NodeOptions;
const isWanted = (name: string): boolean =>
  options.only.length === 0 || options.only.some((part) => name.toLowerCase().includes(part));

const runtimes = [
  { name: 'Cryolite', load: async () => cryoliteRuntime(await openNodeGpu()) },
  {
    name: 'onnxruntime-web WASM',
    load: async () => {
      // Not to be bundled: it finds its WebAssembly beside itself.
      const name = 'onnxruntime-web';
      const module: OrtModule = await import(/* @vite-ignore */ name);
      return ortRuntime(module, 'wasm', { threads: options.threads });
    },
  },
];

const results = await compare(
  runtimes.filter(({ name }) => isWanted(name)),
  { ...options, onProgress: (what) => console.error(what) },
);
process.stdout.write(JSON.stringify({ node: process.version, results }));
// Threads of WebAssembly would keep the process alive.
process.exit(0);
