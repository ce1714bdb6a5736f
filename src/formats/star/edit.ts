/** Picks that came from a STAR file, written back into it. */
import type { Coordinate } from '../coordinates.ts';
import { micrographStem, parseDecimal } from '../coordinates.ts';
import { editTable, holdsNumber, numberCell, type StarDocument, withColumn } from './document.ts';
import type { StarLoop } from './parse.ts';
import { findCoordinates, PLACEHOLDER, STAR_LABELS } from './picks.ts';

/** Columns that hold the same for all particles of a micrograph; a new particle takes them from its neighbours. */
const OF_MICROGRAPH =
  /^rln(Micrograph|Optics|Defocus|Ctf|Voltage|Spherical|Amplitude|Magnification|Detector|PhaseShift|Group|Beam|ImagePixelSize|ImageSize)/;
/** What RELION's own jobs put there at the start. */
const DEFAULTS: Readonly<Record<string, string>> = {
  rlnRandomSubset: '1',
  rlnNormCorrection: '1.000000',
  rlnOpticsGroup: '1',
};

export interface EditOptions {
  /** The micrograph whose picks these are; undefined: the picks are those of the whole table. */
  readonly micrograph?: string | undefined;
}

/**
 * The document with the picks in place of what it held of the micrograph: rows that no pick came from go, those whose
 * pick moved, was scored anew or is called otherwise get that, picks without a `row` are appended. A pick that stayed where it was
 * leaves its row's bytes alone. A missing score leaves a row's figure as it is; an appended pick gets the best
 * figure in the table, as a person's pick is to survive every threshold, or −999 where there are none.
 * @throws FormatError missing-columns when the document has no table of coordinates.
 */
export function editStarPicks(
  original: StarDocument,
  picks: readonly Coordinate[],
  options: EditOptions = {},
): StarDocument {
  const document = picks.some(({ className }) => className !== undefined) ? withClasses(original) : original;
  const table = findCoordinates(document.file, document.blocks);
  const { x, y, score, micrograph, className } = columnsOf(table);
  const isOurs = oursIn(table, micrograph, options.micrograph);
  const changed = new Map<number, Map<number, string>>();
  const kept = new Set<number>();
  const added: Coordinate[] = [];

  for (const pick of picks) {
    const cells = pick.row === undefined ? undefined : table.rows[pick.row];
    // One row may not stand for two picks.
    if (pick.row === undefined || !cells || !isOurs(pick.row) || kept.has(pick.row)) {
      added.push(pick);
      continue;
    }
    kept.add(pick.row);
    const news = new Map<number, string>();
    if (!holdsNumber(cells[x], pick.x)) news.set(x, numberCell(pick.x));
    if (!holdsNumber(cells[y], pick.y)) news.set(y, numberCell(pick.y));
    if (score >= 0 && pick.score !== undefined && !holdsNumber(cells[score], pick.score)) {
      news.set(score, numberCell(pick.score));
    }
    if (pick.className !== undefined && className >= 0 && cells[className] !== oneLine(pick.className)) {
      news.set(className, pick.className);
    }
    if (news.size > 0) changed.set(pick.row, news);
  }

  const removed = new Set(table.rows.flatMap((_, row) => (isOurs(row) && !kept.has(row) ? [row] : [])));
  const neighbours = table.rows.filter((_, row) => isOurs(row));
  const best = bestScore(table, score);
  const appended = added.map((pick) =>
    newRow(table, neighbours, pick, pick.score ?? best, options.micrograph),
  );
  return editTable(document, table, { removed, changed, appended });
}

function columnsOf(table: StarLoop) {
  const at = (label: string) => table.columns.indexOf(label);
  return {
    x: at(STAR_LABELS.x),
    y: at(STAR_LABELS.y),
    score: at(STAR_LABELS.score),
    micrograph: at(STAR_LABELS.micrograph),
    className: at(STAR_LABELS.className),
  };
}

/** With a column for what people call the picks; RELION's own rlnClassNumber is the class of a classification, and stays. */
function withClasses(document: StarDocument): StarDocument {
  const table = findCoordinates(document.file, document.blocks);
  return table.columns.includes(STAR_LABELS.className)
    ? document
    : withColumn(document, table, STAR_LABELS.className, () => '');
}

/** As a cell holds it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function oursIn(table: StarLoop, column: number, micrograph: string | undefined): (row: number) => boolean {
  if (micrograph === undefined || column < 0) return () => true;
  const wanted = micrographStem(micrograph);
  const ours = table.rows.map((cells) => micrographStem(cells[column] ?? '') === wanted);
  return (row) => ours[row] ?? false;
}

function bestScore(table: StarLoop, column: number): number {
  const scores = table.rows.flatMap((cells) => parseDecimal(cells[column] ?? '') ?? []);
  return scores.reduce((best, value) => Math.max(best, value), PLACEHOLDER);
}

/** A row for a new particle: nothing is known of it but where it is and what its micrograph's other particles share. */
function newRow(
  table: StarLoop,
  neighbours: readonly (readonly string[])[],
  pick: Coordinate,
  score: number,
  micrograph: string | undefined,
): string[] {
  const any = table.rows[0];
  return table.columns.map((label, column) => {
    if (label === STAR_LABELS.x) return numberCell(pick.x).padStart(12);
    if (label === STAR_LABELS.y) return numberCell(pick.y).padStart(12);
    if (label === STAR_LABELS.score) return numberCell(score).padStart(12);
    if (label === STAR_LABELS.className) return pick.className ?? '';
    const neighbour = neighbours[0]?.[column];
    if (OF_MICROGRAPH.test(label) && neighbour !== undefined) return neighbour;
    if (label === STAR_LABELS.micrograph) return micrograph ?? 'None';
    if (label === 'rlnOpticsGroup' && any?.[column] !== undefined) return any[column];
    const usual = DEFAULTS[label];
    if (usual !== undefined) return usual;
    // Columns of words hold "None" in RELION where there is no word; what a column holds shows in its first row.
    return any?.[column] === undefined || parseDecimal(any[column]) !== undefined ? '0' : 'None';
  });
}
