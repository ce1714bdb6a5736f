import type { GpuContext } from '../../../gpu/context.ts';
import type { NamedTensor } from '../../../nn/train/parameters.ts';
import { matchPicks } from '../../evaluation/matching.ts';
import { heatMap, peaksOf } from '../../picking/heat.ts';
import { bestThreshold } from '../../picking/threshold.ts';
import { strictDiameters } from '../heldOut.ts';
import type { NetworkWeights } from '../matchedFilter.ts';
import { type Evidence, fitPosterior, sigmoid } from '../posterior.ts';
import { particleOnly } from './design.ts';
import { type KnownPicture, particlesKnown } from './pictures.ts';

export interface CalibratedNetwork {
  /** Its first channel is the log-odds that a particle is there, strictly located. */
  readonly network: NetworkWeights;
  /** Of the largest F1 to be expected. */
  readonly threshold: number;
  /** By which all this was found. */
  readonly candidates: number;
}

/**
 * Makes chances of a general picker's scores, by logistic regression over its candidates on pictures of which all particles are known.
 * @param separationDiameters that candidates are apart at least.
 */
export async function calibrateGeneral(
  context: GpuContext,
  network: NetworkWeights,
  pictures: readonly KnownPicture[],
  diameterPx: number,
  separationDiameters: number,
): Promise<CalibratedNetwork> {
  const { graph, tensors } = particleOnly(network);
  const evidence: Evidence[] = [];
  for (const { picture, particles, known } of pictures) {
    const heat = await heatMap(context, graph, tensors, picture);
    const found = peaksOf(heat, picture, diameterPx, separationDiameters * diameterPx).filter(
      ({ x, y }) => ((known[Math.round(y) * picture.width + Math.round(x)] ?? 0) & particlesKnown) !== 0,
    );
    for (const { score, truth } of matchPicks(found, particles, strictDiameters * diameterPx))
      evidence.push({ features: [score], isParticle: truth >= 0 });
  }
  const { weights } = fitPosterior(evidence);
  const [slope = 0, constant = 0] = weights;
  const [factor, offset] = slope > 0 ? [slope, constant] : [1, 0];
  return {
    network: withScaledFirst(network, factor, offset),
    threshold: bestThreshold(evidence.map(({ features: [score = 0] }) => sigmoid(factor * score + offset))),
    candidates: evidence.length,
  };
}

/** The same network with factor · logit + offset for its first channel. */
function withScaledFirst({ graph, tensors }: NetworkWeights, factor: number, offset: number): NetworkWeights {
  const last = graph.layers.at(-1);
  if (last?.op !== 'conv') return { graph, tensors };
  const inputs = last.in * last.kernel.x * last.kernel.y;
  const changed = (name: string | undefined, count: number, add: number): [string, NamedTensor][] => {
    const tensor = name === undefined ? undefined : tensors.get(name);
    if (name === undefined || !tensor) return [];
    const data = tensor.data.map((value, i) => (i < count ? value * factor + add : value));
    return [[name, { shape: tensor.shape, data }]];
  };
  return {
    graph,
    tensors: new Map([...tensors, ...changed(last.weight, inputs, 0), ...changed(last.bias, 1, offset)]),
  };
}
