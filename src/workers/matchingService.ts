import { CryoliteError } from '../core/errors.ts';
import { type OpenedMicrograph as OpenedFile, openMicrograph } from '../dataset/open.ts';
import type { Provenance } from '../dataset/session.ts';
import { checkConsensus, consensusOf, consensusRadiusDiameters } from '../pipelines/consensus/consensus.ts';
import { matchReferences } from '../pipelines/matching/match.ts';
import type { MatchResume } from '../pipelines/matching/matcher.ts';
import { previewReferences } from '../pipelines/matching/preview.ts';
import { isVolumeFile, type ReferenceFile, readReferences } from '../pipelines/matching/readReferences.ts';
import { checkMatching, type MatchingSettings, matchingScale } from '../pipelines/matching/settings.ts';
import { turnsOfHalfCircle } from '../pipelines/matching/views.ts';
import { checkDiameter } from '../pipelines/picking/workingImage.ts';
import { serveJob } from '../rpc/job.ts';
import type { MatchingApi, MatchingParameters, ReferenceParameters } from '../rpc/matching.ts';
import type { ServiceParts } from './serviceParts.ts';

interface HeldReference {
  readonly file: OpenedFile;
  /** Read once for each pixel size: a density map is made a particle of. */
  read:
    | { readonly pixelSizeAngstrom: number | undefined; readonly references: Promise<ReferenceFile> }
    | undefined;
}

const thumbnailSidePx = 48;
const mostThumbnails = 12;

/** The part of the contract that matches references, and combines what methods have found. */
export function matchingService({ gpu, documents, platform }: ServiceParts): MatchingApi {
  const held = new Map<number, HeldReference>();
  let nextId = 1;
  const find = (id: number): HeldReference => {
    const reference = held.get(id);
    if (reference) return reference;
    throw new CryoliteError('closed', 'This reference is not open any more; open its file again.');
  };
  const read = (reference: HeldReference, pixelSizeAngstrom: number | undefined): Promise<ReferenceFile> => {
    if (reference.read?.pixelSizeAngstrom !== pixelSizeAngstrom) reference.read = undefined;
    if (reference.read) return reference.read.references;
    const reading = { pixelSizeAngstrom, references: readReferences(reference.file, { pixelSizeAngstrom }) };
    reference.read = reading;
    // What failed is tried anew: a file on a share that was away for a moment.
    reading.references.catch(() => {
      if (reference.read === reading) reference.read = undefined;
    });
    return reading.references;
  };
  return {
    openReference: (file, port) =>
      serveJob(port, async () => {
        const opened = await openMicrograph(platform.sourceOf(file));
        const id = nextId++;
        held.set(id, { file: opened, read: undefined });
        const { name, width, frames, pixelSizeAngstrom } = opened;
        const isVolume = isVolumeFile(opened);
        return {
          id,
          name,
          kind: isVolume ? 'volume' : 'averages',
          pictures: isVolume ? 1 : frames,
          sidePx: width,
          pixelSizeAngstrom,
        };
      }),

    closeReference: async (id) => void held.delete(id),

    previewReference: (id, parameters, port) =>
      serveJob(port, async (options) => {
        const settings = settingsOf(parameters, false);
        checkMatching(settings);
        const { diameterAngstrom, angularStepDegrees, mirrors } = parameters;
        const file = await read(find(id), parameters.referencePixelSizeAngstrom);
        const pixel = diameterAngstrom / matchingScale.workingDiameterPx;
        const views = file.views(diameterAngstrom, angularStepDegrees, mirrors)(pixel);
        const references = views.origins.length;
        const turns = 2 * turnsOfHalfCircle(angularStepDegrees).length;
        return {
          ...(await previewReferences(views, settings, thumbnailSidePx, mostThumbnails, options)),
          references,
          templates: references * turns * (views.mirrors ? 2 : 1),
        };
      }),

    matchReference: (micrograph, id, parameters, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const settings = settingsOf(parameters, parameters.brightParticles);
        checkMatching(settings);
        const held = find(id);
        return await documents.using(micrograph, async (image) => {
          const start = performance.now();
          const { pixelSizeAngstrom, diameterAngstrom, angularStepDegrees, mirrors } = parameters;
          const { width, height } = image.micrograph;
          checkDiameter(diameterAngstrom, pixelSizeAngstrom, width, height);
          const file = await read(held, parameters.referencePixelSizeAngstrom);
          const make = file.references(diameterAngstrom, angularStepDegrees, mirrors);
          const resume: MatchResume = {};
          let adapter = '';
          const found = await gpu.run(options, (context) => {
            adapter = context.adapterName;
            return image.withRaw(context, options, (loaded) =>
              matchReferences(context, loaded, pixelSizeAngstrom, make, settings, { ...options, resume }),
            );
          });
          const provenance: Provenance = {
            ...about(adapter, parameters),
            method: 'matching',
            reference: {
              name: held.file.name,
              kind: file.kind,
              angularStepDegrees,
              defocusAngstrom: parameters.optics?.defocusAngstrom,
            },
          };
          return {
            picks: found.candidates.map(({ x, y, score, pose }) => ({
              x,
              y,
              score,
              origin: 'matching',
              pose,
            })),
            suggestedThreshold: found.suggestedThreshold,
            expectedFalse: found.expectedFalse,
            templates: found.templates,
            gigaflop: found.flops / 1e9,
            provenance,
            seconds: (performance.now() - start) / 1000,
          };
        });
      }),

    combinePicks: async ({ sets, least, ...parameters }) => {
      const start = performance.now();
      checkConsensus(sets.length, least, consensusRadiusDiameters);
      const radiusPx =
        (consensusRadiusDiameters * parameters.diameterAngstrom) / parameters.pixelSizeAngstrom;
      const found = consensusOf([sets.map((set) => set.picks)], { radiusPx, least });
      const [picks = []] = found.micrographs;
      return {
        picks: picks.map(({ x, y, score, sets: from, members }) => {
          const poses = from.map((set, i) => sets[set]?.picks[members[i] ?? -1]?.pose);
          const pose = poses.find((one) => one !== undefined);
          return { x, y, score, origin: 'consensus', ...(pose && { pose }) };
        }),
        suggestedThreshold: found.suggestedThreshold,
        provenance: {
          ...about('the processor', parameters),
          method: 'consensus',
          combined: { methods: sets.map(({ name }) => name), least },
        },
        seconds: (performance.now() - start) / 1000,
      };
    },
  };
}

function settingsOf(parameters: ReferenceParameters, brightParticles: boolean): MatchingSettings {
  const { diameterAngstrom, angularStepDegrees, optics, lowpassAngstrom, mirrors } = parameters;
  return {
    diameterAngstrom,
    brightParticles,
    angularStepDegrees,
    optics: optics && { ...optics, envelopeAngstromSquared: 0 },
    lowpassAngstrom,
    mirrors,
  };
}

function about(
  adapter: string,
  { diameterAngstrom, pixelSizeAngstrom }: Pick<MatchingParameters, 'diameterAngstrom' | 'pixelSizeAngstrom'>,
) {
  const program = { program: 'Cryolite', version: __CRYOLITE_VERSION__ };
  return { ...program, adapter, diameterAngstrom, pixelSizeAngstrom };
}
