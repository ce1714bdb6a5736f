/** Picks as the files of another program: figures, comments, and one archive where there are several files. */
import { zipSync } from 'fflate';
import type { Program, ProgramExport } from '../../dataset/coordinates/exportFor.ts';
import type { NamedBytes } from '../../dataset/coordinates/write.ts';
import type { Filament, NamedPick, Pick } from '../../dataset/picks.ts';
import type { MicrographParameters, Provenance, ReferenceNote } from '../../dataset/session.ts';
import { type Coordinate, type FilamentEnds, micrographStem } from '../../formats/coordinates.ts';
import type { PickClasses } from './pickClasses.ts';

/** Several files are one archive, as one save dialog takes only one. */
export function isArchived({ files }: ProgramExport): boolean {
  return files.length !== 1;
}

/** What the save dialog suggests. */
export function suggestedName(program: Program, micrographName: string, made: ProgramExport): string {
  const [only] = made.files;
  return only && !isArchived(made) ? only.name : `${micrographStem(micrographName)}_${program}.zip`;
}

/** Picks as files want them: manual ones are the user's word, so they get the best figure of merit, at least 1. */
export function withFigures(
  shown: readonly Pick[],
  all: readonly Pick[],
  classes?: PickClasses,
): Coordinate[] {
  const best = all.reduce((top, pick) => (pick.origin === 'manual' ? top : Math.max(top, pick.score)), 1);
  const isTold = areTold(shown, classes);
  return shown.map((pick) => ({
    x: pick.x,
    y: pick.y,
    score: pick.origin === 'manual' ? best : pick.score,
    pose: pick.pose,
    ...(isTold && classes ? { className: classes.nameOf(pick) } : {}),
  }));
}

/** Classes are written where the user tells some apart. */
function areTold(
  items: readonly { readonly classId?: string | undefined }[],
  classes: PickClasses | undefined,
): boolean {
  return classes !== undefined && items.some(({ classId }) => classId !== undefined);
}

/** Picks to be cut out: with the names of their classes, where the user tells some apart. */
export function withNames(picks: readonly Pick[], classes: PickClasses): readonly NamedPick[] {
  return classes.list().length < 2
    ? picks
    : picks.map((pick) => ({ ...pick, className: classes.nameOf(pick) }));
}

/** "1 pick", "12 picks and 1 filament" */
export function countedOf(picks: number, filaments: number): string {
  const words = [
    picks === 1 ? '1 pick' : `${picks} picks`,
    filaments === 0 ? '' : filaments === 1 ? '1 filament' : `${filaments} filaments`,
  ].filter((part) => part !== '' && !(part === '0 picks' && filaments > 0));
  return words.join(' and ');
}

/** "1 pick was", "12 picks and 1 filament were" */
export function countedWere(picks: number, filaments: number): string {
  return `${countedOf(picks, filaments)} ${picks + filaments === 1 ? 'was' : 'were'}`;
}

/** Filaments as files want them. */
export function filamentEnds(filaments: readonly Filament[], classes: PickClasses): FilamentEnds[] {
  const isTold = areTold(filaments, classes);
  return filaments.map((filament) => ({
    start: filament.start,
    end: filament.end,
    ...(isTold ? { className: classes.nameOf(filament) } : {}),
  }));
}

/**
 * Picks as rows of the file they came from: a manual one has no figure but what stands in its row. Classes are named where the user
 * tells some apart.
 */
export function asRows(shown: readonly Pick[], classes?: PickClasses): Coordinate[] {
  const isTold = areTold(shown, classes);
  return shown.map((pick) => ({
    x: pick.x,
    y: pick.y,
    score: pick.origin === 'manual' ? undefined : pick.score,
    row: pick.row,
    ...(isTold && classes ? { className: classes.nameOf(pick) } : {}),
  }));
}

export function provenanceComments(
  name: string,
  { threshold }: MicrographParameters,
  provenance: Provenance | undefined,
): string[] {
  const comments = [`Picks of ${name}, shown at threshold ${threshold}`];
  if (!provenance) return comments;
  const { program, version, adapter, weightsHash, weightsName, scale } = provenance;
  const { diameterAngstrom, pixelSizeAngstrom } = provenance;
  const how = methodWords(provenance);
  comments.push(
    `${program} ${version}, ${how}, diameter ${diameterAngstrom} A, pixel size ${pixelSizeAngstrom} A, on ${adapter}`,
  );
  if (weightsHash) {
    const file = weightsName ? `${weightsName}, ` : '';
    const at = scale === undefined ? '' : `, at a scale of ${Number(scale.toPrecision(4))}`;
    comments.push(`weights ${file}SHA-256 ${weightsHash}${at}`);
  }
  return comments;
}

function methodWords({ method, examples, reference, combined }: Provenance): string {
  switch (method) {
    case 'cnn':
      return 'network';
    case 'log':
      return 'LoG';
    case 'template':
      return templateWords(examples);
    case 'matching':
      return reference ? referenceWords(reference) : 'matching';
    case 'consensus':
      return combined
        ? `what ${combined.least} or more of ${combined.methods.join(', ')} agree on`
        : 'consensus';
  }
}

function referenceWords({ name, kind, angularStepDegrees, defocusAngstrom }: ReferenceNote): string {
  const optics = defocusAngstrom === undefined ? '' : `, defocus ${defocusAngstrom} A`;
  return `matching of the ${kind} of ${name}, every ${angularStepDegrees} degrees${optics}`;
}

function templateWords(examples: Provenance['examples']): string {
  if (!examples) return 'template';
  const { particles, micrographs } = examples;
  return `template of ${particles} particle${particles === 1 ? '' : 's'} on ${micrographs} micrograph${micrographs === 1 ? '' : 's'}`;
}

/** The one file, or the archive of all. */
export function packed({ files }: ProgramExport): Uint8Array<ArrayBuffer> {
  const [only] = files;
  if (files.length === 1 && only) return only.bytes;
  const entries = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
  return zipSync(entries, { level: 6 });
}

/** What to do with the file of this name, in sentences. */
export function instructionWith(written: ProgramExport, savedAs: string): string {
  const { files, instruction } = written;
  if (files.length === 1) return instruction;
  return `Unpack ${savedAs}: it holds ${listed(files)}. ${instruction}`;
}

function listed(files: readonly NamedBytes[]): string {
  const names = files.map(({ name }) => name);
  const last = names.pop();
  return names.length > 0 ? `${names.join(', ')} and ${last}` : (last ?? '');
}
