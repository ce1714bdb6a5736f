import type { Graph } from './layers.ts';
import { type Lengths, lengthsAlong, type Size } from './lengths.ts';
import { misfitError } from './misfit.ts';

export type { Size } from './lengths.ts';

/** Lengths along both axes. */
export interface Sizes {
  readonly x: Lengths;
  readonly y: Lengths;
}

/**
 * The size of every value for an image of a size, as PyTorch has it.
 * @throws FormatError 'wrong-shape' when the image is too small or too large, or does not fit what the network joins;
 * 'bad-weights' when sizes never fit together.
 */
export function inferSizes(graph: Graph, image: Size): Sizes {
  const x = lengthsAlong(graph, 'x', image.width);
  const y = lengthsAlong(graph, 'y', image.height);
  if ('lengths' in x && 'lengths' in y) return { x: x.lengths, y: y.lengths };
  throw misfitError(graph, image, { x, y });
}
