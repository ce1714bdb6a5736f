/** The gain reference of a command: how it is used, and what is said about it. */
import { type GainOperation, type GainOrientation, gainOrientations } from '../dataset/exposure.ts';
import {
  checkGainShape,
  customaryUsage,
  type Gain,
  type GainCorrection,
  gainFits,
  readGain,
} from '../dataset/gain.ts';
import { type OpenedMicrograph, openMicrograph } from '../dataset/open.ts';
import type { ImageFormat } from '../formats/image.ts';
import type { RawSum } from '../pipelines/movie/highPass.ts';
import { judgeGain } from '../pipelines/movie/judgeGain.ts';
import { withFile } from '../platform/node/files.ts';
import type { CommandContext } from './command.ts';

export type OrientationOption = `${GainOrientation}` | 'auto';

export interface GainFile {
  readonly path: string;
  readonly format: ImageFormat;
  readonly gain: Gain;
}

/** How a reference was used, for the report. */
export interface GainChoice {
  readonly file: string;
  readonly operation: GainOperation;
  readonly orientation: GainOrientation;
  /** Why so, where the movie was asked. */
  readonly reason: string | undefined;
}

/** Reads a gain reference. @throws FormatError or CryoliteError when it can't be read. */
export async function openGain(path: string): Promise<GainFile> {
  return await withFile(path, async (source) => {
    const opened = await openMicrograph(source);
    const gain = await readGain(opened);
    return { path, format: opened.format, gain };
  });
}

export interface GainOptions {
  readonly gainOp?: GainOperation;
  readonly gainOrient?: OrientationOption;
}

/**
 * Decides how the reference is laid on one movie: as the options say; where they leave it open the raw sum is asked, which
 * chooses with "auto" and else only warns.
 * @throws FormatError wrong-shape when it fits in no allowed orientation.
 */
export function chooserOf(
  context: CommandContext,
  file: string,
  movie: OpenedMicrograph,
  { path, format, gain }: GainFile,
  { gainOp, gainOrient }: GainOptions,
): { choose(raw: RawSum): GainCorrection; chosen(): GainChoice | undefined } {
  const fitting = gainOrientations.filter((orientation) => gainFits(gain, orientation, movie));
  const usual = customaryUsage(format, movie.format);
  const stated =
    gainOrientations.find((orientation) => String(orientation) === gainOrient) ?? usual.orientation;
  const isAuto = gainOrient === 'auto';
  // Before the movie is read.
  if (!isAuto || fitting.length === 0) checkGainShape(gain, stated, movie);
  const custom: GainChoice = {
    file: path,
    operation: gainOp ?? usual.operation,
    orientation: isAuto && !fitting.includes(stated) ? (fitting[0] ?? 0) : stated,
    reason: undefined,
  };
  const warn = (sentence: string): void => context.warn(`${file}: ${sentence}`);
  const decide = (raw: RawSum): GainChoice => {
    if (gainOrient !== undefined && !isAuto) return custom;
    const { proposal, verdict } = judgeGain(raw, gain, false);
    const used = isAuto
      ? { ...custom, orientation: proposal?.orientation ?? custom.orientation, reason: verdict }
      : custom;
    const choice = isAuto && proposal && !gainOp ? { ...used, operation: proposal.operation } : used;
    const { orientation, operation } = choice;
    if (!proposal) {
      if (isAuto) warn(`${verdict} The reference was used in orientation ${orientation}, to ${operation}.`);
    } else if (proposal.orientation !== orientation || proposal.operation !== operation) {
      warn(
        `${verdict} It was used in orientation ${orientation}, to ${operation}: see --gain-orient and --gain-op.`,
      );
    }
    return choice;
  };
  let chosen: GainChoice | undefined;
  return {
    choose: (raw) => {
      chosen = decide(raw);
      return { gain, operation: chosen.operation, orientation: chosen.orientation };
    },
    chosen: () => chosen,
  };
}
