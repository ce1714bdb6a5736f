import { type Accessor, createSignal } from 'solid-js';

/** A circle that the user wants drawn on power spectra. */
export interface UserRing {
  readonly angstrom: number;
  /** What gives a ring there; '' where the user did not say. */
  readonly label: string;
}

export interface UserRings {
  readonly list: Accessor<readonly UserRing[]>;
  /** Adds a ring, coarse ones first; what is drawn already stays as it is. */
  add(angstrom: number): void;
  remove(ring: UserRing): void;
}

/**
 * Hexagonal ice has its strongest rings at 3.90, 3.67 and 3.44 Å, of which 3.7 Å is what micrographs are judged by; gold
 * foil has (111) at 2.35 Å.
 */
export const usualRings: readonly UserRing[] = [
  { angstrom: 3.7, label: 'ice' },
  { angstrom: 2.35, label: 'gold' },
];

/** Rings are kept while the page is open, for all micrographs. */
export function createUserRings(): UserRings {
  const [list, setList] = createSignal<readonly UserRing[]>(usualRings);
  return {
    list,
    add: (angstrom) => {
      if (!(angstrom > 0) || list().some((ring) => ring.angstrom === angstrom)) return;
      const label = usualRings.find((ring) => ring.angstrom === angstrom)?.label ?? '';
      setList([...list(), { angstrom, label }].sort((a, b) => b.angstrom - a.angstrom));
    },
    remove: (gone) => setList(list().filter((ring) => ring !== gone)),
  };
}
