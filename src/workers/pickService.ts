import type { Provenance } from '../dataset/session.ts';
import { type PickerModel, parsePickerModel } from '../pipelines/picking/model.ts';
import { type PickResume, pickParticles } from '../pipelines/picking/pick.ts';
import type { ComputeApi, PickParameters } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract that finds particles. */
export function pickService({ platform, gpu, documents }: ServiceParts): Pick<ComputeApi, 'pick'> {
  let model: Promise<PickerModel> | undefined;
  const pickerModel = (): Promise<PickerModel> => {
    model ??= platform.loadPickerModel().then((bytes) => parsePickerModel(bytes, 'The picking network'));
    model.catch(() => {
      model = undefined;
    });
    return model;
  };
  return {
    pick: (id, parameters, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        return await documents.using(id, async (image) => {
          const start = performance.now();
          const network = await pickerModel();
          const resume: PickResume = { finished: new Map() };
          let adapter = '';
          const outcome = await gpu.run(options, (context) => {
            adapter = context.adapterName;
            return image.withRaw(context, options, (loaded) =>
              pickParticles(context, loaded, image.micrograph, parameters, network, { ...options, resume }),
            );
          });
          const provenance = pickProvenance(parameters, adapter, network);
          return { ...outcome, provenance, seconds: (performance.now() - start) / 1000 };
        });
      }),
  };
}

function pickProvenance(parameters: PickParameters, adapter: string, network: PickerModel): Provenance {
  const { method, diameterAngstrom, pixelSizeAngstrom } = parameters;
  return {
    program: 'Cryolite',
    version: __CRYOLITE_VERSION__,
    adapter,
    method,
    ...(method === 'cnn' ? { weightsHash: network.hash } : {}),
    diameterAngstrom,
    pixelSizeAngstrom,
  };
}
