/** What a general training may begin with: another training's checkpoint, or a network that it made. */
import { FormatError } from '../../../core/errors.ts';
import { readSafetensors } from '../../../formats/weights/safetensors.ts';
import { foldNorms } from '../../../nn/foldNorms.ts';
import type { Graph } from '../../../nn/layers.ts';
import { graphToJson, parseGraph } from '../../../nn/parse.ts';
import { learntTensors } from '../../../nn/train/checkpoint.ts';
import type { NetworkWeights } from '../matchedFilter.ts';
import { type Design, generalGraph, initialTensors } from './design.ts';

/**
 * The weights of a file, with their graph: with normalisations where it is a checkpoint, without them where they have been folded.
 * @param file its name, for the error's sentence.
 * @throws FormatError 'bad-weights' when it is of another design.
 */
export function readStart(file: string, bytes: Uint8Array<ArrayBuffer>, design: Design): NetworkWeights {
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, `cannot begin this training: ${what}.`);
  };
  const { metadata, tensors } = readSafetensors(file, bytes);
  const text = metadata.get('cryolite.graph') ?? bad('it is neither a checkpoint nor a picker of Cryolite');
  const own = parseGraph(parsed(text) ?? bad('its graph is not JSON'), file);
  const learning = generalGraph(design);
  const folded = foldNorms(learning, initialTensors(learning, 0)).graph;
  const graph = [learning, folded].find((one) => sameLayers(one, own));
  return {
    graph: graph ?? bad("its layers are not those of the recipe's design"),
    tensors: learntTensors(tensors),
  };
}

/** Compared as files hold them, whose fields are in one order. */
function sameLayers(...graphs: readonly [Graph, Graph]): boolean {
  const [a, b] = graphs.map((graph) => JSON.stringify(parseGraph(graphToJson(graph), graph.name).layers));
  return a === b;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
