import { type Accessor, createSignal } from 'solid-js';
import { fuzzyFind, type Hit } from './fuzzy.ts';
import { localTexts, type TextStorage } from './texts.ts';

/** One thing that the palette offers. */
export interface PaletteEntry {
  /** For the memory of what was used last. */
  readonly id: string;
  readonly label: string;
  /** What it belongs to: "Look", "Setting", "Help". */
  readonly group: string;
  readonly keys?: string;
  /** Why it can't be chosen now, as a short sentence. */
  readonly blocked?: string;
  readonly run: () => void;
}

export interface PaletteMatch {
  readonly entry: PaletteEntry;
  /** Letters of the label that were asked for. */
  readonly at: readonly number[];
}

/** What the first letter of a query restricts it to. */
export type PaletteScope = 'all' | 'micrographs' | 'help';

const storageKey = 'cryolite-palette';
const rememberedEntries = 12;
/** More than anybody reads. */
const mostMatches = 60;

/** What a query looks through, and for what: "@grid 12" is "grid 12" among the micrographs. */
export function scopeOf(query: string): { readonly scope: PaletteScope; readonly words: string } {
  if (query.startsWith('@')) return { scope: 'micrographs', words: query.slice(1) };
  if (query.startsWith('?')) return { scope: 'help', words: query.slice(1) };
  return { scope: 'all', words: query };
}

/**
 * The entries that hold the words, best first. Without words: those used last, then all in their order. What can't be
 * chosen now comes after what can.
 * @param recent ids, the last one used first.
 */
export function matchesOf(
  entries: readonly PaletteEntry[],
  words: string,
  recent: readonly string[] = [],
): readonly PaletteMatch[] {
  const found: { entry: PaletteEntry; hit: Hit; rank: number }[] = [];
  entries.forEach((entry, i) => {
    const hit = fuzzyFind(words, entry.label) ?? inGroup(words, entry);
    if (!hit) return;
    const used = recent.indexOf(entry.id);
    const isAsked = words.trim() !== '';
    const memory = used < 0 ? 0 : isAsked ? 3 : 1000 - used;
    const order = isAsked ? hit.score : -i / 1000;
    found.push({ entry, hit, rank: order + memory - (entry.blocked === undefined ? 0 : isAsked ? 5 : 2000) });
  });
  return found
    .sort((a, b) => b.rank - a.rank)
    .slice(0, mostMatches)
    .map(({ entry, hit }) => ({ entry, at: hit.at.filter((place) => place < entry.label.length) }));
}

/** "look invert" finds what the label alone doesn't say; its letters are not shown. */
function inGroup(words: string, { group, label }: PaletteEntry): Hit | undefined {
  const hit = fuzzyFind(words, `${label} ${group}`);
  return hit && { score: hit.score - 4, at: hit.at };
}

export interface Palette {
  readonly isOpen: Accessor<boolean>;
  setOpen(open: boolean): void;
  /** Opens with a query begun, "@" for micrographs. */
  ask(query: string): void;
  readonly query: Accessor<string>;
  setQuery(query: string): void;
  /** Ids of what was chosen last, the latest first; kept in the browser. */
  readonly recent: Accessor<readonly string[]>;
  remember(id: string): void;
}

export function createPalette(storage: TextStorage = localTexts): Palette {
  const [isOpen, setOpenSignal] = createSignal(false);
  const [query, setQuery] = createSignal('');
  const [recent, setRecent] = createSignal(read(storage));
  return {
    isOpen,
    setOpen: (open) => {
      setQuery('');
      setOpenSignal(open);
    },
    ask: (begun) => {
      setQuery(begun);
      setOpenSignal(true);
    },
    query,
    setQuery,
    recent,
    remember: (id) => {
      setRecent((all) => [id, ...all.filter((other) => other !== id)].slice(0, rememberedEntries));
      storage.setItem(storageKey, JSON.stringify(recent()));
    },
  };
}

function read(storage: TextStorage): readonly string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, rememberedEntries) : [];
  } catch {
    return [];
  }
}
