/** `cryolite pick --method template`: what looks like the examples, on micrographs with and without examples. */
import type { JobOptions } from '../../core/progress.ts';
import type { Pick, Place } from '../../dataset/picks.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { checkDiameter } from '../../pipelines/picking/workingImage.ts';
import { TemplateExamples } from '../../pipelines/template/examples.ts';
import { TemplateMicrograph, type TemplatePicks } from '../../pipelines/template/micrograph.ts';
import { writeTextFile } from '../../platform/node/files.ts';
import { type CommandContext, type CommandResult, runOverFiles } from '../command.ts';
import { chooseExamples, countExamples, type Examples, readExamples } from '../examples.ts';
import { type CommandGpu, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import { applyMasks, checkMaskOptions, type FindMask, findMasksIn, keptOutWords } from '../masks.ts';
import { type MicrographInput, withMicrograph } from '../micrographInput.ts';
import { aboutFile, planOutputs, refuseExisting, refuseReplacing } from '../outputs.ts';
import { type PickOptions, requireExamples, thresholdWords } from './pickOptions.ts';

export async function pickByTemplate(
  context: CommandContext,
  files: string[],
  options: PickOptions,
): Promise<CommandResult> {
  const given = requireExamples(options);
  checkMaskOptions(options, false);
  const outputs = await planOutputs(files, options.output, '.star');
  const all = [...outputs.keys()];
  const findMask = await findMasksIn(options.mask, all);
  await refuseReplacing([...given, ...all.map(findMask)], [...outputs.values()]);
  await refuseExisting([...outputs.values()], options.overwrite);
  const read = await readExamples(all, given, '--examples');
  const { labels = countExamples(read), seed } = options;
  const examples = chooseExamples(read, labels, seed);
  return await withCommandGpu(context, options, async (gpu) => {
    const search = new DataSetSearch(context, gpu, options, examples, findMask);
    // Each micrograph is searched with the particles of all others, so that these have to be known first.
    const labelled = all.length > 1 ? all.filter((file) => examples.has(file)) : [];
    const learnt = await runOverFiles(context, labelled, (file, job) =>
      aboutFile(file, async () => {
        await search.find(file, job);
        return {};
      }),
    );
    const failed = learnt.files.filter(({ ok }) => !ok);
    const rest = all.filter((file) => !failed.some((one) => one.file === file));
    const picked = await runOverFiles(context, rest, (file, job) =>
      aboutFile(file, () => search.pick(file, outputs.get(file) ?? '', job)),
    );
    return {
      exitCode: learnt.exitCode === EXIT.ok ? picked.exitCode : learnt.exitCode,
      json: {
        command: 'pick',
        adapter: gpu.adapterName,
        method: 'template',
        examples: { read: countExamples(read), used: labels, micrographs: examples.size, seed },
        files: [...failed, ...picked.files],
      },
    };
  });
}

interface Found {
  readonly found: TemplatePicks | undefined;
  readonly input: MicrographInput;
  /** Of the search alone, and with loading. */
  readonly searchSeconds: number;
  readonly seconds: number;
}

/** Searches the micrographs of a data set one by one, and remembers no more of each than the sums of its examples. */
class DataSetSearch {
  private readonly known = new TemplateExamples();

  constructor(
    private readonly context: CommandContext,
    private readonly gpu: CommandGpu,
    private readonly options: PickOptions,
    private readonly examples: Examples,
    private readonly findMask: FindMask,
  ) {}

  async find(file: string, job: JobOptions): Promise<Found> {
    const { context, gpu, options, known } = this;
    const picked: readonly Place[] = this.examples.get(file) ?? [];
    return await withMicrograph(context, file, options, async (input) => {
      const { diameter, brightParticles } = options;
      const { width, height } = input.micrograph;
      checkDiameter(diameter, input.pixelSizeAngstrom, width, height);
      const diameterPx = diameter / input.pixelSizeAngstrom;
      const start = performance.now();
      let searchStart = start;
      const found = await gpu.run((gpuContext) =>
        input.loaded(gpuContext, job, async (loaded) => {
          const template = await TemplateMicrograph.open(gpuContext, loaded, diameterPx, brightParticles);
          try {
            searchStart = performance.now();
            return await template.find(picked, known.elsewhere(file));
          } finally {
            template.destroy();
          }
        }),
      );
      known.set(file, found?.sums, picked.length);
      const end = performance.now();
      return {
        found,
        input,
        searchSeconds: (end - searchStart) / 1000,
        seconds: (end - start) / 1000,
      };
    });
  }

  async pick(file: string, output: string, job: JobOptions) {
    const { context, options } = this;
    const { found, input, seconds, searchSeconds } = await this.find(file, job);
    const { pixelSizeAngstrom, micrograph } = input;
    const { diameter, overwrite } = options;
    const candidates = found?.candidates ?? [];
    const threshold = options.threshold ?? found?.suggestedThreshold ?? 0;
    const mask = this.findMask(file);
    const above = candidates
      .filter(({ score }) => score >= threshold)
      .map((candidate): Pick => ({ ...candidate, origin: 'template' }));
    const diameterPx = options.diameter / pixelSizeAngstrom;
    const { kept, keptOut } = await applyMasks(context, options, {
      file,
      picks: above,
      size: micrograph,
      diameterPx,
      mask,
    });
    const labels = this.examples.get(file)?.length ?? 0;
    const { particles } = this.known.count;
    const comment = `Cryolite ${__CRYOLITE_VERSION__}: template of ${particles} particles, ${labels} of them here, diameter ${diameter} A, pixel size ${pixelSizeAngstrom} A, ${thresholdWords(threshold)}`;
    await writeTextFile(output, writeStarPicks(kept, [comment]), { overwrite });
    context.print(
      `${output}  ${kept.length} particles of ${candidates.length} candidates, ${labels} examples, ${keptOutWords(keptOut)}${seconds.toFixed(1)} s (search ${searchSeconds.toFixed(2)} s)`,
    );
    return {
      output,
      picks: kept.length,
      candidates: candidates.length,
      keptOut,
      mask,
      labels,
      threshold,
      diameterAngstrom: diameter,
      pixelSizeAngstrom,
      seconds,
      searchSeconds,
      warnings: micrograph.warnings,
    };
  }
}
