/** All runtimes in one page; `scripts/bench-compare.mjs` calls what is put on the window. */
import { openGpu } from '../../../../src/gpu/open.ts';
import { type CompareOptions, compare, type NetworkResult } from '../compare.ts';
import { cryoliteRuntime } from '../cryolite.ts';
import { type OrtModule, ortRuntime } from '../ort.ts';
import type { Runtime } from '../runtime.ts';
import { tfjsRuntime } from '../tfjs.ts';

declare global {
  interface Window {
    adapter: () => Promise<AdapterFacts | undefined>;
    runtimes: () => readonly string[];
    compareRuntimes: (only: readonly string[], options: CompareOptions) => Promise<NetworkResult[]>;
  }
}

interface AdapterFacts {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
  readonly features: readonly string[];
  readonly maxStorageBufferBindingSize: number;
  readonly crossOriginIsolated: boolean;
}

/** The one that all runtimes get: they all ask for the fastest. */
window.adapter = async () => {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return undefined;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  return {
    vendor,
    architecture,
    device,
    description,
    isFallbackAdapter,
    features: [...adapter.features].sort(),
    maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
    crossOriginIsolated,
  };
};

/** Files of onnxruntime-web beside the page: it has to find its WebAssembly and start its threads from there. */
const ortFolder = new URL('ort/', location.href).href;

async function ort(file: string, backend: 'webgpu' | 'wasm'): Promise<Runtime> {
  const module: OrtModule = await import(/* @vite-ignore */ `${ortFolder}${file}`);
  const threads = crossOriginIsolated ? navigator.hardwareConcurrency : 1;
  return ortRuntime(module, backend, { wasmPaths: ortFolder, threads });
}

const runtimes: readonly { readonly name: string; readonly load: () => Promise<Runtime> }[] = [
  {
    name: 'Cryolite',
    load: async () => cryoliteRuntime(await openGpu(navigator.gpu, 'There is no adapter.')),
  },
  { name: 'onnxruntime-web WebGPU', load: () => ort('ort.webgpu.min.mjs', 'webgpu') },
  { name: 'onnxruntime-web WASM', load: () => ort('ort.wasm.min.mjs', 'wasm') },
  { name: 'TensorFlow.js WebGPU', load: tfjsRuntime },
];

window.runtimes = () => runtimes.map(({ name }) => name);
window.compareRuntimes = (only, options) =>
  compare(
    runtimes.filter(({ name }) => only.includes(name)),
    { ...options, onProgress: (what) => console.info(what) },
  );
