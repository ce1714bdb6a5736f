import { writeSafetensors } from '../../../formats/weights/safetensors.ts';
import { graphToJson } from '../../../nn/parse.ts';
import { type RefinerSettings, refinerToJson } from '../network/settings.ts';
import type { DenoiserStart } from './denoiserTraining.ts';

/** One file with all that denoising needs: graph, weights, how to feed it, and where it comes from. */
export function denoiserModelBytes(
  name: string,
  { graph, tensors }: DenoiserStart,
  refiner: RefinerSettings,
  provenance: object,
): Uint8Array<ArrayBuffer> {
  const json = {
    ...graphToJson({ ...graph, name }),
    task: 'denoise',
    preprocess: refinerToJson(refiner),
    provenance,
  };
  const stored = new Map(
    [...tensors].map(([tensor, { shape, data }]) => [tensor, { dtype: 'F32', shape, data } as const]),
  );
  return writeSafetensors(stored, new Map([['cryolite.graph', JSON.stringify(json)]]));
}
