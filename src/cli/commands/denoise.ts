import type { JobOptions } from '../../core/progress.ts';
import { writePlaneAsMrc } from '../../pipelines/exportPlane.ts';
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
import { aboutFile, planOutputs, refuseExisting } from '../outputs.ts';
import { addMethodOptions, type Method, type MethodOptions, methodOf } from './denoiseMethods.ts';

interface DenoiseOptions extends CommonOptions, GpuOptions, MicrographOptions, MethodOptions {
  readonly output: string;
  readonly overwrite: boolean;
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
  await refuseExisting([output], overwrite);
  const work = async ({ micrograph, pixelSizeAngstrom, loaded }: PictureInput) => {
    const { denoiser, facts } = method.start(file, pixelSizeAngstrom);
    const start = performance.now();
    await gpu.run((gpuContext) =>
      loaded(gpuContext, job, async (picture) => {
        const plane = await denoiser.apply(gpuContext, picture, job);
        try {
          const sink = await nodeFileSink(output, { overwrite });
          const [first = '', ...others] = denoiser.labels();
          const labels = [`Cryolite ${__CRYOLITE_VERSION__}: ${first}`, ...others];
          const header = { pixelSizeAngstrom, labels };
          await writePlaneAsMrc(gpuContext, plane, picture.statistics, header, sink, job);
        } finally {
          gpuContext.free(plane.buffer);
        }
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    context.print(
      `${output}  ${micrograph.width} × ${micrograph.height}, ${denoiser.labels()[0]}, ${seconds.toFixed(1)} s`,
    );
    return { output, ...facts, ...denoiser.findings(), seconds, warnings: micrograph.warnings };
  };
  return method.needsPixelSize
    ? await withMicrograph(context, file, options, work)
    : await withPicture(context, file, options, work);
}
