/** Names inside a session file. */
export const entryNames = {
  head: 'session.json',
  items: 'items.json',
  batch: 'batch.json',
  /** @param index from 0, as of all that are numbered. */
  batchPart: (index: number): string => `batch/${numbered(index)}.json`,
  micrograph: (index: number): string => `micrographs/${numbered(index)}.json`,
  star: (hash: string): string => `stars/${hash}.star`,
  model: (hash: string): string => `models/${hash}`,
} as const;

function numbered(index: number): string {
  return String(index + 1).padStart(5, '0');
}

/** What session files end in. */
export const sessionSuffix = '.cryolite';

/** Whether a file is one, by its name; programs and mail may have added an ending. */
export function isSessionFile(name: string): boolean {
  return /\.cryolite(\.zip)?$/i.test(name);
}

/** The file of a session: letters that every system allows. */
export function sessionFileName(session: string): string {
  const plain = session
    .replace(/[^\p{L}\p{N} ,._-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${plain.replace(/^[. ]+/, '').slice(0, 100) || 'session'}${sessionSuffix}`;
}
