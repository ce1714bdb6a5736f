/** Networks from files of any kind that Cryolite runs. */
import { basename, extname } from 'node:path';
import { FormatError, UsageError } from '../../core/errors.ts';
import { readOnnx } from '../../formats/onnx/read.ts';
import { readSafetensors } from '../../formats/weights/safetensors.ts';
import { refuseNonFinite } from '../../formats/weights/tensors.ts';
import { recogniseTopaz } from '../../formats/weights/topazNames.ts';
import { readTorchWeights } from '../../formats/weights/torch/read.ts';
import { onnxNetwork } from '../../nn/imports/onnx.ts';
import { topazGraph } from '../../nn/imports/topaz.ts';
import type { Graph } from '../../nn/layers.ts';
import { parseGraph } from '../../nn/parse.ts';
import { readModelFile } from '../../platform/node/models.ts';

export interface NetworkTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface OpenedNetwork {
  readonly format: 'Cryolite' | 'Topaz' | 'ONNX';
  /** What it calls itself, or is known as. */
  readonly name: string;
  readonly graph: Graph;
  readonly tensors: ReadonlyMap<string, NetworkTensor>;
}

type Reader = (file: string, bytes: Uint8Array<ArrayBuffer>) => OpenedNetwork;

const READERS: Readonly<Record<string, Reader>> = {
  '.safetensors': readOwn,
  '.onnx': readModel,
  '.sav': readTopaz,
  '.pt': readTopaz,
  '.pth': readTopaz,
};

/**
 * Reads a network; nothing in the file is run.
 * @throws UsageError where the name does not tell what it is; FormatError for what is damaged or can't be run.
 */
export async function openNetwork(path: string): Promise<OpenedNetwork> {
  const reader = READERS[extname(path).toLowerCase()];
  if (!reader) {
    throw new UsageError(
      `${path} is no network by its name: give a ${Object.keys(READERS).join(', ')} file.`,
    );
  }
  const network = reader(path, await readModelFile(path));
  for (const [name, { data }] of network.tensors) refuseNonFinite(path, name, data);
  return network;
}

/** Weights without a graph: the networks that Topaz has are told by their tensors. */
function readTopaz(file: string, bytes: Uint8Array<ArrayBuffer>): OpenedNetwork {
  const tensors = readTorchWeights(file, bytes);
  const network = recogniseTopaz(file, tensors);
  return { format: 'Topaz', name: network.kind, graph: topazGraph(file, network), tensors };
}

function readModel(file: string, bytes: Uint8Array<ArrayBuffer>): OpenedNetwork {
  return { format: 'ONNX', name: basename(file), ...onnxNetwork(file, readOnnx(file, bytes)) };
}

/** The graph is JSON beside the weights. */
function readOwn(file: string, bytes: Uint8Array<ArrayBuffer>): OpenedNetwork {
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, `is no Cryolite network: ${what}.`);
  };
  const { metadata, tensors } = readSafetensors(file, bytes);
  const text = metadata.get('cryolite.graph') ?? bad('its metadata lack cryolite.graph');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return bad('its cryolite.graph is not JSON');
  }
  const graph = parseGraph(json, file);
  return { format: 'Cryolite', name: graph.name, graph, tensors };
}
