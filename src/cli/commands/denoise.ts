import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import { bandPassPlane, checkBandPass, describeBandPass } from '../../pipelines/denoising/bandPass.ts';
import { writePlaneAsMrc } from '../../pipelines/exportPlane.ts';
import type { LoadedPlane } from '../../pipelines/load.ts';
import {
  checkDenoiser,
  type DenoiseResume,
  denoiserLabels,
  denoiseWithNetwork,
} from '../../pipelines/models/denoise.ts';
import type { OpenedModel } from '../../pipelines/models/open.ts';
import { nodeFileSink } from '../../platform/node/files.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  parsePositive,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import {
  addMicrographOptions,
  knownPixelSize,
  type MicrographOptions,
  type PictureInput,
  withMicrograph,
  withPicture,
} from '../micrographInput.ts';
import { aboutFile, planOutputs, refuseExisting } from '../outputs.ts';
import { openNetwork } from './nnModel.ts';

interface DenoiseOptions extends CommonOptions, GpuOptions, MicrographOptions {
  readonly output: string;
  readonly lowpass?: number;
  readonly highpass?: number;
  readonly model?: string;
  readonly tile?: number;
  readonly overwrite: boolean;
}

/** Keeps what a viewer needs of a particle and drops most of the noise. */
const defaultLowpassAngstrom = 20;

export const registerDenoise: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('denoise')
    .description(
      'filter micrographs by wavelength (a Gaussian low-pass and high-pass) or denoise them by a network; writes NAME.mrc (32-bit float)',
    )
    .argument('<file...>', 'micrographs of any kind: MRC, TIFF, DM4, PNG, JPEG; movies summed first')
    .requiredOption('-o, --output <folder>', 'where the filtered micrographs go')
    .option(
      '--lowpass <Å>',
      `halve the amplitude at this wavelength (default: ${defaultLowpassAngstrom}, unless --highpass is given)`,
      parsePositive,
    )
    .option('--highpass <Å>', 'halve the amplitude at this wavelength, towards longer ones', parsePositive)
    .option(
      '--model <file>',
      'denoise by a network instead: .safetensors of Cryolite, .sav of Topaz, or .onnx; for display only',
    )
    .option(
      '--tile <px>',
      'longest side of a tile for the network (default: as long as the GPU allows); the result is the same',
      parseCount,
    );
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
  const method = await methodOf(options);
  const outputs = await planOutputs(files, options.output, '.mrc');
  return await withCommandGpu(context, options, async (gpu) => {
    const result = await runOverFiles(context, [...outputs.keys()], (file, job) =>
      aboutFile(file, () => denoiseFile(context, gpu, file, outputs.get(file) ?? '', options, method, job)),
    );
    return {
      exitCode: result.exitCode,
      json: { command: 'denoise', adapter: gpu.adapterName, ...method.facts, files: result.files },
    };
  });
}

/** What is done to each micrograph. */
interface Method {
  /** About the method itself. */
  readonly facts: object;
  /** Whether it is told in Å. */
  readonly needsPixelSize: boolean;
  /** For one micrograph. */
  readonly start: (pixelSizeAngstrom: number | undefined) => Work;
}

interface Work {
  readonly facts: object;
  /** In ASCII, for the file's header. */
  readonly labels: readonly string[];
  /** Called again after a lost device; the plane is the caller's. */
  readonly apply: (context: GpuContext, loaded: LoadedPlane, job: JobOptions) => Promise<Plane>;
}

/** @throws UsageError for options that contradict each other; FormatError for a network that does not denoise. */
async function methodOf(options: DenoiseOptions): Promise<Method> {
  const { model, lowpass, highpass, tile } = options;
  if (model === undefined) {
    if (tile !== undefined) throw new UsageError('--tile is for networks: give --model, too.');
    // Cut-offs that contradict each other are wrong whatever the file is.
    checkBandPass(bandOf(options, 1));
    return bandPass(options);
  }
  if (lowpass !== undefined || highpass !== undefined) {
    throw new UsageError(
      '--model denoises by a network, --lowpass and --highpass filter: choose one of them, or filter the result in a second run.',
    );
  }
  const opened = await openNetwork(model);
  checkDenoiser(opened);
  return network(opened, tile);
}

function bandPass(options: DenoiseOptions): Method {
  return {
    facts: {},
    needsPixelSize: true,
    start: (pixelSizeAngstrom) => {
      const band = bandOf(options, knownPixelSize(pixelSizeAngstrom));
      return {
        facts: band,
        labels: [describeBandPass(band)],
        apply: (context, loaded) => bandPassPlane(context, loaded, band),
      };
    },
  };
}

function network(model: OpenedModel, longestTile: number | undefined): Method {
  const { name, format, hash } = model;
  return {
    facts: { model: { name, format, sha256: hash } },
    needsPixelSize: false,
    start: (pixelSizeAngstrom) => {
      const resume: DenoiseResume = new Map();
      return {
        facts: { pixelSizeAngstrom },
        labels: denoiserLabels(model),
        apply: (context, loaded, job) =>
          denoiseWithNetwork(context, loaded, model, { ...job, longestTile, resume }),
      };
    },
  };
}

function bandOf({ lowpass, highpass }: DenoiseOptions, pixelSizeAngstrom: number) {
  const lowpassAngstrom = lowpass ?? (highpass === undefined ? defaultLowpassAngstrom : undefined);
  return { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom: highpass };
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
    const { facts, labels: lines, apply } = method.start(pixelSizeAngstrom);
    const start = performance.now();
    await gpu.run((gpuContext) =>
      loaded(gpuContext, job, async (picture) => {
        const plane = await apply(gpuContext, picture, job);
        try {
          const sink = await nodeFileSink(output, { overwrite });
          const [first = '', ...others] = lines;
          const labels = [`Cryolite ${__CRYOLITE_VERSION__}: ${first}`, ...others];
          const header = { pixelSizeAngstrom, labels };
          await writePlaneAsMrc(gpuContext, plane, picture.statistics, header, sink, job);
        } finally {
          gpuContext.free(plane.buffer);
        }
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    context.print(`${output}  ${micrograph.width} × ${micrograph.height}, ${seconds.toFixed(1)} s`);
    return { output, ...facts, seconds, warnings: micrograph.warnings };
  };
  return method.needsPixelSize
    ? await withMicrograph(context, file, options, work)
    : await withPicture(context, file, options, work);
}
