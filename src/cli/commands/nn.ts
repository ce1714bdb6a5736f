/** `cryolite nn`: any network on any array, and what is in a network's file. */
import { InvalidArgumentError, Option } from 'commander';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  addUnusedGpuOption,
  type CommonOptions,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { EXIT } from '../io.ts';
import { type Dtype, type InfoOptions, networkInfo } from './nnInfo.ts';
import { parseProfileFile } from './nnProfile.ts';
import { type RunOptions, runOnArray } from './nnRun.ts';

const networkFiles = 'a network: .safetensors of Cryolite, .sav of Topaz, or .onnx';

export const registerNn: RegisterCommand = (program, io, finish) => {
  const nn = program.command('nn').description('networks: what is in a file, and running one on an array');

  const info = nn
    .command('info')
    .description('layers, parameters, cost, receptive field and memory of a network')
    .argument('<file>', networkFiles)
    .option('--size <px>', 'side of the image that costs and memory are told for', parseSide, 1024)
    .addOption(dtypeOption());
  addUnusedGpuOption(addJsonOption(info)).action(
    async (file: string, options: CommonOptions & InfoOptions) => {
      finish(
        await runCommand(io, options, async (context) => ({
          exitCode: EXIT.ok,
          json: { command: 'nn info', file, ...(await networkInfo(context, file, options)) },
        })),
      );
    },
  );

  const run = nn
    .command('run')
    .description(
      'run a network on an array (.npy) of height × width or channels × height × width; tells the time of one run, there and back, apart from the time to get ready, in which every kernel is compiled and tried on a few pixels',
    )
    .argument('<file>', 'the array; its numbers are taken as they are')
    .requiredOption('--model <file>', networkFiles)
    .requiredOption('-o, --output <file>', 'the result (.npy, float32)')
    .option('--tile <px>', 'longest side of a tile (default: as long as the GPU allows)', parseSide)
    .option(
      '--profile [file]',
      'then time every kernel, print a table, and write a file (.json) where one is named',
      parseProfileFile,
    )
    .addOption(dtypeOption());
  addOverwriteOption(addGpuOption(addJsonOption(run))).action(
    async (file: string, options: CommonOptions & RunOptions) => {
      finish(
        await runCommand(io, options, async (context) => ({
          exitCode: EXIT.ok,
          json: { command: 'nn run', file, ...(await runOnArray(context, file, options)) },
        })),
      );
    },
  );
};

function dtypeOption(): Option {
  const dtypes: readonly Dtype[] = ['f32', 'f16'];
  return new Option('--dtype <type>', 'how numbers are stored; sums are always f32')
    .choices(dtypes)
    .default('f32');
}

/** For `argParser`: a length in whole pixels. */
function parseSide(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 32768) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 32768.');
}
