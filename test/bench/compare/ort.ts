/** onnxruntime-web, by its WebGPU or its WebAssembly back end; the same code in a page and in Node. */
import { outputName } from '../../../src/nn/layers.ts';
import { onnxModel } from './onnxModel.ts';
import type { Runtime } from './runtime.ts';

/** The part of the library that is used here; it is installed only when somebody measures. */
export interface OrtModule {
  readonly env: {
    readonly versions: { readonly web?: string; readonly common: string };
    readonly wasm: { numThreads?: number; wasmPaths?: string };
    readonly webgpu: { powerPreference?: GPUPowerPreference };
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: { executionProviders: readonly string[] }): Promise<OrtSession>;
  };
}

interface OrtTensor {
  readonly data: unknown;
  dispose(): void;
}

interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

export interface OrtOptions {
  /** Where the library finds its WebAssembly; in Node it knows. */
  readonly wasmPaths?: string;
  readonly threads: number;
}

export function ortRuntime(ort: OrtModule, backend: 'webgpu' | 'wasm', options: OrtOptions): Runtime {
  ort.env.wasm.numThreads = options.threads;
  if (options.wasmPaths !== undefined) ort.env.wasm.wasmPaths = options.wasmPaths;
  if (backend === 'webgpu') ort.env.webgpu.powerPreference = 'high-performance';
  return {
    name: `onnxruntime-web ${backend === 'webgpu' ? 'WebGPU' : 'WASM'}`,
    version: ort.env.versions.web ?? ort.env.versions.common,
    settings: backend === 'wasm' ? { threads: options.threads } : {},
    prepare: async (network, size) => {
      const model = onnxModel(network, size);
      const session = await ort.InferenceSession.create(model, { executionProviders: [backend] });
      const { graph } = network;
      const shape = [1, graph.channels, size.height, size.width];
      return {
        run: async (image) => {
          const input = new ort.Tensor('float32', image, shape);
          const output = (await session.run({ input }))[outputName(graph)];
          if (!(output?.data instanceof Float32Array)) throw new Error('onnxruntime-web gave no numbers.');
          const data = output.data.slice();
          output.dispose();
          return data;
        },
        dispose: () => session.release(),
      };
    },
  };
}
