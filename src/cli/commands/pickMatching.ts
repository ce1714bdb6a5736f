/** `cryolite pick --method matching`: what looks like class averages or a density map. */
import type { JobOptions } from '../../core/progress.ts';
import { openMicrograph } from '../../dataset/open.ts';
import type { Pick } from '../../dataset/picks.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { type MatchOutcome, matchReferences } from '../../pipelines/matching/match.ts';
import type { MatchResume } from '../../pipelines/matching/matcher.ts';
import { type ReferenceFile, readReferences } from '../../pipelines/matching/readReferences.ts';
import { checkMatching, usualAngularStepDegrees } from '../../pipelines/matching/settings.ts';
import { checkDiameter } from '../../pipelines/picking/workingImage.ts';
import { withFile, writeTextFile } from '../../platform/node/files.ts';
import { type CommandContext, type CommandResult, runOverFiles } from '../command.ts';
import { type CommandGpu, withCommandGpu } from '../gpu.ts';
import { applyMasks, checkMaskOptions, type FindMask, findMasksIn, keptOutWords } from '../masks.ts';
import { withMicrograph } from '../micrographInput.ts';
import { aboutFile, planOutputs, refuseExisting, refuseReplacing } from '../outputs.ts';
import { type OpticsOf, readOptics } from './matchingOptions.ts';
import { type PickOptions, requireReference, thresholdWords } from './pickOptions.ts';

export async function pickByMatching(
  context: CommandContext,
  files: string[],
  options: PickOptions,
): Promise<CommandResult> {
  const { referencePixelSize, referenceKind } = options;
  const reference = requireReference(options);
  checkMaskOptions(options, false);
  const outputs = await planOutputs(files, options.output, '.star');
  const all = [...outputs.keys()];
  const findMask = await findMasksIn(options.mask, all);
  await refuseReplacing([reference, options.ctf, ...all.map(findMask)], [...outputs.values()]);
  await refuseExisting([...outputs.values()], options.overwrite);
  const opticsOf = await readOptics(options);
  const read = await withFile(reference, async (source) =>
    readReferences(await openMicrograph(source), {
      pixelSizeAngstrom: referencePixelSize,
      kind: referenceKind,
    }),
  );
  return await withCommandGpu(context, options, async (gpu) => {
    const search = { context, gpu, options, references: read, opticsOf, findMask };
    const picked = await runOverFiles(context, all, (file, job) =>
      aboutFile(file, () => pickFile(search, file, outputs.get(file) ?? '', job)),
    );
    return {
      exitCode: picked.exitCode,
      json: {
        command: 'pick',
        adapter: gpu.adapterName,
        method: 'matching',
        reference: { file: reference, kind: read.kind, pixelSizeAngstrom: read.pixelSizeAngstrom },
        angularStepDegrees: options.angularStep ?? usualAngularStepDegrees,
        files: picked.files,
      },
    };
  });
}

interface Search {
  readonly context: CommandContext;
  readonly gpu: CommandGpu;
  readonly options: PickOptions;
  readonly references: ReferenceFile;
  readonly opticsOf: OpticsOf;
  readonly findMask: FindMask;
}

async function pickFile(
  { context, gpu, options, references, opticsOf, findMask }: Search,
  file: string,
  output: string,
  job: JobOptions,
) {
  const { diameter, brightParticles, overwrite, mirrors = false } = options;
  const settings = {
    diameterAngstrom: diameter,
    brightParticles,
    angularStepDegrees: options.angularStep ?? usualAngularStepDegrees,
    optics: opticsOf(file),
    lowpassAngstrom: options.referenceLowpass,
    mirrors,
  };
  checkMatching(settings);
  return await withMicrograph(context, file, options, async ({ micrograph, pixelSizeAngstrom, loaded }) => {
    checkDiameter(diameter, pixelSizeAngstrom, micrograph.width, micrograph.height);
    const start = performance.now();
    const make = references.references(diameter, settings.angularStepDegrees, mirrors);
    const resume: MatchResume = {};
    const found = await gpu.run((gpuContext) =>
      loaded(gpuContext, job, (picture) =>
        matchReferences(gpuContext, picture, pixelSizeAngstrom, make, settings, { ...job, resume }),
      ),
    );
    const seconds = (performance.now() - start) / 1000;
    const threshold = options.threshold ?? found.suggestedThreshold;
    const above = found.candidates.filter(({ score }) => score >= threshold);
    const diameterPx = diameter / pixelSizeAngstrom;
    const mask = findMask(file);
    const { kept, keptOut } = await applyMasks(context, options, {
      file,
      picks: above,
      size: micrograph,
      diameterPx,
      mask,
    });
    const picks = kept.map(({ x, y, score, pose }): Pick => ({ x, y, score, origin: 'matching', pose }));
    const comment = `Cryolite ${__CRYOLITE_VERSION__}: matching of ${found.references.length} references in ${found.templates} positions, ${aboutOptics(settings.optics?.defocusAngstrom)}, diameter ${diameter} A, pixel size ${pixelSizeAngstrom} A, ${thresholdWords(threshold)}`;
    await writeTextFile(output, writeStarPicks(picks, [comment]), { overwrite });
    context.print(
      `${output}  ${kept.length} particles of ${found.candidates.length} candidates, ${keptOutWords(keptOut)}${found.templates} templates, ${seconds.toFixed(1)} s`,
    );
    return {
      output,
      picks: kept.length,
      candidates: found.candidates.length,
      mask,
      keptOut,
      threshold,
      suggestedThreshold: found.suggestedThreshold,
      expectedFalse: found.expectedFalse,
      diameterAngstrom: diameter,
      pixelSizeAngstrom,
      workingPixelSizeAngstrom: found.workingPixelSizeAngstrom,
      defocusAngstrom: settings.optics?.defocusAngstrom,
      references: found.references.length,
      templates: found.templates,
      // How many of the picks look most like each reference.
      picksOfReference: picksOfReference(found, threshold),
      gigaflop: found.flops / 1e9,
      seconds,
      warnings: micrograph.warnings,
    };
  });
}

const aboutOptics = (defocusAngstrom: number | undefined): string =>
  defocusAngstrom === undefined ? 'as they are' : `defocus ${defocusAngstrom} A`;

function picksOfReference({ references, candidates }: MatchOutcome, threshold: number): number[] {
  const counts = references.map(() => 0);
  for (const { reference, score } of candidates)
    if (score >= threshold) counts[reference] = (counts[reference] ?? 0) + 1;
  return counts;
}
