import type { Provenance } from '../dataset/session.ts';
import { checkDiameter } from '../pipelines/picking/workingImage.ts';
import { TemplateExamples } from '../pipelines/template/examples.ts';
import type { TemplatePicks } from '../pipelines/template/micrograph.ts';
import type { ComputeApi, TemplateParameters, TemplateResult } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract that finds what looks like the particles picked by hand. */
export function templateService({ gpu, documents }: ServiceParts): Pick<ComputeApi, 'findByTemplate'> {
  /** What was picked, by all that makes particles comparable. */
  const known = new Map<string, TemplateExamples>();
  const examplesFor = ({
    diameterAngstrom,
    brightParticles,
    examplesOf = '',
  }: TemplateParameters): TemplateExamples => {
    const key = `${diameterAngstrom}/${brightParticles}/${examplesOf}`;
    const examples = known.get(key) ?? new TemplateExamples();
    known.set(key, examples);
    return examples;
  };
  return {
    findByTemplate: (id, picked, parameters, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { diameterAngstrom, pixelSizeAngstrom, brightParticles } = parameters;
        const examples = examplesFor(parameters);
        return await documents.using(id, async (image) => {
          const start = performance.now();
          const { micrograph, fingerprint } = image;
          checkDiameter(diameterAngstrom, pixelSizeAngstrom, micrograph.width, micrograph.height);
          const elsewhere = examples.elsewhere(fingerprint);
          let adapter = '';
          let found: TemplatePicks | undefined;
          if (picked.length > 0 || elsewhere) {
            const diameterPx = diameterAngstrom / pixelSizeAngstrom;
            found = await gpu.run(options, (context) => {
              adapter = context.adapterName;
              return image.withTemplate(context, { diameterPx, brightParticles }, (template) =>
                template.find(picked, elsewhere),
              );
            });
          }
          examples.set(fingerprint, found?.sums, picked.length);
          const seconds = (performance.now() - start) / 1000;
          return describe(found, parameters, adapter, examples.count, seconds);
        });
      }),
  };
}

function describe(
  found: TemplatePicks | undefined,
  { diameterAngstrom, pixelSizeAngstrom }: TemplateParameters,
  adapter: string,
  examples: TemplateResult['examples'],
  seconds: number,
): TemplateResult {
  const provenance: Provenance = {
    program: 'Cryolite',
    version: __CRYOLITE_VERSION__,
    adapter,
    method: 'template',
    examples,
    diameterAngstrom,
    pixelSizeAngstrom,
  };
  const { stepDiameters, values } = found?.profile ?? { stepDiameters: 0, values: [] };
  return {
    candidates: (found?.candidates ?? []).map((candidate) => ({ ...candidate, origin: 'template' })),
    suggestedThreshold: found?.suggestedThreshold ?? 0,
    profile: { stepAngstrom: stepDiameters * diameterAngstrom, values },
    examples,
    provenance,
    seconds,
  };
}
