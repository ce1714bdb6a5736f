import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import type { ListView } from '../../../../src/dataset/listView.ts';
import { isSessionFile, sessionFileName } from '../../../../src/dataset/sessionFile/entries.ts';
import { openSessionFile } from '../../../../src/dataset/sessionFile/read.ts';
import {
  fullBatch,
  fullSession,
  modelBytes,
  modelHash,
  sessionFile,
  starHash,
  starText,
} from '../../../fixtures/session.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const fingerprint = (i: number) => i.toString(16).padStart(32, '0');

/** The file with one of its entries changed; undefined takes it out. */
async function changed(
  entry: string,
  change: (text: string) => string | Uint8Array<ArrayBuffer> | undefined,
): Promise<Uint8Array> {
  const { bytes } = await sessionFile([{ session: fullSession() }]);
  const entries = unzipSync(bytes);
  const next = change(decode(entries[entry]));
  if (next === undefined) delete entries[entry];
  else entries[entry] = typeof next === 'string' ? encode(next) : next;
  return zipSync(entries, { level: 1 });
}

/** The archive with another size of an entry in its directory. */
function saying(entry: string, size: number, archive: Uint8Array): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset);
  for (let at = 0; at + 46 + entry.length <= archive.length; at++) {
    const isEntry = view.getUint32(at, true) === 0x02014b50;
    if (isEntry && decode(archive.subarray(at + 46, at + 46 + entry.length)) === entry) {
      view.setUint32(at + 24, size, true);
    }
  }
  return archive;
}

/** What is said of a file that is refused, wherever in reading it. */
function refusal(bytes: Uint8Array): string {
  try {
    const file = openSessionFile('mine.cryolite', bytes);
    for (const _ of file.micrographs());
    for (const hash of file.head.stars) file.star(hash);
    for (const { hash } of file.head.models) file.model(hash);
  } catch (error) {
    if (error instanceof FormatError && error.problem === 'bad-session') return error.message;
    throw error;
  }
  return 'none';
}

describe('a session file', () => {
  it('gives back all that was in the session', async () => {
    const reference = { label: 'truth.star', places: [{ x: 5, y: 6 }] };
    const micrographs = [
      { session: fullSession(), reference, remembered: undefined },
      { session: { ...fullSession(fingerprint(2), 0), provenance: undefined, mask: undefined } },
    ];
    const { bytes, written } = await sessionFile(micrographs);
    expect(written).toMatchObject({ micrographs: 2, missing: [] });
    const file = openSessionFile('mine.cryolite', bytes);
    expect([...file.micrographs()]).toEqual(micrographs);
    expect(file.head.session).toEqual({
      name: 'Grid 3: ribosomes',
      hasOwnName: true,
      createdAt: 1000,
      usedAt: 2000,
    });
    expect(file.items[0]).toMatchObject({ path: 'raw/a.mrc', acceptance: 'accepted', ice: 0.1 });
    expect(file.star(starHash)).toBe(starText);
    expect([...file.model(modelHash)]).toEqual([...modelBytes]);
    // What both refer to is there once.
    expect(Object.keys(unzipSync(bytes)).sort()).toEqual([
      'items.json',
      'micrographs/00001.json',
      'micrographs/00002.json',
      `models/${modelHash}`,
      'session.json',
      `stars/${starHash}.star`,
    ]);
  });

  it('carries its batch, how its list is looked at, and where picks by hand are learnt from', async () => {
    const batch = fullBatch();
    const labelled = { fingerprint: fingerprint(1), name: 'a.mrc', folder: 'raw', frame: 0, version: 'v' };
    const view: ListView = {
      ...{ text: '*_avg', acceptance: 'kept', sort: 'ice', isReversed: true },
      ...{ tilePx: 200, hasPictures: true, isGrid: false },
    };
    const { bytes } = await sessionFile([{ session: fullSession(), labelled }], { batch, view });
    const file = openSessionFile('mine.cryolite', bytes);
    // What was under way waits; all else is as it was, to the last bit.
    const items = batch.items.map((item) =>
      item.state === 'running' ? { ...item, state: 'waiting' } : item,
    );
    expect(file.batch()).toEqual({ ...batch, items });
    expect(file.head.view).toEqual(view);
    expect([...file.micrographs()][0]?.labelled).toEqual(labelled);
  });

  it('of an earlier version has none of these, and of a later one another list is left out alone', async () => {
    const earlier = openSessionFile('mine.cryolite', (await sessionFile([{ session: fullSession() }])).bytes);
    expect([earlier.batch(), earlier.head.view]).toEqual([undefined, undefined]);
    const later = await changed('session.json', (text) => text.replace('{', '{"view": {"sort": "beauty"},'));
    const { head } = openSessionFile('mine.cryolite', later);
    expect([head.view, head.session.name]).toEqual([undefined, 'Grid 3: ribosomes']);
  });

  it('holds a batch of thousands, in parts of which none is too large to be read again', async () => {
    const [one] = fullBatch().items;
    if (!one) throw new Error('The batch is empty.');
    const items = Array.from({ length: 2050 }, (_, place) => ({ ...one, place }));
    const { bytes } = await sessionFile([], { batch: { ...fullBatch(), items } });
    expect(openSessionFile('mine.cryolite', bytes).batch()?.items).toEqual(items);
    const parts = Object.entries(unzipSync(bytes)).filter(([name]) => name.startsWith('batch/'));
    expect(parts).toHaveLength(21);
    const perItem = Math.max(...parts.map(([, json]) => json.length)) / 100;
    const whole = JSON.stringify(one).length;
    expect(perItem).toBeLessThan(2 * whole);
  });

  it.each([
    ['batch/00001', '"place":1', '"place":7', /items that are not in their order/],
    ['batch/00001', '"scores":"', '"scores":"AAA', /scores are no numbers/],
    ['batch', '"cnn","log"', '"cnn","magic"', /methods\[1\] is none of/],
    ['batch', '"orientation":5', '"orientation":99', /orientation is none of/],
    ['batch', '"parts":1', '"parts":2', /batch\/00002\.json is missing/],
  ])('with %s.json where %s was made %s is refused', async (entry, from, to, sentence) => {
    const { bytes } = await sessionFile([{ session: fullSession() }], { batch: fullBatch() });
    const entries = unzipSync(bytes);
    entries[`${entry}.json`] = encode(decode(entries[`${entry}.json`]).replace(from, to));
    const file = openSessionFile('mine.cryolite', zipSync(entries, { level: 1 }));
    expect(() => file.batch()).toThrow(sentence);
  });

  it('says what was not kept any more, and works without it', async () => {
    const { bytes, written } = await sessionFile([{ session: fullSession() }], {
      star: async () => undefined,
      model: async () => undefined,
    });
    expect(written.missing).toEqual(['picks.star', 'mine.safetensors']);
    expect(refusal(bytes)).toBe('none');
  });

  it('holds many micrographs and 50,000 picks on one', async () => {
    const sessions = Array.from({ length: 200 }, (_, i) => ({ session: fullSession(fingerprint(i), 1) }));
    const { bytes } = await sessionFile([...sessions, { session: fullSession(fingerprint(999), 50_000) }]);
    const all = [...openSessionFile('mine.cryolite', bytes).micrographs()];
    expect(all).toHaveLength(201);
    expect(all.at(-1)?.session.picks).toHaveLength(50_000);
  });

  it('is known by its name', () => {
    expect(isSessionFile('Grid 3.cryolite')).toBe(true);
    expect(isSessionFile('Grid 3.cryolite.zip')).toBe(true);
    expect(isSessionFile('cryolite.mrc')).toBe(false);
    expect(sessionFileName('Grid 3: a/b\\c "x"')).toBe('Grid 3 a b c x.cryolite');
    expect(sessionFileName('../..')).toBe('session.cryolite');
  });
});

describe('a bad session file', () => {
  it('of a later version is refused with the way out', async () => {
    const later = await changed('session.json', (text) =>
      JSON.stringify({ ...(JSON.parse(text) as object), version: 2, micrographs: 'otherwise' }),
    );
    expect(refusal(later)).toMatch(/^mine\.cryolite was written by a later Cryolite .* load the page anew/);
  });

  it.each([
    ['is no archive', () => Promise.resolve(encode('MRC?')), /is no session: its archive has no directory/],
    [
      'is another archive',
      () => Promise.resolve(zipSync({ 'a.txt': encode('a') })),
      /no session of Cryolite: choose/,
    ],
    ['lacks its items', () => changed('items.json', () => undefined), /items\.json is missing/],
    [
      'lacks a micrograph',
      () => changed('micrographs/00001.json', () => undefined),
      /00001\.json is missing/,
    ],
    ['lacks a network', () => changed(`models/${modelHash}`, () => undefined), /models\/a+ is missing/],
    ['is no JSON', () => changed('micrographs/00001.json', () => '{"session":'), /a part of it is no JSON/],
    [
      'has a pick nowhere',
      () => changed('micrographs/00001.json', (text) => text.replace(/"x":[\d.]+/, '"x":null')),
      /00001\.json\.session\.\S+\.x is no number/,
    ],
    [
      'has an unknown method',
      () => changed('micrographs/00001.json', (text) => text.replace('"consensus"', '"magic"')),
      /session\.parameters\.method is none of cnn, log/,
    ],
    [
      'has a style for a colour',
      () => changed('micrographs/00001.json', (text) => text.replace('"#57c9ff"', '"red;x:y"')),
      /classes\[0\]\.colour is no colour/,
    ],
    [
      'has a mask of another size',
      () => changed('micrographs/00001.json', (text) => text.replace('"width":3', '"width":4')),
      /values has 6 bytes, not width × height/,
    ],
    [
      'says it has more micrographs than anybody',
      () => changed('session.json', (text) => text.replace('"micrographs": 1', '"micrographs": 1e9')),
      /micrographs is 1000000000: it must lie between/,
    ],
    [
      'has a path for a hash',
      () => changed('session.json', (text) => text.replace(`"${starHash}"`, '"../../etc/passwd-00000000"')),
      /stars\[0\] is no hash/,
    ],
    ['has a list that is none', () => changed('items.json', () => '{"length": 4}'), /items\.json is no list/],
    [
      'unpacks to far too much',
      async () => saying('micrographs/00001.json', 2 ** 27, await changed('items.json', (text) => text)),
      /would unpack to far too many bytes/,
    ],
    [
      'has a part of more than can be',
      async () => saying('items.json', 2 ** 27 + 1, await changed('items.json', (text) => text)),
      /items\.json in it is said to have 134217729 bytes/,
    ],
  ])('that %s is refused with a sentence', async (_what, make, sentence) => {
    expect(refusal(await make())).toMatch(sentence);
  });

  it('can’t reach the objects of the program by odd names of fields', async () => {
    const odd = await changed('micrographs/00001.json', (text) =>
      text.replace('{"session":{', '{"__proto__":{"polluted":1},"session":{"constructor":{"polluted":1},'),
    );
    const [record] = [...openSessionFile('mine.cryolite', odd).micrographs()];
    expect(record?.session).toEqual(fullSession());
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
