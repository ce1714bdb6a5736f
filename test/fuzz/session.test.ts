import { unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSessionFile } from '../../src/dataset/sessionFile/read.ts';
import { fullSession, sessionFile, starText } from '../fixtures/session.ts';
import { encode, fuzz, fuzzTimeout } from './harness.ts';

describe('injured sessions', { timeout: fuzzTimeout }, () => {
  let whole: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    whole = (await sessionFile([{ session: fullSession() }])).bytes;
  });

  const readAll = (bytes: Uint8Array): void => {
    const file = openSessionFile('fuzz', bytes);
    for (const { session } of file.micrographs()) {
      expect(session.picks.every(({ x, y, score }) => [x, y, score].every(Number.isFinite))).toBe(true);
      const grid = session.mask?.base?.grid;
      if (grid) expect(grid.values.length).toBe(grid.width * grid.height);
    }
    for (const hash of file.head.stars) file.star(hash);
    for (const { hash } of file.head.models) file.model(hash);
  };

  it('as archives', async () => {
    // Without checksums injuries get further; in the long text that is read as it is, they do no harm.
    const { bytes } = await sessionFile([{ session: fullSession() }], {
      star: async () => starText.repeat(100),
    });
    await fuzz([whole, withoutChecksums(zipSync(unzipSync(bytes), { level: 0 }))], async (injured) =>
      readAll(injured),
    );
  });

  it.each(['items.json', 'micrographs/00001.json'])('in %s', async (name) => {
    const entries = unzipSync(whole);
    await fuzz([new Uint8Array(entries[name] ?? encode(''))], async (injured) => {
      readAll(zipSync({ ...entries, [name]: injured }, { level: 0 }));
    });
  });
});

/** A checksum of zero in the directory means that there is none. */
function withoutChecksums(archive: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(archive);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 46 <= bytes.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 16, 0, true);
  }
  return bytes;
}
