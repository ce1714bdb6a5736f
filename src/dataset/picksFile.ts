/** From a coordinate file of any kind to the picks of one micrograph. */
import type { ByteSource } from '../core/bytes.ts';
import { FormatError } from '../core/errors.ts';
import type { Coordinate } from '../formats/coordinates.ts';
import { readCsvPicks } from '../formats/csv/picks.ts';
import { decodeText } from '../formats/magic.ts';
import { picksOfMicrograph, readStarPicks } from '../formats/star/picks.ts';
import type { Pick } from './picks.ts';

/**
 * Reads STAR or CSV, told apart by content. Picks without a score were made by a person, so they count as manual:
 * no threshold hides them.
 * @param micrograph name of the micrograph they are wanted for; a file that names several gives its picks only.
 * @throws FormatError when the file can't be read or names other micrographs only.
 */
export async function readPicksFile(source: ByteSource, micrograph: string): Promise<Pick[]> {
  const isStarName = /\.star$/i.test(source.name);
  const bytes = await source.read(0, source.size);
  const text = decodeText(source.name, bytes, isStarName ? 'bad-star' : 'bad-csv');
  const isStar = isStarName || /^\s*(#.*\s+)*data_/.test(text.slice(0, 4096));
  const coordinates: Coordinate[] = isStar
    ? pickStar(source.name, text, micrograph)
    : readCsvPicks(source.name, text);
  return coordinates.map(({ x, y, score }) =>
    score === undefined ? { x, y, score: 1, origin: 'manual' } : { x, y, score, origin: 'imported' },
  );
}

function pickStar(file: string, text: string, micrograph: string): Coordinate[] {
  const all = readStarPicks(file, text);
  const ours = picksOfMicrograph(all, micrograph);
  const named = [...new Set(all.map((pick) => pick.micrograph))];
  // The picks of one micrograph are welcome on a copy of it that has another name.
  if (ours.length > 0 || named.length <= 1) return ours.length > 0 ? ours : all;
  const some = named.slice(0, 3).join(', ');
  throw new FormatError(
    'bad-star',
    file,
    `holds particles of ${named.length} micrographs (${some}${named.length > 3 ? ', …' : ''}), but none of ${micrograph}.`,
  );
}
