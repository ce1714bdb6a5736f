import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { describeReading, evenSample } from '../../../src/dataset/coordinates/readings.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import { mostStarLetters } from '../../../src/dataset/session.ts';
import { writeBoxes } from '../../../src/formats/box/box.ts';
import type { CoordinateFormat } from '../../../src/formats/coordinates.ts';
import { writeCsvPicks } from '../../../src/formats/csv/picks.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { OpenedMicrograph, Place, PlaceScore } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createImport } from '../../../src/ui/state/import.ts';
import {
  diameterOf,
  type JudgedReading,
  mostTelling,
  ranked,
  verdictOf,
  withoutQuestion,
} from '../../../src/ui/state/importReadings.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createReferences, memoryReferenceStore } from '../../../src/ui/state/references.ts';
import { createStars } from '../../../src/ui/state/stars.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { coordinateReader, fakeCompute, image } from './fixtures.ts';

/** Where the particles are, on an image of 100 × 80. */
const truth: readonly Place[] = [
  { x: 20, y: 15 },
  { x: 70, y: 20 },
  { x: 50, y: 62 },
];
const scored = truth.map((place, i) => ({ ...place, score: 0.9 - i / 10 }));

/** A picture on which particles stand out where the truth has them: 20 σ for all of them. */
function score(places: readonly Place[]): PlaceScore {
  const hits = places.filter(({ x, y }) => truth.some((one) => Math.hypot(one.x - x, one.y - y) < 2)).length;
  const z = (20 * hits) / places.length;
  return { z, judged: places.length, label: z > 6 ? 'fits well' : 'does not fit' };
}

function setUp(opened: OpenedMicrograph | undefined = image, judge = score) {
  return createRoot(() => {
    const diameters: number[] = [];
    const notices = createNotices();
    const parameters = createParameters();
    const picks = createPicks(parameters);
    const stars = createStars(Promise.resolve(memorySessionStore()));
    const [shown, setShown] = createSignal<OpenedMicrograph | undefined>(opened);
    const document = { opened: shown, key: () => 'x/a.mrc' } as unknown as Document;
    const library = createLibrary();
    const store = memoryReferenceStore();
    const references = createReferences({
      ...{ compute: coordinateReader, document, library, notices },
      store: Promise.resolve(store),
    });
    const imports = createImport({
      references,
      compute: fakeCompute({
        ...coordinateReader,
        scorePlaces: async (_, sets, diameterPx) => {
          diameters.push(diameterPx);
          return sets.map(judge);
        },
      }),
      document,
      parameters,
      picks,
      view: createViewState(),
      tasks: createTasks(notices),
      notices,
      stars,
    });
    const said = () => notices.list().map(({ text }) => text);
    return {
      imports,
      parameters,
      picks,
      stars,
      notices,
      said,
      setShown,
      diameters,
      references,
      library,
      store,
    };
  });
}

const starFile = (name = 'a.star') => new File([writeStarPicks(scored)], name);
const flippedBox = (name = 'a.box') =>
  new File(
    [
      writeBoxes(
        scored.map((one) => ({ ...one, y: 79 - one.y })),
        12,
      ),
    ],
    name,
  );
const until = async (probe: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !probe(); i++) await new Promise((done) => setTimeout(done, 5));
  expect(probe()).toBe(true);
};

describe('importing picks', () => {
  it('asks nothing where the program has one way and it fits', async () => {
    const { imports, picks, stars, parameters, said } = setUp();
    await imports.files([starFile()]);
    expect(imports.offer()).toBeUndefined();
    expect(picks.shown().map(({ x, y, row }) => [x, y, row])).toEqual([
      [20, 15, 0],
      [70, 20, 1],
      [50, 62, 2],
    ]);
    expect(said()).toEqual(['3 picks were imported from a.star.']);
    const note = picks.star();
    expect(note).toMatchObject({ name: 'a.star', micrograph: undefined });
    expect(await stars.load(note?.hash ?? '')).toBe(writeStarPicks(scored));
    expect(parameters.values.diameterAngstrom).toBe(150);
    picks.undo();
    expect([picks.all().length, picks.star()]).toEqual([0, undefined]);
  });

  it('says which names of classes it had no class left for', async () => {
    const { imports, picks, said } = setUp(image, (places) => ({ z: 20, judged: places.length, label: '' }));
    const named = Array.from({ length: 9 }, (_, i) => ({
      x: 5 * i,
      y: 7,
      score: 0.5,
      className: `Kind ${i}`,
    }));
    await imports.files([new File([writeCsvPicks(named)], 'a.csv')]);
    // The first class is there already.
    expect(picks.classes.list()).toHaveLength(8);
    expect(said()[0]).toContain('Picks called Kind 7 and 1 more are Particle now: there can be 8 classes.');
  });

  it('asks nothing either where nothing can be told', async () => {
    const { imports, picks, said } = setUp(image, () => ({ z: 0.4, judged: 3, label: 'does not fit' }));
    await imports.files([starFile()]);
    expect([imports.offer(), picks.all().length]).toEqual([undefined, 3]);
    expect(said()[0]).toMatch(/do not stand out of the picture: check that the file belongs to/);
  });

  it('asks where another way fits better than the program’s own', async () => {
    const { imports, picks, said } = setUp();
    const upsideDown = scored.map((one) => ({ ...one, y: 79 - one.y }));
    const done = imports.files([new File([writeStarPicks(upsideDown)], 'a.star')]);
    await until(() => imports.offer() !== undefined);
    const best = imports.offer()?.readings[0];
    expect(best?.reading.flipY).toBe(true);
    if (best) imports.accept({ reading: best.reading, forAll: false, diameterAngstrom: undefined });
    await done;
    expect(picks.shown().map(({ x, y }) => [x, y])).toEqual(truth.map(({ x, y }) => [x, y]));
    // To be flipped back when it is written.
    expect(picks.star()?.reading.flipY).toBe(true);
    expect(said()[0]).toContain('read as: centre of the particle, y counted from the last row');
  });

  it('asks once for the files of a program that has several ways, as long as they fit', async () => {
    const { imports, picks, parameters } = setUp();
    const first = imports.files([flippedBox()]);
    await until(() => imports.offer() !== undefined);
    const [best] = imports.offer()?.readings ?? [];
    expect(best?.reading.id).toBe('flip corner bin1 pixel');
    expect(best && diameterOf(best)).toBe(8);
    if (best) imports.accept({ reading: best.reading, forAll: true, diameterAngstrom: 33 });
    await first;
    expect(picks.all()).toHaveLength(3);
    expect(parameters.values.diameterAngstrom).toBe(33);
    picks.clear();
    await imports.files([flippedBox('b.box')]);
    expect([imports.offer(), picks.all().length]).toEqual([undefined, 3]);
    // One that does not fit that way is asked about.
    const other = imports.files([new File([writeBoxes(scored, 12)], 'c.box')]);
    await until(() => imports.offer() !== undefined);
    expect(imports.offer()?.readings[0]?.reading.flipY).toBe(false);
    imports.cancel();
    await other;
    expect(picks.all()).toHaveLength(3);
  });

  it('lays picks in the user’s own way beside the best one, so that both are judged alike', async () => {
    const { imports } = setUp();
    void imports.files([flippedBox()]);
    await until(() => imports.offer() !== undefined);
    const own = imports.offer()?.readings[0]?.reading;
    if (!own) throw new Error('There is no reading.');
    const judged = await imports.judge(describeReading({ ...own, binning: 3 }));
    expect(judged?.reading.id).toBe('flip corner bin3 pixel');
    expect(judged?.score.z).toBe(0);
    expect(judged?.places[0]?.x).toBeCloseTo((20 + 0.5) * 3 - 0.5);
  });

  it('judges by the diameter that the user has set, else by the boxes', async () => {
    const { imports, parameters, diameters } = setUp();
    parameters.set({ pixelSizeAngstrom: 2 });
    void imports.files([flippedBox()]);
    await until(() => imports.offer() !== undefined);
    imports.cancel();
    expect(diameters[0]).toBe(8);
    parameters.set({ diameterAngstrom: 60 });
    void imports.files([flippedBox()]);
    await until(() => imports.offer() !== undefined);
    expect(diameters[3]).toBe(30);
  });

  it('goes on after a bad file, and stops at a change of mind', async () => {
    const bad = setUp();
    await bad.imports.files([new File(['data_\nloop_\n_a\n1 2\n'], 'x.star'), starFile('y.star')]);
    expect(bad.picks.all()).toHaveLength(3);
    expect(bad.said()[0]).toMatch(/^x\.star is not a good STAR file/);
    const cancelled = setUp();
    const done = cancelled.imports.files([flippedBox('p.box'), starFile('q.star')]);
    await until(() => cancelled.imports.offer() !== undefined);
    cancelled.imports.cancel();
    await done;
    expect([cancelled.picks.all().length, cancelled.said()]).toEqual([0, []]);
  });

  it('forgets its question when the micrograph leaves the screen', async () => {
    const { imports, setShown } = setUp();
    void imports.files([flippedBox()]);
    await until(() => imports.offer() !== undefined);
    setShown({ ...image, id: 2, fingerprint: 'g' });
    expect(imports.offer()).toBeUndefined();
  });

  it('says what is wrong: no micrograph, no picks, another micrograph', async () => {
    const without = setUp();
    without.setShown(undefined);
    await without.imports.files([starFile()]);
    expect(without.said()[0]).toBe('Open a micrograph first: a.star holds picks that belong on one.');
    const { imports, said, picks } = setUp();
    await imports.files([new File([writeStarPicks([])], 'none.star')]);
    expect(said().at(-1)).toBe('none.star holds no picks.');
    const far = scored.map((one) => ({ ...one, x: one.x + 5000, y: one.y - 9000 }));
    await imports.files([new File([writeStarPicks(far)], 'far.star')]);
    expect(said().at(-1)).toMatch(/^far\.star has 3 of its 3 picks outside a\.mrc \(100 × 80\)/);
    expect(picks.all()).toHaveLength(0);
  });

  it('does not keep a STAR file that is too large to be written back', async () => {
    const { imports, picks, said } = setUp();
    const text = `${writeStarPicks(scored)}\n# ${'x'.repeat(mostStarLetters)}\n`;
    await imports.files([new File([text], 'big.star')]);
    expect([picks.all().length, picks.star()]).toEqual([3, undefined]);
    expect(said()[0]).toContain('its other columns will not be kept');
  });
});

const judgedAs = (
  format: CoordinateFormat,
  zs: readonly (readonly [flipY: boolean, binning: number, z: number])[],
): JudgedReading[] =>
  zs.map(([flipY, binning, z]) => ({
    reading: describeReading({ flipY, binning, anchor: 'centre', unit: 'pixel', format }),
    places: [],
    score: { z, judged: 9, label: z >= 6 ? 'fits well' : 'does not fit' },
  }));

describe('readings', () => {
  it('are put in the order of their scores, the own one before those that are as good', () => {
    const ids = (all: readonly JudgedReading[]) => ranked(all).map(({ score: { z } }) => z);
    expect(
      ids(
        judgedAs('star', [
          [false, 1, 8],
          [true, 1, 8.5],
          [false, 2, 12],
        ]),
      ),
    ).toEqual([12, 8, 8.5]);
    expect(
      ids(
        judgedAs('star', [
          [false, 1, 0],
          [true, 1, 2.5],
        ]),
      ),
    ).toEqual([0, 2.5]);
    const many = judgedAs('star', [
      [false, 1, -5],
      ...[3, 4, 5, 6, 7, 8, 9, 10, 11].map((z) => [true, z, z] as const),
    ]);
    expect(ids(many)).toEqual([11, 10, 9, 8, 7, 6, 5, -5]);
  });

  it('are taken without a question only where there is no doubt', () => {
    const own = 'straight centre bin1 pixel';
    const flip = 'flip centre bin1 pixel';
    const chosen = (format: CoordinateFormat, own1: number, flipped: number, agreed?: string) =>
      withoutQuestion(
        { format },
        judgedAs(format, [
          [false, 1, own1],
          [true, 1, flipped],
        ]),
        own,
        agreed,
      )?.reading.id;
    expect(chosen('star', 9, 0)).toBe(own);
    expect(chosen('star', 1, 2)).toBe(own);
    expect(chosen('star', 1, 9)).toBeUndefined();
    expect(chosen('box', 9, 0)).toBeUndefined();
    expect(chosen('box', 0, 9, flip)).toBe(flip);
    expect(chosen('box', 9, 0, flip)).toBeUndefined();
    expect(chosen('cs', 0, 1, flip)).toBeUndefined();
  });

  it('are explained in a sentence', () => {
    const own = 'straight centre bin1 pixel';
    const say = (z: number, flipped: number) =>
      verdictOf(
        ranked(
          judgedAs('cs', [
            [false, 1, z],
            [true, 1, flipped],
          ]),
        ),
        own,
      );
    expect(say(25, 0)).toBe('The picks stand out as cryoSPARC means them, by 25.0\u00a0σ.');
    expect(say(-0.26, 9)).toBe(
      'The picks stand out best, by 9.0\u00a0σ, if read so: centre of the particle, y counted from the last row. As cryoSPARC means them: −0.3\u00a0σ.',
    );
    expect(say(1, 2)).toMatch(/^No reading fits/);
  });

  it('are judged at the size that tells most', () => {
    const scores = (...zs: number[]): PlaceScore[] => zs.map((z) => ({ z, judged: 1, label: '' }));
    expect(mostTelling([scores(1, 2), scores(0, 9), scores(3, -20)])).toEqual(scores(0, 9));
  });
});

describe('importing a reference', () => {
  const places = (of: { readonly places: readonly Place[] } | undefined) =>
    of?.places.map(({ x, y }) => [x, y]);

  it('leaves the picks alone, and gives the other micrographs of the list theirs, read the same way', async () => {
    const { imports, picks, references, library, store, said } = setUp();
    const local = (name: string, content: BlobPart) => ({
      name,
      folder: '',
      getFile: async () => new File([content], name),
    });
    const sink = memorySink();
    await writeMrc(sink, { width: 3, height: 40, pixelSizeAngstrom: 1 }, [new Float32Array(120)]);
    const other = new File([sink.bytes()], 'b.mrc');
    library.add('x', [local('a.mrc', 'a'), local('b.mrc', other), local('c.mrc', 'c')]);
    const boxOf = (name: string) => new File([writeBoxes([{ x: 1, y: 9, score: undefined }], 12)], name);
    const done = imports.files([flippedBox(), boxOf('b.box'), boxOf('z.box')], 'reference');
    await until(() => imports.offer() !== undefined);
    const offer = imports.offer();
    expect(offer?.use).toBe('reference');
    const best = offer?.readings[0];
    expect(best?.reading.flipY).toBe(true);
    if (best) imports.accept({ reading: best.reading, forAll: true, diameterAngstrom: undefined });
    await done;
    expect(picks.all()).toEqual([]);
    expect(places(references.current())).toEqual([
      [20, 15],
      [70, 20],
      [50, 62],
    ]);
    expect(said()[0]).toMatch(
      /^The picks are judged by 3 particles of a\.box, read as: .*last row\. 1 more of the list has its own/,
    );
    const kept = await store.load(await fingerprint(browserFileSource(other), 0));
    // Of 40 rows, the ninth from the last.
    expect(places(kept?.reference)).toEqual([[1, 30]]);
  });

  it('of another micrograph only is not taken for this one', async () => {
    const { imports, references, said } = setUp();
    await imports.files([starFile('b.star'), starFile('c.star')], 'reference');
    expect(references.current()).toBeUndefined();
    expect(said()[0]).toMatch(/b\.star and 1 more were not imported/);
    await imports.files([starFile('other_name.star')], 'reference');
    expect(references.current()?.label).toBe('other_name.star');
  });
});

it('long lists are judged by an even sample, short ones whole', () => {
  const list = Array.from({ length: 50_001 }, (_, i) => i);
  const sample = evenSample(list, 4000);
  expect(sample.length).toBe(4000);
  expect(sample[0]).toBe(0);
  expect(sample.at(-1)).toBeGreaterThan(49_980);
  expect(new Set(sample.slice(1).map((value, i) => value - (sample[i] ?? 0)))).toEqual(new Set([12, 13]));
  const few = [1, 2, 3];
  expect(evenSample(few, 3)).toBe(few);
});
