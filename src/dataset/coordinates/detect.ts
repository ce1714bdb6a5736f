/** Which program's coordinates a file holds: by its content, and by its name where contents look alike. */
import { FormatError, type FormatProblem } from '../../core/errors.ts';
import { isNewCbox } from '../../formats/cbox/cbox.ts';
import type { CoordinateFormat } from '../../formats/coordinates.ts';
import { isCs } from '../../formats/cs/picks.ts';
import { looksLikeJson } from '../../formats/eman2/info.ts';
import { isImodModel } from '../../formats/imod/model.ts';
import { isTopazHeader } from '../../formats/topaz/table.ts';

/** Bytes from the start of a file that `detectFormat` wants; some headers are long. */
export const DETECTION_BYTES = 8192;

const BY_EXTENSION: Readonly<Record<string, CoordinateFormat>> = {
  star: 'star',
  xmd: 'star',
  box: 'box',
  json: 'eman2',
  cbox: 'cbox',
  cs: 'cs',
  mod: 'imod',
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  tab: 'csv',
};

/** For the `accept` of file dialogs. */
export const coordinateSuffixes: readonly string[] = Object.keys(BY_EXTENSION).map((name) => `.${name}`);

/** Names of coordinate files of all programs. */
export const coordinateFileName = /\.(star|xmd|box|json|cbox|cs|mod|csv|tsv|txt|tab)$/i;

/** The word for a file of this format that can't be read. */
export const PROBLEMS: Readonly<Record<CoordinateFormat, FormatProblem>> = {
  star: 'bad-star',
  box: 'bad-box',
  eman2: 'bad-json',
  cbox: 'bad-box',
  topaz: 'bad-csv',
  cs: 'bad-cs',
  imod: 'bad-model',
  csv: 'bad-csv',
};

/** The format that a name alone speaks for. */
export function formatOfName(name: string): CoordinateFormat | undefined {
  return BY_EXTENSION[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''];
}

/**
 * The format of a file.
 * @param head its first `DETECTION_BYTES`, or all of it.
 * @throws FormatError bad-csv for bytes that are no coordinate file at all.
 */
export function detectFormat(name: string, head: Uint8Array<ArrayBuffer>): CoordinateFormat {
  if (isCs(head)) return 'cs';
  if (isImodModel(head)) return 'imod';
  const text = new TextDecoder().decode(head);
  const named = formatOfName(name);
  if (looksLikeJson(text)) return 'eman2';
  const isStar = /^(\uFEFF)?\s*(#.*\s+)*data_/.test(text);
  if (isStar || named === 'star') return isNewCbox(text) ? 'cbox' : 'star';
  if (named === 'cbox' || named === 'box') return named;
  const first = text.split(/\r\n|\n|\r/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  if (isTopazHeader(first)) return 'topaz';
  if (named === 'cs' || named === 'imod') {
    const program = named === 'cs' ? 'cryoSPARC .cs file' : 'IMOD model';
    throw new FormatError(PROBLEMS[named], name, `is named like a ${program}, but is none.`);
  }
  // Four numbers and more in the first line, and no words: boxes.
  const cells = first.trim().split(/\s+/);
  if (cells.length >= 4 && cells.every((cell) => cell !== '' && Number.isFinite(Number(cell)))) return 'box';
  return named === 'eman2' ? 'eman2' : 'csv';
}
