/** Networks from files of any kind that Cryolite runs. */
import { FormatError } from '../../core/errors.ts';
import { readOnnx } from '../../formats/onnx/read.ts';
import { readSafetensors } from '../../formats/weights/safetensors.ts';
import { recogniseTopaz } from '../../formats/weights/topazNames.ts';
import { readTorchWeights } from '../../formats/weights/torch/read.ts';
import { onnxNetwork } from '../../nn/imports/onnx.ts';
import { topazGraph } from '../../nn/imports/topaz.ts';
import type { Graph } from '../../nn/layers.ts';
import { parseGraph } from '../../nn/parse.ts';
import { Weights } from '../../nn/weights.ts';

export type ModelFormat = 'Cryolite' | 'Topaz' | 'ONNX';

/** What a network is good for; 'either' where its file does not tell. */
export type ModelTask = 'pick' | 'denoise' | 'either';

export interface ModelTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network from a file: plain data, which may be sent to a worker. */
export interface OpenedModel {
  readonly format: ModelFormat;
  /** The file's name as it was given, for errors. */
  readonly file: string;
  /** What it calls itself, or is known as. */
  readonly name: string;
  /** It has the file's name, so that errors of whatever runs it say which file. */
  readonly graph: Graph;
  /** All that the graph names, of the shapes it says; perhaps others. */
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly task: ModelTask;
  /** What is said beside the graph in a Cryolite model: how a picker is fed and read. Not checked yet. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
}

type Content = Omit<OpenedModel, 'file' | 'hash'>;
type Reader = (file: string, bytes: Uint8Array<ArrayBuffer>) => Content;

/**
 * Reads a network; nothing in the file is run.
 * @param file its name: what it is, is told by its content, and by its name only where that is damaged.
 * @param bytes the whole file.
 * @throws FormatError 'empty', 'bad-weights', 'bad-onnx' for what is damaged, is no network, or can't be run: also where a
 * tensor is missing or does not fit its layer.
 */
export async function openModel(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<OpenedModel> {
  if (bytes.length === 0) throw new FormatError('empty', file, 'is empty (0 bytes).');
  const format = formatByContent(bytes) ?? formatByName(file);
  if (!format) {
    throw new FormatError(
      'bad-weights',
      file,
      'is no network by its content: give a .safetensors of Cryolite, an .onnx, or a .sav, .pt or .pth of Topaz.',
    );
  }
  const content = READERS[format](file, bytes);
  const { graph, tensors } = content;
  new Weights(file, tensors).check(graph);
  return { ...content, graph: { ...graph, name: file }, file, hash: await sha256(bytes) };
}

/** The format that the first bytes are of. */
export function formatByContent(bytes: Uint8Array): ModelFormat | undefined {
  const starts = (...magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
  // Safetensors first: the length of a header may begin as a pickle does. Below 4 GiB, and then JSON.
  const high = bytes.subarray(4, 8);
  if (bytes[8] === 0x7b && high.every((byte) => byte === 0)) return 'Cryolite';
  // An archive of PyTorch, or a pickle of any protocol since 2.
  if (starts(0x50, 0x4b, 0x03, 0x04) || (starts(0x80) && (bytes[1] ?? 0) < 8)) return 'Topaz';
  // The version of ONNX's format, a small number, is the first thing that all exporters write; then another field.
  if (starts(0x08) && (bytes[1] ?? 0) < 0x80 && fieldsOfOnnx.has(bytes[2] ?? 0)) return 'ONNX';
  return undefined;
}

/** The tags of producer, its version, domain, model version, description, graph and operations, as they are written. */
const fieldsOfOnnx: ReadonlySet<number> = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]);

function formatByName(file: string): ModelFormat | undefined {
  const [ending = ''] = /\.[^./\\]+$/.exec(file.toLowerCase()) ?? [];
  return ENDINGS[ending];
}

const ENDINGS: Readonly<Record<string, ModelFormat>> = {
  '.safetensors': 'Cryolite',
  '.onnx': 'ONNX',
  '.sav': 'Topaz',
  '.pt': 'Topaz',
  '.pth': 'Topaz',
};

const READERS: Readonly<Record<ModelFormat, Reader>> = {
  Cryolite: readOwn,
  Topaz: readTopaz,
  ONNX: readOnnxModel,
};

/** Weights without a graph: the networks that Topaz has are told by their tensors. */
function readTopaz(file: string, bytes: Uint8Array<ArrayBuffer>): Content {
  const tensors = readTorchWeights(file, bytes);
  const network = recogniseTopaz(file, tensors);
  const graph = topazGraph(file, network);
  return { format: 'Topaz', name: network.kind, graph, tensors, task: network.use, settings: {} };
}

function readOnnxModel(file: string, bytes: Uint8Array<ArrayBuffer>): Content {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  const network = onnxNetwork(file, readOnnx(file, bytes));
  return { format: 'ONNX', name, ...network, task: 'either', settings: {} };
}

/** The graph is JSON beside the weights. */
function readOwn(file: string, bytes: Uint8Array<ArrayBuffer>): Content {
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
  // What is no object has been refused.
  const settings = { ...(json as Readonly<Record<string, unknown>>) };
  return { format: 'Cryolite', name: graph.name, graph, tensors, task: taskOf(settings), settings };
}

function taskOf({ task, preprocess, peak }: Readonly<Record<string, unknown>>): ModelTask {
  if (task === 'pick' || task === 'denoise') return task;
  return preprocess !== undefined || peak !== undefined ? 'pick' : 'either';
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
