import { type Accessor, createMemo, createSignal } from 'solid-js';
import {
  classIdOf,
  classIdToKeep,
  FIRST_CLASS,
  MOST_CLASSES,
  type PickClass,
  readClasses,
  withClassesOf,
  withNewClass,
} from '../../dataset/pickClasses.ts';
import type { TextStorage } from './texts.ts';

/** The classes that picks can be of, and the one that new picks get. */
export interface PickClasses {
  /** On the list, in the order of their keys. */
  readonly list: Accessor<readonly PickClass[]>;
  /** Of new picks. */
  readonly active: Accessor<PickClass>;
  /** What a new pick says of its class; undefined for the first. */
  readonly activeId: Accessor<string | undefined>;
  setActive(id: string): void;
  /** Place in the list; 0 for a class that nobody knows. */
  numberOf(item: { readonly classId?: string | undefined }): number;
  nameOf(item: { readonly classId?: string | undefined }): string;
  isHidden(item: { readonly classId?: string | undefined }): boolean;
  /** Ids of those that are hidden: for walks through thousands, in which asking a signal for each would be felt. */
  readonly hidden: Accessor<ReadonlySet<string>>;
  /** @returns the id of the new class; undefined where there are as many as can be told apart. */
  add(name?: string): string | undefined;
  /** The class of this name, a new one where there is none. */
  named(name: string): string | undefined;
  change(id: string, change: Partial<Pick<PickClass, 'name' | 'colour' | 'isHidden'>>): void;
  /** Hides all others; shows them where they are hidden already. */
  solo(id: string): void;
  /** Takes it off the list. The first can't go. */
  remove(id: string): void;
  /** Puts classes on the list that picks are of. */
  learn(classes: readonly PickClass[] | undefined, used: Iterable<string>): void;
  /** What a session keeps of them; undefined where there is only the first. */
  toKeep(): readonly PickClass[] | undefined;
}

const storageKey = 'cryolite-pick-classes';

/** @param storage none in tests, and where the browser refuses it: the list is kept until the page is closed. */
export function createPickClasses(storage?: TextStorage): PickClasses {
  const [all, setAll] = createSignal(restored(storage));
  const [chosen, setChosen] = createSignal(FIRST_CLASS.id);
  const list = createMemo(() => all().filter(({ isRemoved }) => !isRemoved));
  const numbers = createMemo(() => new Map(list().map(({ id }, i) => [id, i])));
  const hidden = createMemo(() => new Set(list().flatMap(({ id, isHidden }) => (isHidden ? [id] : []))));
  const active = createMemo(() => list().find(({ id }) => id === chosen()) ?? list()[0] ?? FIRST_CLASS);
  const set = (next: readonly PickClass[]): void => {
    setAll(next);
    try {
      storage?.setItem(storageKey, JSON.stringify(next));
    } catch {
      // Storage is full or refused: the list lasts until the page is closed.
    }
  };
  const changeAll = (of: (one: PickClass) => PickClass): void => set(all().map(of));
  const add = (name?: string): string | undefined => {
    if (list().length >= MOST_CLASSES) return undefined;
    const id = crypto.randomUUID().slice(0, 8);
    set(withNewClass(all(), id, name));
    return id;
  };
  const byName = (name: string): PickClass | undefined =>
    list().find((one) => one.name.toLowerCase() === name.toLowerCase());
  return {
    list,
    active,
    activeId: () => classIdToKeep(active().id),
    setActive: setChosen,
    numberOf: (item) => numbers().get(classIdOf(item)) ?? 0,
    nameOf: (item) => list()[numbers().get(classIdOf(item)) ?? 0]?.name ?? FIRST_CLASS.name,
    hidden,
    isHidden: (item) => hidden().size > 0 && hidden().has(classIdOf(item)),
    add,
    named: (name) => byName(name)?.id ?? add(name),
    change: (id, change) => changeAll((one) => (one.id === id ? { ...one, ...change } : one)),
    solo: (id) => {
      const isAlone = list().every((one) => one.isHidden !== (one.id === id));
      changeAll((one) => ({ ...one, isHidden: !isAlone && one.id !== id }));
    },
    remove: (id) => {
      if (id === FIRST_CLASS.id) return;
      changeAll((one) => (one.id === id ? { ...one, isRemoved: true, isHidden: false } : one));
    },
    learn: (classes = [], used) => {
      const known = withClassesOf(all(), classes);
      const ids = new Set(used);
      const next = known.map((one) =>
        one.isRemoved && ids.has(one.id) ? { ...one, isRemoved: false } : one,
      );
      if (next.length !== all().length || next.some((one, i) => one !== all()[i])) set(next);
    },
    toKeep: () => (all().length > 1 ? all() : undefined),
  };
}

function restored(storage: TextStorage | undefined): readonly PickClass[] {
  try {
    return readClasses(JSON.parse(storage?.getItem(storageKey) ?? 'null'));
  } catch {
    // Storage is refused, or holds something else.
    return [FIRST_CLASS];
  }
}
