/** Every file of the shared conformance set, good and bad, field by field. */
import { expect, it } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { type OpenedMicrograph, openMicrograph } from '../../../../src/dataset/open.ts';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { statisticsDoubts } from '../../../../src/formats/mrc/statistics.ts';
import { statisticsOf } from '../../../../src/pipelines/statistics.ts';
import { describeWithShared, hasShared, sharedSource, sharedText } from '../sharedData.ts';

type Value = number | null | 'Infinity';

interface Expected {
  readonly file: string;
  readonly ok: boolean;
  readonly dims: readonly [number, number, number];
  readonly mode: number;
  readonly endian: string;
  readonly pixelSizeAngstrom: number | null;
  readonly pixelSizeXYZ?: readonly (number | null)[];
  readonly pixelSizeSource?: 'header' | 'FEI1';
  readonly first: readonly Value[];
  readonly last: readonly Value[];
  readonly firstComplex?: readonly (readonly [number, number])[];
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nanCount?: number;
  readonly infCount?: number;
  readonly frameFirst?: readonly number[];
  readonly nsymbt: number;
  readonly ispg: number;
  readonly isStack?: boolean;
  readonly mapcrs?: readonly number[];
  readonly warnings?: readonly string[];
  readonly compression?: string;
  readonly error?: string;
  readonly alsoAcceptable?: readonly string[];
}

/** Fields of the list that are about the list, not about the files. */
const NOT_OF_FILES = ['note', 'source', 'oracle', 'mayRefuse'];
/** What this test compares; a new field in the list fails the test until it is compared too. */
const COMPARED = [
  ...['file', 'ok', 'dims', 'mode', 'endian', 'pixelSizeAngstrom', 'pixelSizeXYZ', 'pixelSizeSource'],
  ...['first', 'last', 'firstComplex', 'min', 'max', 'mean', 'nanCount', 'infCount', 'frameFirst'],
  ...['nsymbt', 'ispg', 'isStack', 'mapcrs', 'warnings', 'compression', 'error', 'alsoAcceptable'],
];

const WARNING_WORDS: Readonly<Record<string, RegExp>> = {
  'no-map-id': /no "MAP"/,
  'odd-machine-stamp': /machine stamp/,
  'trailing-bytes': /bytes follow the pixels/,
};

const list = 'data/conformance/expected.json';

describeWithShared(list, 'MRC conformance', () => {
  // Tests are declared also where they are skipped, for want of the list.
  const { files } = JSON.parse(hasShared(list) ? sharedText(list) : '{"files":[]}') as { files: Expected[] };

  it('compares every field of every file we think it has', () => {
    expect(files.length).toBe(96);
    expect(files.filter(({ ok }) => ok).length).toBe(66);
    const fields = new Set(files.flatMap((entry) => Object.keys(entry)));
    expect([...fields].filter((field) => !COMPARED.includes(field) && !NOT_OF_FILES.includes(field))).toEqual(
      [],
    );
  });

  it.each(files.filter((entry) => entry.ok))('reads $file', async (entry) => {
    const image = await openMicrograph(sharedSource(`data/conformance/${entry.file}`));
    const header = image.header;
    if (!header) throw new Error('no MRC file');
    expect([image.width, image.height, image.frames]).toEqual(entry.dims);
    expect([header.width, header.height, header.sections]).toEqual(entry.dims);
    expect(header.mode.mode).toBe(entry.mode);
    expect(header.littleEndian).toBe(entry.endian === 'little');
    expect(header.extendedBytes).toBe(entry.nsymbt);
    expect(header.spaceGroup).toBe(entry.ispg);
    expect(image.compression).toBe(entry.compression);
    expect(header.axes).toEqual(entry.mapcrs ?? [1, 2, 3]);
    if (entry.isStack !== undefined) {
      expect(['stack', 'movie', 'volume-stack'].includes(image.kind)).toBe(entry.isStack);
    }
    comparePixelSize(entry, image);
    await comparePixels(entry, image);
  });

  function comparePixelSize(entry: Expected, image: OpenedMicrograph): void {
    const near = (found: number | undefined, expected: number | null) => {
      if (expected === null) expect(found).toBeUndefined();
      // expected.json gives four decimals.
      else expect(Math.abs((found ?? 0) - expected)).toBeLessThan(6e-5);
    };
    near(image.pixelSizeAngstrom, entry.pixelSizeAngstrom);
    const voxel = image.header?.voxelSizeAngstrom;
    entry.pixelSizeXYZ?.forEach((expected, axis) => {
      near(voxel?.[axis], expected);
    });
    if (entry.pixelSizeSource === 'FEI1') expect(voxel?.[0]).toBeUndefined();
    if (entry.pixelSizeSource === 'header') expect(voxel?.[0]).toBe(image.pixelSizeAngstrom);
  }

  async function comparePixels(entry: Expected, image: OpenedMicrograph): Promise<void> {
    const frames: Float32Array[] = [];
    for (let i = 0; i < image.frames; i++) frames.push(await image.readRows(i, 0, image.height));
    entry.first.forEach((value, i) => {
      expectValue(frames[0]?.[i], value);
    });
    entry.firstComplex?.forEach(([re, im], i) => {
      expectValue(frames[0]?.[i], Math.hypot(re, im));
    });
    const last = frames.at(-1) ?? new Float32Array();
    entry.last.forEach((value, i) => {
      expectValue(last[last.length - entry.last.length + i], value);
    });
    entry.frameFirst?.forEach((value, i) => {
      expectValue(frames[i]?.[0], value);
    });
    const all = frames.flatMap((frame) => [...frame]);
    const finite = all.filter(Number.isFinite);
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
    expectValue(finite.length ? finite.reduce((a, b) => Math.min(a, b)) : Number.NaN, entry.min);
    expectValue(finite.length ? finite.reduce((a, b) => Math.max(a, b)) : Number.NaN, entry.max);
    expectValue(mean, entry.mean);
    const nans = all.filter(Number.isNaN).length;
    expect(nans).toBe(entry.nanCount ?? 0);
    expect(all.length - finite.length - nans).toBe(entry.infCount ?? 0);
    for (const word of entry.warnings ?? []) {
      if (word === 'wrong-statistics') {
        // Only who reads all pixels can say so.
        const statistics = statisticsOf(Float32Array.from(all));
        const fields = image.header?.fields;
        expect(fields && statisticsDoubts(fields, statistics)).not.toEqual([]);
        expect(fields?.float(FIELD.dmax)).toBe(1000);
      } else {
        expect(image.warnings.join('\n')).toMatch(WARNING_WORDS[word] ?? /unknown warning word/);
      }
    }
  }

  it.each(files.filter((entry) => !entry.ok))('refuses $file ($error)', async (entry) => {
    const source = sharedSource(`data/conformance/${entry.file}`);
    const error: unknown = await openMicrograph(source).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof FormatError)) throw new Error(`no FormatError but ${error}`);
    expect(error.message.startsWith(`${source.name} `)).toBe(true);
    expect(error.message.endsWith('.')).toBe(true);
    expect([entry.error, ...(entry.alsoAcceptable ?? [])]).toContain(error.problem);
  });
});

function expectValue(value: number | undefined, expected: Value): void {
  if (expected === null) expect(value).toBeNaN();
  else if (expected === 'Infinity') expect(value).toBe(Number.POSITIVE_INFINITY);
  else if (Number.isInteger(expected) && Math.abs(expected) < 2 ** 24) expect(value).toBe(expected);
  else {
    expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(
      1e-6 * Math.max(1e-6, Math.abs(expected)),
    );
  }
}
