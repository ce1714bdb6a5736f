import { unzipSync } from 'fflate';
import { createRoot } from 'solid-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memorySource } from '../../../src/core/bytes.ts';
import { PROGRAMS, type Program } from '../../../src/dataset/coordinates/exportFor.ts';
import { readCoordinates } from '../../../src/dataset/coordinates/read.ts';
import { ownReading } from '../../../src/dataset/coordinates/readings.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import { readPicksFile } from '../../../src/dataset/picksFile.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createExport } from '../../../src/ui/state/export.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createStars } from '../../../src/ui/state/stars.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const saved = new Map<string, Uint8Array<ArrayBuffer>>();

beforeEach(() => {
  saved.clear();
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  vi.stubGlobal('window', {
    showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => ({
      name: suggestedName,
      createWritable: async () => ({
        write: async (content: Blob) =>
          void saved.set(suggestedName, new Uint8Array(await content.arrayBuffer())),
        close: async () => {},
      }),
    }),
  });
});
afterEach(() => vi.unstubAllGlobals());

function setUp() {
  return createRoot(() => {
    const notices = createNotices();
    const parameters = createParameters();
    parameters.set(values);
    const picks = createPicks(parameters);
    const stars = createStars(Promise.resolve(memorySessionStore()));
    const exports = createExport({
      compute: fakeCompute({}),
      document: {
        opened: () => image,
        provenance: () => undefined,
        filtered: () => undefined,
      } as unknown as Document,
      parameters,
      picks,
      view: createViewState(),
      tasks: createTasks(notices),
      notices,
      stars,
    });
    return { exports, picks, stars, notices };
  });
}

const all: readonly Pick[] = [
  { x: 20.25, y: 15, score: 9, origin: 'log' },
  { x: 70, y: 20.5, score: 5, origin: 'log' },
  { x: 50, y: 62, score: 1, origin: 'manual' },
  { x: 9, y: 9, score: 1, origin: 'log' },
];

/** Files by name, out of the archive where there is one. */
function files(): Record<string, Uint8Array<ArrayBuffer>> {
  const found = [...saved].flatMap(([name, bytes]) =>
    name.endsWith('.zip') ? Object.entries(unzipSync(bytes)) : [[name, bytes] as const],
  );
  return Object.fromEntries(found.map(([name, bytes]) => [name, new Uint8Array(bytes)]));
}

describe('exporting picks', () => {
  const written: Readonly<Record<Program, readonly string[]>> = {
    relion: ['a_autopick.star'],
    cryosparc: ['a_particles.star', 'a_picks.cs', 'a_picks.csg'],
    eman2: ['a_info.json', 'a.box'],
    cryolo: ['a.cbox', 'a.box'],
    topaz: ['a_topaz.txt'],
    csv: ['a_picks.csv'],
  };

  it.each(PROGRAMS)('writes what is shown for %s, and our readers have it back', async (program) => {
    const { exports, picks } = setUp();
    picks.load('f', all);
    exports.setProgram(program);
    await exports.picks();
    const made = files();
    expect(Object.keys(made)).toEqual(written[program]);
    for (const [name, bytes] of Object.entries(made)) {
      if (name.endsWith('.csg')) continue;
      const back = await readPicksFile(memorySource(name, bytes), 'a.mrc', { size: image });
      expect(back).toHaveLength(3);
      for (const [i, { x, y }] of back.entries()) {
        // Topaz has whole pixels, boxes have whole corners.
        expect(Math.hypot(x - (all[i]?.x ?? 0), y - (all[i]?.y ?? 0))).toBeLessThan(0.75);
      }
    }
    expect(exports.written()?.news).toBe(`3 picks were written to ${[...saved.keys()][0]}.`);
    const { instruction = '' } = exports.written() ?? {};
    expect(instruction.length).toBeGreaterThan(40);
    if (saved.has('a_cryosparc.zip')) {
      expect(instruction).toMatch(
        /^Unpack a_cryosparc\.zip: it holds a_particles\.star, a_picks\.cs and a_picks\.csg\. In cryoSPARC/,
      );
    }
    exports.dismissWritten();
    expect(exports.written()).toBeUndefined();
  });

  it('remembers the program that was chosen', () => {
    setUp().exports.setProgram('topaz');
    expect(setUp().exports.program()).toBe('topaz');
    localStorage.setItem('cryolite-export', 'no such program');
    expect(setUp().exports.program()).toBe('relion');
  });

  it('says so where nothing is shown', async () => {
    const { exports, picks, notices } = setUp();
    picks.load('f', all.slice(3));
    await exports.picks();
    expect([saved.size, notices.list()[0]?.text]).toEqual([
      0,
      'There are no picks to export: pick particles, add some by hand, or lower the threshold.',
    ]);
  });

  const star = `# made elsewhere
data_optics

loop_
_rlnOpticsGroup #1
_rlnVoltage #2
1 300

data_particles

loop_
_rlnCoordinateX #1
_rlnCoordinateY #2
_rlnMicrographName #3
_labRemark #4
_rlnAutopickFigureOfMerit #5
20.0 15.0 M/a.mrc first 0.5
70.0 20.0 M/a.mrc second -999
50.0 62.0 M/b.mrc other 0.7

`;
  const withStar = async () => {
    const parts = setUp();
    const hash = (await parts.stars.keep(star)) ?? '';
    const file = await readCoordinates(memorySource('lab.star', new TextEncoder().encode(star)));
    const note = { hash, name: 'lab.star', micrograph: 'M/a.mrc', reading: ownReading(file) };
    const rows: Pick[] = [
      { x: 20, y: 15, score: 5, origin: 'imported', row: 0 },
      { x: 70, y: 20, score: 1, origin: 'manual', row: 1 },
    ];
    parts.picks.import(rows, 4, note);
    return parts;
  };
  const textOf = (name: string): string => new TextDecoder().decode(saved.get(name));

  it('writes through the STAR file that picks came from: other columns, rows and blocks come back', async () => {
    const { exports, picks } = await withStar();
    await exports.picks();
    // The figure is the one thing that is another: 0.5 became 5.
    expect(textOf('lab.star')).toBe(star.replace('first 0.5', 'first   5'));
    const [first] = picks.all();
    if (first) picks.remove([first]);
    picks.add({ x: 33, y: 44 });
    await exports.picks();
    const back = textOf('lab.star');
    expect(back).toContain('70.0 20.0 M/a.mrc second -999');
    expect(back).not.toContain('first');
    expect(back).toContain('data_optics');
    expect(back).toContain('M/b.mrc other 0.7');
    expect(back).toMatch(/33 +44 M\/a\.mrc None +0\.7/);
    expect(exports.written()?.news).toBe(
      '2 picks were written to lab.star, with the other columns of lab.star.',
    );
  });

  it('tells how many rows of the file the threshold leaves out', async () => {
    const { exports, picks } = await withStar();
    const [first, second] = picks.all();
    if (first && second) {
      const notes = { star: picks.star(), rejected: [], filaments: [], classes: undefined };
      picks.load('f', [{ ...first, score: 3 }, second], notes);
    }
    await exports.picks();
    expect(textOf('lab.star')).not.toContain('first');
    expect(exports.written()?.news).toBe(
      '1 pick was written to lab.star, with the other columns of lab.star, but without 1 row that the threshold hides.',
    );
  });

  it('leaves the other columns out where they are not wanted, or no longer kept, and for other programs', async () => {
    const { exports, picks, notices } = await withStar();
    exports.setKeepsColumns(false);
    expect(exports.template()).toBeUndefined();
    await exports.picks();
    expect(textOf('a_autopick.star')).not.toContain('labRemark');
    exports.setKeepsColumns(true);
    exports.setProgram('csv');
    expect(exports.template()).toBeUndefined();
    exports.setProgram('relion');
    const note = picks.star();
    if (note)
      picks.import([{ x: 1, y: 1, score: 9, origin: 'imported', row: 0 }], 4, { ...note, hash: 'gone' });
    saved.clear();
    await exports.picks();
    expect([...saved.keys()]).toEqual(['a_autopick.star']);
    expect(notices.list()[0]?.text).toMatch(/^lab\.star is no longer kept here/);
  });
});
