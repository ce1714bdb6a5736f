import { Option } from 'commander';
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { formatBytes, formatLength } from '../../core/units.ts';
import { coordinateFileName } from '../../dataset/coordinates/detect.ts';
import type { PixelStatistics } from '../../dataset/micrograph.ts';
import { explainHeader, type OpenedMicrograph, openMicrograph } from '../../dataset/open.ts';
import type { Acquisition, ByteSign, FileFact } from '../../formats/image.ts';
import { statisticsDoubts } from '../../formats/mrc/statistics.ts';
import { micrographStatistics } from '../../pipelines/statistics.ts';
import { withFile } from '../../platform/node/files.ts';
import {
  addJsonOption,
  addUnusedGpuOption,
  type CommandContext,
  type CommonOptions,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { coordinateInfo } from '../coordinateInfo.ts';
import { EXIT } from '../io.ts';
import { printFacts } from './facts.ts';

interface InfoOptions extends CommonOptions {
  readonly pixels: boolean;
  readonly validate?: boolean;
  readonly bytes?: ByteSign;
}

export const registerInfo: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('info')
    .description(
      'say what is in micrographs (size, pixel type, pixel size, statistics) and in files of particles, and what is doubtful',
    )
    .argument(
      '<file...>',
      'MRC, TIFF, EER or DM4 files, also packed with gzip or bzip2; coordinate files of any program',
    )
    .option('--no-pixels', 'read the header only, without statistics')
    .option('--validate', 'explain every field of the header; end with 1 if one is wrong')
    .addOption(
      new Option('--bytes <sign>', 'how the bytes of 8-bit MRC are read, whatever the file says').choices([
        'signed',
        'unsigned',
      ]),
    );
  addUnusedGpuOption(addJsonOption(command)).action(async (files: string[], options: InfoOptions) => {
    finish(
      await runCommand(io, options, async (context) => {
        const result = await runOverFiles(context, files, (file, job) => info(context, file, options, job));
        const isWrong = result.files.some(
          (one) => one.ok && one.facts?.some(({ verdict }) => verdict === 'wrong'),
        );
        const exitCode = isWrong ? EXIT.someFailed : result.exitCode;
        return { exitCode, json: { command: 'info', files: result.files } };
      }),
    );
  });
};

async function info(context: CommandContext, file: string, options: InfoOptions, job: JobOptions) {
  return withFile(file, async (source) => {
    if (coordinateFileName.test(file)) return await coordinateInfo(context, file, source);
    const micrograph = await openMicrograph(source, { byteSign: options.bytes }).catch(
      async (error: unknown) => {
        if (options.validate) await explain(context, file, source, error);
        throw error;
      },
    );
    const { width, height, frames, pixelSizeAngstrom, header } = micrograph;
    const statistics = options.pixels
      ? await micrographStatistics(micrograph, { first: 0, count: frames }, job)
      : undefined;
    const untrue = header && statistics ? statisticsDoubts(header.fields, statistics) : [];
    const warnings = [...micrograph.warnings, ...doubts(statistics, untrue)];

    context.print(file);
    printSummary(context, micrograph, source.size, statistics);
    const facts = options.validate
      ? [
          ...micrograph.facts.map((fact) => untrue.find(({ name }) => name === fact.name) ?? fact),
          ...pixelFacts(statistics),
        ]
      : undefined;
    if (facts) printFacts(context, facts);
    for (const warning of warnings) context.warn(`${file}: ${warning}`);
    return {
      width,
      height,
      frames,
      bytes: source.size,
      format: micrograph.format,
      kind: micrograph.kind,
      compression: micrograph.compression,
      mode: header?.mode.mode,
      byteOrder: header && (header.littleEndian ? 'little' : 'big'),
      byteSign: micrograph.byteSign,
      rawFrames: micrograph.rawFrames,
      framesPerFraction: micrograph.framesPerFraction,
      description: micrograph.description,
      pixelSizeAngstrom,
      acquisition: micrograph.acquisition,
      statistics,
      warnings,
      facts,
    };
  });
}

/** What a header that can't be obeyed says; the error itself is reported by others. */
async function explain(
  context: CommandContext,
  file: string,
  source: ByteSource,
  error: unknown,
): Promise<void> {
  if (!(error instanceof FormatError)) return;
  const facts = await explainHeader(source).catch(() => []);
  if (facts.length === 0) return;
  context.print(file);
  printFacts(context, facts);
}

function printSummary(
  context: CommandContext,
  micrograph: OpenedMicrograph,
  bytes: number,
  statistics: PixelStatistics | undefined,
): void {
  const { width, height, frames, kind, compression, pixelSizeAngstrom, rawFrames } = micrograph;
  const row = (name: string, value: string) => context.print(`  ${name.padEnd(12)}${value}`);
  const raw = rawFrames === undefined ? '' : ` of ${rawFrames} raw ones`;
  row('size', `${width} × ${height} px, ${count(frames, 'frame')}${raw}, ${formatBytes(bytes)}`);
  row('format', `${micrograph.description}${compression ? `, packed with ${compression}` : ''}`);
  row('kind', KINDS[kind]);
  row('pixel size', pixelSizeAngstrom === undefined ? 'not known' : describePixelSize(micrograph));
  const recorded = describeAcquisition(micrograph.acquisition);
  if (recorded !== '') row('recorded', recorded);
  if (statistics) row('pixels', describeStatistics(statistics));
}

const KINDS: Readonly<Record<OpenedMicrograph['kind'], string>> = {
  image: 'image',
  movie: 'movie: frames of one exposure',
  stack: 'stack of images',
  volume: 'volume',
  'volume-stack': 'stack of volumes',
};

/** What only the pixels tell. */
function doubts(statistics: PixelStatistics | undefined, untrue: readonly FileFact[]): string[] {
  if (!statistics) return [];
  const sentences: string[] = [];
  const { nonFinite, min, max } = statistics;
  if (nonFinite > 0) {
    sentences.push(`${nonFinite} pixel${nonFinite === 1 ? ' is' : 's are'} NaN or infinite and left out.`);
  }
  if (min === max) sentences.push('All pixels are equal.');
  for (const { name, value } of untrue) {
    sentences.push(`The header says ${name} of the pixels: ${value}, which is wrong.`);
  }
  return sentences;
}

/** A file whose header is right may yet hold pixels that programs stumble over. */
function pixelFacts(statistics: PixelStatistics | undefined): FileFact[] {
  if (!statistics || statistics.nonFinite === 0) return [];
  const { nonFinite, min } = statistics;
  const isAll = Number.isNaN(min);
  const value = `${nonFinite} not finite`;
  return [
    isAll
      ? { name: 'Pixels', value, meaning: 'All are NaN or infinite: there is no picture.', verdict: 'wrong' }
      : {
          name: 'Pixels',
          value,
          meaning: 'Some are NaN or infinite, which spread in other programs.',
          verdict: 'doubtful',
        },
  ];
}

function describeAcquisition(acquisition: Acquisition): string {
  const { voltageKilovolt, doseElectronsPerSquareAngstrom, defocusAngstrom } = acquisition;
  const { tiltDegrees, magnification, exposureSeconds } = acquisition;
  const say = (value: number | undefined, unit: string) =>
    value === undefined ? [] : [`${number(value)}${unit}`];
  return [
    ...say(voltageKilovolt, ' kV'),
    ...say(doseElectronsPerSquareAngstrom, ' e/Å²'),
    ...say(defocusAngstrom === undefined ? undefined : defocusAngstrom / 10000, ' µm defocus'),
    ...say(tiltDegrees, '° tilt'),
    ...say(magnification, ' × magnification'),
    ...say(exposureSeconds, ' s'),
  ].join(', ');
}

function describePixelSize({ pixelSizeAngstrom = 0, width, height }: OpenedMicrograph): string {
  const [across, down] = [width, height].map((size) => formatLength(size * pixelSizeAngstrom));
  return `${number(pixelSizeAngstrom)} Å (field ${across} × ${down})`;
}

function describeStatistics({ min, max, mean, standardDeviation }: PixelStatistics): string {
  if (Number.isNaN(min)) return 'none is a finite number';
  return `${number(min)} to ${number(max)}, mean ${number(mean)}, standard deviation ${number(standardDeviation)}`;
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}
