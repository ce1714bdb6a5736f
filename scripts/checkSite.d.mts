/** Sentences about what is wrong with a built site (its folder) or with the single file. */
export function checkSite(place: string): string[];
