import type { GpuContext } from '../../../gpu/context.ts';
import { evaluatePicks } from '../../evaluation/evaluate.ts';
import { awayFromEdges, suppressNeighbours } from '../../picking/candidates.ts';
import type { PickerChannels } from '../../picking/model.ts';
import { pickWithNetwork } from '../../picking/network.ts';
import { strictDiameters } from '../heldOut.ts';
import type { NetworkWeights } from '../matchedFilter.ts';
import { offsetCells, outputs } from './design.ts';
import { type KnownPicture, particlesKnown } from './pictures.ts';

/** Strict average precision on pictures that nothing was learnt from. */
export interface Judgement {
  readonly averagePrecision: number;
  /** With a parabola through the neighbouring cells in place of the learnt offsets. */
  readonly withoutOffsets: number;
}

/** Picks as the product does, and compares with all that is there. */
export async function judgeGeneral(
  context: GpuContext,
  { graph, tensors }: NetworkWeights,
  pictures: readonly KnownPicture[],
  diameterPx: number,
  separationDiameters: number,
): Promise<Judgement> {
  const contamination = outputs.indexOf('contamination');
  const offset = { x: outputs.indexOf('offsetX'), y: outputs.indexOf('offsetY'), span: offsetCells };
  const precision = async (channels: PickerChannels): Promise<number> => {
    const micrographs = [];
    for (const [i, { picture, particles, known }] of pictures.entries()) {
      const isKnown = ({ x, y }: { readonly x: number; readonly y: number }): boolean =>
        ((known[Math.round(y) * picture.width + Math.round(x)] ?? 0) & particlesKnown) !== 0;
      const buffer = context.upload('picture to judge by', Float32Array.from(picture.data));
      try {
        const plane = { buffer, width: picture.width, height: picture.height };
        const image = { plane, toFile: (place: { x: number; y: number }) => place };
        const { candidates } = await pickWithNetwork(context, image, { graph, tensors, channels });
        const isInside = awayFromEdges(picture, diameterPx);
        const picks = suppressNeighbours(candidates.filter(isInside), separationDiameters * diameterPx)
          .filter(isKnown)
          .map((pick) => ({ ...pick, origin: 'cnn' as const }));
        const truth = particles
          .filter((place) => isInside(place) && isKnown(place))
          .map(({ x, y }) => ({ x, y, score: 1, origin: 'file' as const }));
        micrographs.push({ name: String(i), picks, truth });
      } finally {
        context.free(buffer);
      }
    }
    return evaluatePicks(micrographs, strictDiameters * diameterPx).averagePrecision ?? 0;
  };
  return {
    averagePrecision: await precision({ contamination, offset }),
    withoutOffsets: await precision({ contamination }),
  };
}
