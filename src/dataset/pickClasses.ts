/** What kinds of things picks are called: a short list of names, colours and marks, the same for all micrographs. */

export interface PickClass {
  /** For good: picks are of a class by it, whatever its name becomes. */
  readonly id: string;
  readonly name: string;
  /** "#57c9ff" */
  readonly colour: string;
  /** Number of its mark, which tells it from the others without colours. */
  readonly glyph: number;
  /** Neither drawn nor exported nor learnt from. */
  readonly isHidden: boolean;
  /** Taken off the list; it comes back with picks that are of it. */
  readonly isRemoved: boolean;
}

/** Marks in the middle of a pick, by their numbers. */
export const GLYPHS = ['dot', 'cross', 'plus', 'triangle', 'square', 'diamond', 'bar', 'ring'] as const;
export type Glyph = (typeof GLYPHS)[number];

/**
 * After Okabe and Ito (2008), lightened for grey pictures and moved apart: distinct in every kind of colour blindness. The first is that of
 * picks by hand.
 */
export const CLASS_COLOURS = [
  '#57c9ff',
  '#ff7a3d',
  '#a8f0a0',
  '#f4e84f',
  '#e878b4',
  '#6f8dff',
  '#ffffff',
  '#9a7a50',
] as const;

/** As many as there are keys, colours and marks for. */
export const MOST_CLASSES = 8;

export const FIRST_CLASS: PickClass = {
  id: 'particle',
  name: 'Particle',
  colour: CLASS_COLOURS[0],
  glyph: 0,
  isHidden: false,
  isRemoved: false,
};

/** The class of a pick: the first where it says none. */
export function classIdOf(item: { readonly classId?: string | undefined }): string {
  return item.classId ?? FIRST_CLASS.id;
}

/** A pick of the first class says nothing of it. */
export function classIdToKeep(id: string): string | undefined {
  return id === FIRST_CLASS.id ? undefined : id;
}

/** Adds one with the first mark and colour that no other has. @param name "Class 3" without it. */
export function withNewClass(classes: readonly PickClass[], id: string, name?: string): readonly PickClass[] {
  const used = new Set(classes.filter(({ isRemoved }) => !isRemoved).map(({ glyph }) => glyph));
  const free = GLYPHS.findIndex((_, i) => !used.has(i));
  const glyph = free < 0 ? classes.length % GLYPHS.length : free;
  const colour = CLASS_COLOURS[glyph] ?? FIRST_CLASS.colour;
  const taken = new Set(classes.map((one) => one.name));
  let number = glyph + 1;
  while (taken.has(`Class ${number}`)) number++;
  const fresh = { id, name: name ?? `Class ${number}`, colour, glyph, isHidden: false, isRemoved: false };
  return [...classes, fresh];
}

/** Classes that came with a session: those that are not known are added as they are. */
export function withClassesOf(
  classes: readonly PickClass[],
  others: readonly PickClass[],
): readonly PickClass[] {
  const known = new Set(classes.map(({ id }) => id));
  const added = others.filter(({ id }) => !known.has(id));
  return added.length === 0 ? classes : [...classes, ...added.map((one) => ({ ...one, isHidden: false }))];
}

/** What was stored, if it is a list of classes; the first class is always in it. */
export function readClasses(stored: unknown): readonly PickClass[] {
  if (!Array.isArray(stored)) return [FIRST_CLASS];
  const classes = stored.filter(isPickClass);
  return classes.some(({ id }) => id === FIRST_CLASS.id) ? classes : [FIRST_CLASS, ...classes];
}

function isPickClass(value: unknown): value is PickClass {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, colour, glyph, isHidden, isRemoved } = value as Partial<Record<keyof PickClass, unknown>>;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    typeof colour === 'string' &&
    /^#[0-9a-f]{6}$/i.test(colour) &&
    typeof glyph === 'number' &&
    GLYPHS[glyph] !== undefined &&
    typeof isHidden === 'boolean' &&
    typeof isRemoved === 'boolean'
  );
}
