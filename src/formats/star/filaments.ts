/**
 * Ends of filaments in RELION's start-end convention: two rows one after the other for each, as its manual picker writes them
 * and its extraction takes them with "Coordinates are start-end only". The tube's number says which two belong together.
 */
import type { FilamentEnds } from '../coordinates.ts';
import { PLACEHOLDER, STAR_LABELS } from './picks.ts';
import { writeStar } from './write.ts';

/** @param comments for people: program, parameters. */
export function writeStarFilaments(
  filaments: readonly FilamentEnds[],
  comments: readonly string[] = [],
): string {
  const { x, y, score, tube, className } = STAR_LABELS;
  const hasClasses = filaments.some((filament) => filament.className !== undefined);
  const columns = [x, y, 'rlnClassNumber', 'rlnAnglePsi', score, tube, ...(hasClasses ? [className] : [])];
  const rows = filaments.flatMap((filament, i) =>
    [filament.start, filament.end].map((end) => [
      end.x,
      end.y,
      0,
      0,
      PLACEHOLDER,
      i + 1,
      ...(hasClasses ? [filament.className ?? ''] : []),
    ]),
  );
  return writeStar([{ block: '', columns, rows }], comments);
}
