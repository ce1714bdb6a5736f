/** The address of a text that comes with the site, such as `licences.md`. In the single file another module does this. */
export function siteFileUrl(path: string): string | undefined {
  return new URL(path, document.baseURI).href;
}

/** Whether the page is one file without a site. */
export const isSingleFile = false;
