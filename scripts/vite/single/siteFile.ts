/** Stands in for `platform/browser/siteFile.ts` in the single file: texts lie in the page, in blocks that never run. */
export function siteFileUrl(path: string): string | undefined {
  const text = document.getElementById(path)?.textContent;
  return text ? URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' })) : undefined;
}

/** A single file keeps itself: there is nothing to update and nothing to install. */
export const isSingleFile = true;
