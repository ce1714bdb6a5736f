import type { JobOptions } from '../../core/progress.ts';
import { writePlaneAsMrc } from '../../pipelines/exportPlane.ts';
import { residualPlane } from '../../pipelines/trust/residual.ts';
import { nodeFileSink } from '../../platform/node/files.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import {
  addMicrographOptions,
  type MicrographOptions,
  type PictureInput,
  withMicrograph,
  withPicture,
} from '../micrographInput.ts';
import { aboutFile, planOutputs, refuseExisting, refuseReplacing } from '../outputs.ts';
import { addMethodOptions, type Method, type MethodOptions, methodOf } from './denoiseMethods.ts';

interface DenoiseOptions extends CommonOptions, GpuOptions, MicrographOptions, MethodOptions {
  readonly output: string;
  readonly overwrite: boolean;
  /** Also what was taken away. */
  readonly residual: boolean;
}

export const registerDenoise: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('denoise')
    .description(
      'filter or denoise micrographs, for looking at them; writes NAME.mrc (32-bit float), from which no particles are extracted',
    )
    .argument('<file...>', 'micrographs of any kind: MRC, TIFF, DM4, PNG, JPEG; movies summed first')
    .requiredOption('-o, --output <folder>', 'where the filtered micrographs go');
  addMethodOptions(command);
  command.option('--residual', 'also write NAME_residual.mrc: what was taken away, raw less denoised', false);
  addOverwriteOption(addGpuOption(addJsonOption(addMicrographOptions(command)))).action(
    async (files: string[], options: DenoiseOptions) => {
      finish(await runCommand(io, options, (context) => denoise(context, files, options)));
    },
  );
};

async function denoise(
  context: CommandContext,
  files: string[],
  options: DenoiseOptions,
): Promise<CommandResult> {
  const { name, method } = await methodOf(options);
  const outputs = await planOutputs(files, options.output, '.mrc');
  if (options.residual)
    await refuseReplacing(files, [...outputs.values(), ...[...outputs.values()].map(residualName)]);
  return await withCommandGpu(context, options, async (gpu) => {
    const result = await runOverFiles(context, [...outputs.keys()], (file, job) =>
      aboutFile(file, () => denoiseFile(context, gpu, file, outputs.get(file) ?? '', options, method, job)),
    );
    return {
      exitCode: result.exitCode,
      json: {
        command: 'denoise',
        adapter: gpu.adapterName,
        method: name,
        ...method.facts,
        files: result.files,
      },
    };
  });
}

/** Beside the denoised micrograph. */
const residualName = (output: string): string => output.replace(/\.mrc$/, '_residual.mrc');

async function denoiseFile(
  context: CommandContext,
  gpu: CommandGpu,
  file: string,
  output: string,
  options: DenoiseOptions,
  method: Method,
  job: JobOptions,
) {
  const { overwrite } = options;
  const residual = options.residual ? residualName(output) : undefined;
  await refuseExisting(residual === undefined ? [output] : [output, residual], overwrite);
  const work = async ({ micrograph, pixelSizeAngstrom, loaded }: PictureInput) => {
    const { denoiser, facts } = method.start(file, pixelSizeAngstrom);
    const start = performance.now();
    // After a lost device all is done again, and what was written by then replaced.
    let isWritten = false;
    await gpu.run((gpuContext) =>
      loaded(gpuContext, job, async (picture) => {
        const plane = await denoiser.apply(gpuContext, picture, job);
        try {
          const sink = await nodeFileSink(output, { overwrite: overwrite || isWritten });
          const [first = '', ...others] = denoiser.labels();
          const stamp = `Cryolite ${__CRYOLITE_VERSION__}: `;
          const header = { pixelSizeAngstrom, labels: [`${stamp}${first}`, ...others] };
          await writePlaneAsMrc(gpuContext, plane, picture.statistics, header, sink, job);
          isWritten = true;
          if (residual === undefined) return;
          const labels = [`${stamp}residual, raw less the picture that was`, first, ...others];
          const taken = await residualPlane(gpuContext, picture.plane, plane);
          try {
            const file = await nodeFileSink(residual, { overwrite });
            // A difference: nothing taken is 0, whatever the micrograph's mean.
            const statistics = { ...picture.statistics, mean: 0 };
            await writePlaneAsMrc(gpuContext, taken, statistics, { pixelSizeAngstrom, labels }, file, job);
          } finally {
            gpuContext.free(taken.buffer);
          }
        } finally {
          gpuContext.free(plane.buffer);
        }
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    context.print(
      `${output}  ${micrograph.width} × ${micrograph.height}, ${denoiser.labels()[0]}, ${seconds.toFixed(1)} s`,
    );
    return { output, residual, ...facts, ...denoiser.findings(), seconds, warnings: micrograph.warnings };
  };
  return method.needsPixelSize
    ? await withMicrograph(context, file, options, work)
    : await withPicture(context, file, options, work);
}
