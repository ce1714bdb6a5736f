/** How a batch picks one micrograph: by the method of its plan, or by several that have to agree. */
import { CryoliteError, isAbort, messageOf } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { methodsOf, type SingleMethod, type TemplateExample } from '../../dataset/batch/methods.ts';
import type { BatchItem, BatchPlan } from '../../dataset/batch/queue.ts';
import type { MicrographParameters } from '../../dataset/session.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { OpenedMicrograph, PickResult, TemplateParameters } from '../../rpc/contract.ts';
import { closeItem, findItem, type OpeningDependencies, openFound } from './batchOpening.ts';
import { batchPixelSize } from './batchReading.ts';
import { voiceLabels } from './consensus.ts';
import type { Matching } from './matching.ts';
import type { Models } from './models.ts';

export interface BatchSearchDependencies extends OpeningDependencies {
  readonly compute: Pick<
    ComputeClient,
    'open' | 'close' | 'pick' | 'findByTemplate' | 'matchReference' | 'combinePicks'
  >;
  readonly models: Pick<Models, 'ready'>;
  readonly matching: Pick<Matching, 'reference'>;
  /** Of a micrograph in the list as it is now. */
  readonly keyOf: (item: Pick<BatchItem, 'key' | 'name' | 'folder'>) => string | undefined;
}

/** What is picked, and by what. */
export interface BatchSearchRequest {
  readonly plan: BatchPlan;
  readonly opened: OpenedMicrograph;
  readonly parameters: MicrographParameters;
}

export type BatchSearch = (request: BatchSearchRequest, options: JobOptions) => Promise<PickResult>;

type Known = BatchSearchRequest & { readonly pixelSizeAngstrom: number };

/**
 * A search throws CryoliteError 'unsuitable' where the micrograph can't be picked, and 'no-template' or 'no-reference' where
 * none of the plan's micrographs can.
 */
export function createBatchSearch(dependencies: BatchSearchDependencies): BatchSearch {
  const { compute, models, matching, keyOf } = dependencies;
  /** Examples that the worker has learnt, by template, diameter and micrograph: a template has the size of what is searched for. */
  const learnt = new Set<string>();

  const templateParameters = (
    { plan, parameters }: Pick<Known, 'plan' | 'parameters'>,
    pixelSizeAngstrom: number,
  ): TemplateParameters => {
    const { diameterAngstrom, brightParticles } = parameters;
    return { pixelSizeAngstrom, diameterAngstrom, brightParticles, examplesOf: plan.template?.id };
  };
  const learnOne = async (one: Known, example: TemplateExample, options: JobOptions): Promise<void> => {
    const item = { ...example, key: keyOf(example) ?? example.key };
    const found = await findItem(dependencies, one.plan, item);
    const { opened, session } = await openFound(dependencies, found, options);
    try {
      if (opened.fingerprint !== example.fingerprint) {
        throw new Error('it is another file now than the one that was picked.');
      }
      const pixelSize = batchPixelSize(one.plan, opened, session);
      if (pixelSize === undefined) throw new Error(`the pixel size of ${example.name} is not known.`);
      await compute.findByTemplate(opened.id, example.picks, templateParameters(one, pixelSize), options);
    } finally {
      closeItem(dependencies, opened);
    }
  };
  const learn = async (one: Known, options: JobOptions): Promise<void> => {
    const { template } = one.plan;
    for (const example of template?.examples ?? []) {
      const name = `${template?.id}/${one.parameters.diameterAngstrom}/${example.fingerprint}`;
      if (learnt.has(name)) continue;
      try {
        options.onProgress?.({
          stage: `Learning the template from ${example.name}`,
          ...{ done: 0, total: 1 },
        });
        await learnOne(one, example, { signal: options.signal });
      } catch (error) {
        options.signal?.throwIfAborted();
        if (isAbort(error)) throw error;
        throw new CryoliteError(
          'no-template',
          `The template can’t be made of the picks on ${example.name}: ${messageOf(error)} Mend that, then resume the batch.`,
          { cause: error },
        );
      }
      learnt.add(name);
    }
  };
  const byTemplate = async (one: Known, options: JobOptions): Promise<PickResult> => {
    const { plan, opened, pixelSizeAngstrom } = one;
    await learn(one, options);
    const own = plan.template?.examples.find(({ fingerprint }) => fingerprint === opened.fingerprint);
    const parameters = templateParameters(one, pixelSizeAngstrom);
    const found = await compute.findByTemplate(opened.id, own?.picks ?? [], parameters, options);
    const { candidates, suggestedThreshold, provenance, seconds } = found;
    return { picks: candidates, suggestedThreshold, provenance, seconds };
  };
  const byReference = async (one: Known, options: JobOptions): Promise<PickResult> => {
    const { plan, opened, parameters, pixelSizeAngstrom } = one;
    const reference = matching.reference();
    if (!plan.matching || reference?.name !== plan.matching.name) {
      throw new CryoliteError(
        'no-reference',
        `The batch matches ${plan.matching?.name ?? 'a reference'}, which is not open: open it in step 3, Match, then resume the batch.`,
      );
    }
    const { name: _, ...how } = plan.matching;
    const { diameterAngstrom, brightParticles } = parameters;
    const wanted = { ...how, diameterAngstrom, pixelSizeAngstrom, brightParticles };
    return await compute.matchReference(opened.id, reference.id, wanted, options);
  };
  const byOne = async (method: SingleMethod, one: Known, options: JobOptions): Promise<PickResult> => {
    if (method === 'template') return await byTemplate(one, options);
    if (method === 'matching') return await byReference(one, options);
    const { opened, pixelSizeAngstrom } = one;
    const { diameterAngstrom, pickModel, brightParticles } = one.parameters;
    const own = method === 'cnn' ? pickModel : undefined;
    if (own) await models.ready(own, options);
    const request = { pixelSizeAngstrom, diameterAngstrom, method, model: own?.hash, brightParticles };
    return await compute.pick(opened.id, request, options);
  };
  const byAll = async (one: Known, { signal, onProgress }: JobOptions): Promise<PickResult> => {
    const { plan, parameters, pixelSizeAngstrom } = one;
    const methods = methodsOf('consensus', plan.consensus);
    const found: PickResult[] = [];
    for (const [i, method] of methods.entries()) {
      found.push(
        await byOne(method, one, {
          signal,
          onProgress: ({ stage, done, total }) =>
            onProgress?.({
              stage: `${voiceLabels[method]}: ${stage}`,
              done: i + done / Math.max(1, total),
              total: methods.length,
            }),
        }),
      );
    }
    const combined = await compute.combinePicks({
      sets: methods.map((method, i) => ({
        name: voiceLabels[method],
        picks: (found[i]?.picks ?? []).map(({ x, y, score, pose }) => ({ x, y, score, pose })),
      })),
      least: plan.consensus?.least ?? methods.length,
      diameterAngstrom: parameters.diameterAngstrom,
      pixelSizeAngstrom,
    });
    return together(combined, found);
  };

  return async ({ plan, opened, parameters }, options) => {
    const { pixelSizeAngstrom, method } = parameters;
    if (pixelSizeAngstrom === undefined) {
      throw new CryoliteError(
        'unsuitable',
        `The pixel size of ${opened.name} is not known: open it and enter it in step 1, then retry it.`,
      );
    }
    const one = { plan, opened, parameters, pixelSizeAngstrom };
    return method === 'consensus' ? await byAll(one, options) : await byOne(method, one, options);
  };
}

/** What the methods agree on, with all that is known of how each of them has found it. */
function together(combined: PickResult, found: readonly PickResult[]): PickResult {
  const { provenance } = combined;
  const parts = found.map((one) => one.provenance);
  const { weightsHash, weightsName, scale } = parts.find(({ method }) => method === 'cnn') ?? {};
  const examples = parts.find((part) => part.examples)?.examples;
  const reference = parts.find((part) => part.reference)?.reference;
  return {
    ...combined,
    provenance: {
      ...provenance,
      adapter: parts[0]?.adapter ?? provenance.adapter,
      ...(weightsHash === undefined ? {} : { weightsHash }),
      ...(weightsName === undefined ? {} : { weightsName }),
      ...(scale === undefined ? {} : { scale }),
      ...(examples ? { examples } : {}),
      ...(reference ? { reference } : {}),
    },
    contamination: found.find(({ contamination }) => contamination)?.contamination,
    seconds: found.reduce((sum, { seconds }) => sum + seconds, combined.seconds),
  };
}
