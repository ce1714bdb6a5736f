/** How near to each other picks may be, in particle diameters. */
export const separationRange = { least: 0.05, most: 10 } as const;

export function isSeparation(diameters: number): boolean {
  return diameters >= separationRange.least && diameters <= separationRange.most;
}
