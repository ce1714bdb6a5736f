/** Picks as the files of another program: figures, comments, and one archive where there are several files. */
import { zipSync } from 'fflate';
import type { ExportOptions, Program, ProgramExport } from '../../dataset/coordinates/exportFor.ts';
import type { NamedBytes } from '../../dataset/coordinates/write.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { MicrographParameters, Provenance, ReferenceNote } from '../../dataset/session.ts';
import { type Coordinate, micrographStem } from '../../formats/coordinates.ts';

/** Programs that get several files, which one save dialog can only take as an archive. */
const ARCHIVED: ReadonlySet<Program> = new Set(['cryosparc', 'eman2', 'cryolo']);
const EXTENSIONS: Readonly<Record<Program, string>> = {
  relion: '_autopick.star',
  cryosparc: '_cryosparc.zip',
  eman2: '_eman2.zip',
  cryolo: '_cryolo.zip',
  topaz: '_topaz.txt',
  csv: '_picks.csv',
};

export function isArchived(program: Program): boolean {
  return ARCHIVED.has(program);
}

/** What the save dialog suggests: known before anything is written, as the question must follow a click. */
export function suggestedName(program: Program, { micrographName, template }: ExportOptions): string {
  if (program === 'relion' && template) return template.document.file;
  return `${micrographStem(micrographName)}${EXTENSIONS[program]}`;
}

/** Picks as files want them: manual ones are the user's word, so they get the best figure of merit, at least 1. */
export function withFigures(shown: readonly Pick[], all: readonly Pick[]): Coordinate[] {
  const best = all.reduce((top, pick) => (pick.origin === 'manual' ? top : Math.max(top, pick.score)), 1);
  return shown.map(({ x, y, score, origin, pose }) => ({
    x,
    y,
    score: origin === 'manual' ? best : score,
    pose,
  }));
}

/** Picks as rows of the file they came from: a manual one has no figure but what stands in its row. */
export function asRows(shown: readonly Pick[]): Coordinate[] {
  return shown.map(({ x, y, score, origin, row }) => ({
    x,
    y,
    score: origin === 'manual' ? undefined : score,
    row,
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
