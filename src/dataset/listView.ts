/** How the list of micrographs is looked at. */

export const listSorts = [
  ...(['opened', 'name', 'folder', 'date', 'quality'] as const),
  ...(['ice', 'picks', 'defocus', 'acceptance'] as const),
] as const;
export type ListSort = (typeof listSorts)[number];

/** By what the user thinks of them; the last are those without picks that may still get some. */
export const acceptanceFilters = ['all', 'kept', 'accepted', 'undecided', 'rejected', 'unpicked'] as const;
export type AcceptanceFilter = (typeof acceptanceFilters)[number];

/** What is shown of it, and in what order. */
export interface ListOrder {
  /** Text or patterns; empty shows all. */
  readonly text: string;
  readonly acceptance: AcceptanceFilter;
  readonly sort: ListSort;
  readonly isReversed: boolean;
}

/** Width of the grid's tiles, CSS px. */
export const gridTileLimits = { min: 96, max: 384 } as const;

/** All of it that a session keeps. */
export interface ListView extends ListOrder {
  readonly tilePx: number;
  /** Rows of the list with pictures, or without. */
  readonly hasPictures: boolean;
  /** Whether the grid is in the centre. */
  readonly isGrid: boolean;
}
