import { FormatError } from '../../core/errors.ts';
import { readSafetensors } from '../../formats/weights/safetensors.ts';
import type { Graph } from '../../nn/layers.ts';
import type { WeightTensors } from '../../nn/network.ts';
import { parseGraph } from '../../nn/parse.ts';

/** A picking network as it comes from its file: graph, weights, and how to feed and read it. */
export interface PickerModel {
  readonly graph: Graph;
  readonly tensors: WeightTensors;
  /** Particle diameter in the network's input, px. */
  readonly workingDiameterPx: number;
  readonly highpassDiameters: number;
  /** Input values beyond ± this are cut. */
  readonly clip: number;
  /** Two picks are never nearer than this many diameters. */
  readonly separationDiameters: number;
  /** Probability at which a pick is shown by default. */
  readonly defaultThreshold: number;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
}

const graphKey = 'cryolite.graph';

/**
 * Reads a picker's safetensors file; its graph is JSON in the metadata. Data only: nothing in the file is run.
 * @throws FormatError 'bad-weights' when it is no picker.
 */
export async function parsePickerModel(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<PickerModel> {
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, `is no Cryolite picking network: ${what}.`);
  };
  const { metadata, tensors } = readSafetensors(file, bytes);
  const text = metadata.get(graphKey) ?? bad(`its metadata lacks ${graphKey}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return bad(`its ${graphKey} is not JSON`);
  }
  const graph = parseGraph(json, file);
  const number = (path: readonly string[], low: number, high: number): number => {
    const value = path.reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      json,
    );
    return typeof value === 'number' && value >= low && value <= high
      ? value
      : bad(`${path.join('.')} should be a number from ${low} to ${high}, but is ${String(value)}`);
  };
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
  return {
    graph,
    tensors,
    workingDiameterPx: number(['preprocess', 'workingDiameterPx'], 4, 256),
    highpassDiameters: number(['preprocess', 'highpassDiameters'], 1, 100),
    clip: number(['preprocess', 'clip'], 1, 1000),
    separationDiameters: number(['peak', 'radiusDiameters'], 0.05, 10),
    defaultThreshold: number(['peak', 'defaultThreshold'], 0, 1),
    hash: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}
