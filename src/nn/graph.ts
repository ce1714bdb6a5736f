/**
 * A network as data: a list of layers, each naming its inputs among the earlier ones. It comes from a model file, so
 * every field is checked; nothing in it is ever run.
 */
import { FormatError } from '../core/errors.ts';
import type { Activation } from '../gpu/ops/conv2d.ts';

export type Layer =
  | {
      readonly op: 'conv';
      readonly name: string;
      readonly input: string;
      readonly kernel: number;
      readonly in: number;
      readonly out: number;
      readonly activation: Activation;
    }
  | { readonly op: 'maxPool' | 'upsample'; readonly name: string; readonly input: string }
  | { readonly op: 'concat'; readonly name: string; readonly inputs: readonly string[] };

export interface Graph {
  readonly name: string;
  readonly layers: readonly Layer[];
}

/** The name of the image that the first layer reads. */
export const inputName = 'input';

const maximalLayers = 256;
const maximalChannels = 4096;
const maximalKernel = 15;

/**
 * Reads a graph from parsed JSON.
 * @param file the model's name, for the error's sentence.
 * @throws FormatError 'bad-weights' when a layer is unknown, out of order or out of bounds.
 */
export function parseGraph(json: unknown, file: string): Graph {
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, `is no network that Cryolite can run: ${what}.`);
  };
  const record = (value: unknown, what: string): Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : bad(`${what} is missing`);
  const graph = record(json, 'its graph');
  const layers = Array.isArray(graph.layers) ? (graph.layers as unknown[]) : bad('it has no layers');
  if (layers.length === 0 || layers.length > maximalLayers) bad(`it has ${layers.length} layers`);
  const known = new Set([inputName]);
  const parsed = layers.map((value, index): Layer => {
    const layer = record(value, `layer ${index}`);
    const name =
      typeof layer.name === 'string' && layer.name ? layer.name : bad(`layer ${index} has no name`);
    if (known.has(name)) bad(`the name ${name} is used twice`);
    const from = (source: unknown): string =>
      typeof source === 'string' && known.has(source)
        ? source
        : bad(`${name} reads ${String(source)}, which is not made before it`);
    const whole = (field: string, limit: number): number => {
      const number = layer[field];
      return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= limit
        ? number
        : bad(`${field} of ${name} is ${String(number)}`);
    };
    let result: Layer;
    switch (layer.op) {
      case 'conv': {
        const { activation } = layer;
        if (activation !== 'none' && activation !== 'relu' && activation !== 'leakyRelu') {
          return bad(`${name} has the activation ${String(activation)}`);
        }
        result = {
          op: 'conv',
          name,
          input: from(layer.input),
          kernel: whole('kernel', maximalKernel),
          in: whole('in', maximalChannels),
          out: whole('out', maximalChannels),
          activation,
        };
        break;
      }
      case 'maxPool':
      case 'upsample':
        result = { op: layer.op, name, input: from(layer.input) };
        break;
      case 'concat': {
        const inputs = Array.isArray(layer.inputs) ? (layer.inputs as unknown[]).map(from) : [];
        if (inputs.length < 2) bad(`${name} joins fewer than two layers`);
        result = { op: 'concat', name, inputs };
        break;
      }
      default:
        return bad(`${name} is a ${String(layer.op)}, an operation it does not know`);
    }
    known.add(name);
    return result;
  });
  return { name: typeof graph.name === 'string' ? graph.name : file, layers: parsed };
}

/** The layers a layer reads. */
export function inputsOf(layer: Layer): readonly string[] {
  return layer.op === 'concat' ? layer.inputs : [layer.input];
}
