import { Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { WRITTEN_FORMATS } from '../../dataset/coordinates/write.ts';
import type { CoordinateFormat } from '../../formats/coordinates.ts';
import {
  addJsonOption,
  addOverwriteOption,
  addUnusedGpuOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parsePositive,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type CoordinateOptions, convertCoordinates } from '../convertCoordinates.ts';
import {
  convertImage,
  imageOutput,
  isImageName,
  type MrcOutputMode,
  parseOutputMode,
} from '../convertImage.ts';
import { isMicrographName } from '../outputs.ts';

interface ConvertOptions extends CommonOptions, CoordinateOptions {
  readonly mode?: MrcOutputMode;
}

const READ_FORMATS: readonly CoordinateFormat[] = [
  ...(['star', 'box', 'eman2', 'cbox'] as const),
  ...(['topaz', 'cs', 'imod', 'csv'] as const),
];
/** Side of boxes where neither the file nor the user says it, px. */
const DEFAULT_BOX_PX = 200;

export const registerConvert: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('convert')
    .description('turn particle coordinates of one program into those of another, or an image into MRC')
    .argument('<in>', 'coordinate file of any program, or a micrograph or movie')
    .requiredOption('-o, --output <file|folder>', 'what to write; a folder gets one file for each micrograph')
    .addOption(
      new Option('--from <format>', 'format of IN, where its content misleads').choices(READ_FORMATS),
    )
    .addOption(
      new Option('--to <format>', 'format to write; by the extension of OUT without').choices(
        WRITTEN_FORMATS,
      ),
    )
    .option('--micrograph <file|name>', 'the micrograph: a file tells its size, a name picks one of many')
    .option('--flip-y', 'count y from the other end of the micrograph', false)
    .option('--bin-from <n>', 'binning of the image that IN was picked on', parsePositive, 1)
    .option('--bin-to <n>', 'binning of the image that OUT is for', parsePositive, 1)
    .option('--box <px>', 'side of boxes, where IN has none', parsePositive, DEFAULT_BOX_PX)
    .option('--pixel-size <Å>', 'length of a pixel, for formats that hold it', parsePositive)
    .addOption(
      new Option(
        '--mode <n>',
        'MRC pixel type of an image: 0, 1, 2, 6, or 12 for RELION 4 and later (default: 2)',
      ).argParser(parseOutputMode),
    );
  addUnusedGpuOption(addJsonOption(addOverwriteOption(command))).action(
    async (input: string, options: ConvertOptions) => {
      finish(await runCommand(io, options, (context) => convert(context, input, options)));
    },
  );
};

async function convert(
  context: CommandContext,
  input: string,
  options: ConvertOptions,
): Promise<CommandResult> {
  const { output } = options;
  if (isMicrographName(input)) {
    refuseForImage(input, options);
    return await convertImage(context, input, await imageOutput(input, output), options);
  }
  const isImage = options.from === undefined && options.to === undefined && isImageName(output);
  return isImage
    ? await convertImage(context, input, output, options)
    : await convertCoordinates(context, input, options);
}

/** @throws UsageError where an option that only particles have is given with a picture. */
function refuseForImage(
  input: string,
  { from, to, micrograph, flipY, binFrom, binTo }: ConvertOptions,
): void {
  const given = Object.entries({
    '--from': from !== undefined,
    '--to': to !== undefined,
    '--micrograph': micrograph !== undefined,
    '--flip-y': flipY,
    '--bin-from': binFrom !== 1,
    '--bin-to': binTo !== 1,
  }).find(([, isGiven]) => isGiven);
  if (given) {
    throw new UsageError(`${given[0]} is about coordinates, but ${input} is a picture: leave it out.`);
  }
}
