import type { Provenance } from '../dataset/session.ts';
import { pickerOf } from '../pipelines/picking/model.ts';
import { type PickResume, pickParticles } from '../pipelines/picking/pick.ts';
import type { ComputeApi, PickParameters } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract that finds particles. */
export function pickService({ gpu, documents, models, picker }: ServiceParts): Pick<ComputeApi, 'pick'> {
  return {
    pick: (id, parameters, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        return await documents.using(id, async (image) => {
          const start = performance.now();
          const { model } = parameters;
          const own = model === undefined ? undefined : models.find(model);
          const shipped = await picker.get();
          const network = own ? pickerOf(own) : shipped;
          const masker = shipped.kind === 'working-scale' ? shipped : undefined;
          const resume: PickResume = { finished: new Map() };
          let adapter = '';
          const outcome = await gpu.run(options, (context) => {
            adapter = context.adapterName;
            return image.withRaw(context, options, (loaded) =>
              pickParticles(context, loaded, image.micrograph, parameters, network, {
                ...options,
                resume,
                masker,
              }),
            );
          });
          const provenance = pickProvenance(parameters, adapter, {
            hash: network.hash,
            name: own?.file,
            scale: outcome.scale,
          });
          return { ...outcome, provenance, seconds: (performance.now() - start) / 1000 };
        });
      }),
  };
}

function pickProvenance(
  parameters: PickParameters,
  adapter: string,
  weights: { readonly hash: string; readonly name: string | undefined; readonly scale: number },
): Provenance {
  const { method, diameterAngstrom, pixelSizeAngstrom } = parameters;
  const { hash, name, scale } = weights;
  return {
    program: 'Cryolite',
    version: __CRYOLITE_VERSION__,
    adapter,
    method,
    ...(method === 'cnn' && { weightsHash: hash, scale, ...(name !== undefined && { weightsName: name }) }),
    diameterAngstrom,
    pixelSizeAngstrom,
  };
}
