import { type Accessor, createSignal, onCleanup } from 'solid-js';

export interface ListSizes {
  /** Heights of rows without and with pictures, CSS px. */
  readonly row: { readonly plain: number; readonly pictures: number };
  /** Longer side of a picture, CSS px. */
  readonly picturePx: number;
  /** About as many letters of an error fit into a line: where there is one, there is no picture. */
  readonly letters: number;
  /** Of a sentence, CSS px. */
  readonly linePx: number;
}

/** With the widths of the list and the sizes of type in theme/wide.css, the widest first. */
const bySize: readonly { readonly query: string; readonly sizes: ListSizes }[] = [
  {
    query: '(min-width: 3400px)',
    sizes: {
      row: { plain: 66, pictures: 128 },
      picturePx: 118,
      letters: 40,
      linePx: 25,
    },
  },
  {
    query: '(min-width: 2400px)',
    sizes: {
      row: { plain: 56, pictures: 96 },
      picturePx: 86,
      letters: 34,
      linePx: 20,
    },
  },
];
const usual: ListSizes = {
  row: { plain: 46, pictures: 72 },
  picturePx: 62,
  letters: 28,
  linePx: 16,
};

/** How large the rows of the list are on this screen, also when the window is moved to another. */
export function listSizes(): Accessor<ListSizes> {
  const queries = bySize.map(({ query }) => window.matchMedia(query));
  const find = (): ListSizes => bySize[queries.findIndex(({ matches }) => matches)]?.sizes ?? usual;
  const [sizes, setSizes] = createSignal<ListSizes>(find());
  const listeners = new AbortController();
  for (const query of queries) {
    query.addEventListener('change', () => setSizes(find()), { signal: listeners.signal });
  }
  onCleanup(() => listeners.abort());
  return sizes;
}
