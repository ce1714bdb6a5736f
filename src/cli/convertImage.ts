/** Images of every kind that can be opened, written as MRC. */
import { dirname, join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../core/errors.ts';
import { openMicrograph } from '../dataset/open.ts';
import { readLabels } from '../formats/mrc/labels.ts';
import { writeMrc } from '../formats/mrc/write.ts';
import { nodeFileSink, withFile } from '../platform/node/files.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { EXIT } from './io.ts';
import { warningsOf } from './micrographInput.ts';
import { isFolderName, makeFolder, micrographName, refuseExisting, refuseReplacing } from './outputs.ts';

const OUTPUT_MODES = [0, 1, 2, 6, 12] as const;
export type MrcOutputMode = (typeof OUTPUT_MODES)[number];

/** For `argParser`. */
export function parseOutputMode(text: string): MrcOutputMode {
  const mode = OUTPUT_MODES.find((one) => String(one) === text);
  if (mode !== undefined) return mode;
  throw new InvalidArgumentError(`It must be one of ${OUTPUT_MODES.join(', ')}.`);
}

interface ImageOptions {
  readonly mode?: MrcOutputMode;
  readonly pixelSize?: number;
  readonly overwrite: boolean;
}

/** Pixels read and written at a time: 8 MiB of floats. */
const STRIP_PIXELS = 2 << 20;
/** The smallest and the largest value that a mode holds; of mode 2, none comes near. */
const RANGES: Partial<Record<MrcOutputMode, readonly [number, number]>> = {
  0: [-128, 127],
  1: [-32768, 32767],
  6: [0, 65535],
  12: [-65504, 65504],
};
const LARGEST_SIGNED = 32767;

/** Whether an output's name asks for an MRC file. */
export function isImageName(output: string): boolean {
  return /\.(mrcs?|map|ccp4|rec|st)$/i.test(output);
}

/**
 * Where a picture goes: to the file that is named, or to NAME.mrc in the folder.
 * @throws UsageError when that is no MRC file.
 */
export async function imageOutput(input: string, output: string): Promise<string> {
  const toFolder = await isFolderName(output);
  if (!toFolder && !isImageName(output)) {
    throw new UsageError(
      `${input} is a picture, which is written as MRC: give a name that ends in .mrc, not ${output}.`,
    );
  }
  return toFolder ? join(output, `${micrographName(input)}.mrc`) : output;
}

/** Writes all frames, strip by strip: no more than a strip is held, whatever the file's length. */
export async function convertImage(
  context: CommandContext,
  input: string,
  output: string,
  { mode = 2, pixelSize, overwrite }: ImageOptions,
): Promise<CommandResult> {
  await refuseReplacing([input], [output]);
  return await withFile(input, async (source) => {
    const micrograph = await openMicrograph(source);
    await refuseExisting([output], overwrite);
    await makeFolder(dirname(output));
    const warnings = warningsOf(micrograph, pixelSize);
    const { width, height, frames } = micrograph;
    const { signal, onProgress } = context.job(input);
    const range = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, fractions: false };
    async function* strips(): AsyncGenerator<Float32Array> {
      const rows = Math.max(1, Math.floor(STRIP_PIXELS / width));
      for (let frame = 0; frame < frames; frame++) {
        for (let row = 0; row < height; row += rows) {
          signal?.throwIfAborted();
          const strip = await micrograph.readRows(frame, row, Math.min(rows, height - row));
          for (const value of strip) {
            if (value < range.min) range.min = value;
            if (value > range.max) range.max = value;
            if (!Number.isInteger(value)) range.fractions = true;
          }
          yield strip;
          onProgress?.({ stage: 'Writing pixels', done: frame * height + row, total: frames * height });
        }
      }
    }
    const pixelSizeAngstrom = pixelSize ?? micrograph.pixelSizeAngstrom;
    // What was denoised for display only stays so, whatever it is converted to.
    const labels = [
      `Cryolite ${__CRYOLITE_VERSION__}: converted from ${source.name}`,
      ...(micrograph.header ? readLabels(micrograph.header.fields) : []),
    ];
    await writeMrc(
      await nodeFileSink(output, { overwrite }),
      { width, height, frames, isVolume: micrograph.kind === 'volume', mode, pixelSizeAngstrom, labels },
      strips(),
    );

    const [low, high] = RANGES[mode] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (range.min < low || range.max > high) {
      warnings.push(
        `Values from ${range.min} to ${range.max} do not all fit mode ${mode} (${low} to ${high}) and were cut: use mode 2 to keep them.`,
      );
    }
    if (range.fractions && mode !== 2 && mode !== 12)
      warnings.push(`Fractions were rounded, as mode ${mode} holds whole numbers.`);
    if (mode === 6 && range.max > LARGEST_SIGNED) {
      warnings.push(
        'RELION 3.1 reads mode 6 as signed, so values above 32767 turn negative there: use mode 2 for RELION.',
      );
    }
    if (mode === 12) warnings.push('RELION 3.1 does not read mode 12: use mode 2 for RELION.');
    for (const warning of warnings) context.warn(`${input}: ${warning}`);
    const size = `${width} × ${height} px, ${frames} frame${frames === 1 ? '' : 's'}`;
    context.print(`${micrograph.description} → MRC mode ${mode}, ${size}: ${output}`);
    return {
      exitCode: EXIT.ok,
      json: {
        command: 'convert',
        from: micrograph.description,
        to: 'mrc',
        mode,
        width,
        height,
        frames,
        files: [output],
        warnings,
      },
    };
  });
}
