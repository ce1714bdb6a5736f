/** The size of the picture that a network is run on, for a micrograph of any size. */
import { FormatError } from '../../core/errors.ts';
import { fittingLength } from '../../nn/fitting.ts';
import { type Graph, outputName } from '../../nn/layers.ts';
import { inferSizes, type Size } from '../../nn/sizes.ts';

/** The size of what a network makes of a picture. @throws FormatError 'wrong-shape'. */
export function resultSize(graph: Graph, size: Size): Size {
  const { x, y } = inferSizes(graph, size);
  const name = outputName(graph);
  return { width: x.get(name) ?? 0, height: y.get(name) ?? 0 };
}

/**
 * The micrograph's own size where the network keeps it, or else the next that its pooling divides evenly (or that it was
 * exported for): the micrograph lies in the top left corner and goes on as its mirror image.
 */
export function frameFor(graph: Graph, size: Size): Size {
  if (isKept(graph, size)) return size;
  return roundUp(graph, size);
}

/** Whether the result is of the picture's own size. */
export function isKept(graph: Graph, size: Size): boolean {
  try {
    const { width, height } = resultSize(graph, size);
    return width === size.width && height === size.height;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The next size that pooling divides evenly, or that fits an export of fixed size. */
export function roundUp(graph: Graph, { width, height }: Size): Size {
  return {
    width: fittingLength(graph, 'x', width) ?? width,
    height: fittingLength(graph, 'y', height) ?? height,
  };
}
