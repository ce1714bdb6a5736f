import { sha256Hex } from '../../core/hash.ts';
import { writeSafetensors } from '../../formats/weights/safetensors.ts';
import { graphToJson } from '../../nn/parse.ts';
import { type Arrangement, arrangementToJson } from '../picking/arrangement/settings.ts';
import type { TrainingExample, WorkingSettings } from './examples.ts';
import type { NetworkWeights } from './matchedFilter.ts';

/** Where a picker comes from, as it stands in its file. */
export interface Provenance {
  readonly program: string;
  readonly seed: number;
  readonly steps: number;
  readonly labels: number;
  readonly micrographs: readonly string[];
  /** SHA-256 of the network it started from, hex; undefined where it started from nothing. */
  readonly startedFrom: string | undefined;
  /** SHA-256 of the labels as JSON, hex. */
  readonly labelsHash: string;
  readonly diameterAngstrom: number;
}

/** What a picker's file tells of the examples that it learnt from. */
export async function labelsOf(
  examples: readonly TrainingExample[],
): Promise<Pick<Provenance, 'labels' | 'micrographs' | 'labelsHash'>> {
  const labels = examples.flatMap((one) => one.labels.map(({ x, y }) => ({ micrograph: one.name, x, y })));
  return {
    labels: labels.length,
    micrographs: examples.map(({ name }) => name),
    labelsHash: await sha256Hex(new TextEncoder().encode(JSON.stringify(labels))),
  };
}

export interface TrainedPicker {
  readonly network: NetworkWeights;
  /** What the channels of its result are, where there is more than one. */
  readonly outputs?: readonly string[];
  /** Cells that its offsets reach over: (p − ½) of them; 1 without it. */
  readonly offsetCells?: number;
  readonly settings: WorkingSettings;
  readonly separationDiameters: number;
  /** Width of a particle's body in diameters, 0 where it is not known. */
  readonly exclusionDiameters?: number;
  readonly threshold: number;
  /** How its particles lie beside each other in noise; undefined where that is not heeded. */
  readonly arrangement?: Arrangement | undefined;
}

/** One file with all that picking needs: graph, weights, how to feed it, where to cut, and where it comes from. */
export function pickerModelBytes(
  name: string,
  {
    network,
    outputs,
    offsetCells,
    settings,
    separationDiameters,
    exclusionDiameters,
    threshold,
    arrangement,
  }: TrainedPicker,
  provenance: object,
): Uint8Array<ArrayBuffer> {
  const { workingDiameterPx, highpassDiameters, clip } = settings;
  const graph = {
    ...graphToJson({ ...network.graph, name }),
    task: 'pick',
    ...(outputs && { outputs }),
    preprocess: { workingDiameterPx, highpassDiameters, clip },
    peak: {
      radiusDiameters: separationDiameters,
      ...(exclusionDiameters !== undefined && { exclusionDiameters }),
      defaultThreshold: threshold,
      ...(offsetCells !== undefined && { offsetCells }),
      ...(arrangement && { arrangement: arrangementToJson(arrangement) }),
    },
    provenance,
  };
  const tensors = new Map(
    [...network.tensors].map(([tensor, { shape, data }]) => [tensor, { dtype: 'F32', shape, data } as const]),
  );
  return writeSafetensors(tensors, new Map([['cryolite.graph', JSON.stringify(graph)]]));
}
