/**
 * EMAN2's per-micrograph JSON, `info/NAME_info.json`: "boxes" is a list of [x, y, "manual" or a picker's name, score],
 * centres in pixels, rows counted from the first stored one. Tilted pairs and imports keep theirs under "boxes_…".
 */
import { FormatError } from '../../core/errors.ts';
import { type Coordinate, decimal } from '../coordinates.ts';

/** @throws FormatError bad-json; missing-columns when there are no boxes in it. */
export function readEman2Boxes(file: string, text: string): Coordinate[] {
  const fail = (explanation: string): never => {
    throw new FormatError('bad-json', file, explanation);
  };
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    fail('is not good JSON: open the info/NAME_info.json file that EMAN2 wrote.');
  }
  const lists = boxLists(content);
  const names = classNames(content);
  if (lists.length === 0) {
    throw new FormatError(
      'missing-columns',
      file,
      'holds no "boxes": open an info/NAME_info.json file of a micrograph that was boxed.',
    );
  }
  return lists.flatMap(([key, list]) => {
    const isVolume = key === 'boxes_3d';
    return list.map((box, i): Coordinate => {
      const values: readonly unknown[] = Array.isArray(box) ? box : [];
      const number = (at: number): number | undefined => {
        const value = values[at];
        return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
      };
      const [x, y] = [number(0), number(1)];
      if (x === undefined || y === undefined) {
        return fail(`is damaged: box ${i + 1} of "${key}" does not begin with two numbers.`);
      }
      if (isVolume) return { x, y, z: number(2), score: number(4) };
      const className = key === 'boxes' && names.length === list.length ? names[i] : undefined;
      return { x, y, score: number(3), ...(className === undefined ? {} : { className }) };
    });
  });
}

/** "boxes" where it holds any, else all lists whose key begins with it. */
function boxLists(content: unknown): [string, readonly unknown[]][] {
  if (typeof content !== 'object' || content === null) return [];
  const lists = Object.entries(content).flatMap(([key, value]): [string, readonly unknown[]][] =>
    /^boxes(_|$)/.test(key) && Array.isArray(value) ? [[key, value]] : [],
  );
  const own = lists.filter(([key, list]) => key === 'boxes' && list.length > 0);
  return own.length > 0 ? own : lists;
}

/** Names of classes, one a box: a key of our own, as EMAN2 keeps what it does not know. */
const CLASSES_KEY = 'cryolite_pick_classes';

function classNames(content: unknown): readonly string[] {
  if (typeof content !== 'object' || content === null) return [];
  const [, list] = Object.entries(content).find(([key]) => key === CLASSES_KEY) ?? [];
  return Array.isArray(list) && list.every((name) => typeof name === 'string') ? list : [];
}

/** Whether a text begins like EMAN2's JSON. */
export function looksLikeJson(text: string): boolean {
  return /^\uFEFF?\s*\{/.test(text);
}

/** Six decimals; a score stands fourth where there is one. "manual" as in EMAN2's own imports: every version knows it. */
export function writeEman2Boxes(picks: readonly Coordinate[]): string {
  const boxes = picks.map(({ x, y, score }) => {
    const figure = score === undefined ? '' : `, ${decimal(score)}`;
    return `  [${decimal(x)}, ${decimal(y)}, "manual"${figure}]`;
  });
  const hasClasses = picks.some(({ className }) => className !== undefined);
  const names = JSON.stringify(picks.map(({ className = '' }) => className));
  const classes = hasClasses ? `,\n "${CLASSES_KEY}": ${names}` : '';
  return `{\n "boxes": [${boxes.length > 0 ? `\n${boxes.join(',\n')}\n ` : ''}]${classes}\n}\n`;
}

/** Where EMAN2 looks for a micrograph's boxes; what follows "__" in a name is not part of it there. */
export function eman2InfoName(stem: string): string {
  return `${stem.split('__')[0] ?? stem}_info.json`;
}
