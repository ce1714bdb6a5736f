import { expect, it } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { openMicrograph } from '../../../../src/dataset/open.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { describeWithShared, hasShared, sharedSource, sharedText } from '../sharedData.ts';

interface Expected {
  readonly file: string;
  readonly ok: boolean;
  readonly dims: readonly [number, number, number];
  readonly mode: number;
  readonly endian: string;
  readonly pixelSizeAngstrom: number | null;
  readonly first: readonly (number | null | 'Infinity')[];
  readonly last: readonly (number | null | 'Infinity')[];
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nanCount?: number;
  readonly infCount?: number;
  readonly frameFirst?: readonly number[];
  readonly warnings?: readonly string[];
  readonly compression?: string;
  readonly error?: string;
  readonly alsoAcceptable?: readonly string[];
}

const WARNING_WORDS: Readonly<Record<string, RegExp>> = {
  'no-map-id': /no "MAP"/,
  'odd-machine-stamp': /machine stamp/,
  'trailing-bytes': /bytes follow the pixels/,
};

const list = 'data/conformance/expected.json';

describeWithShared(list, 'MRC conformance', () => {
  // Tests are declared also where they are skipped, for want of the list.
  const { files } = JSON.parse(hasShared(list) ? sharedText(list) : '{"files":[]}') as { files: Expected[] };
  const isOurs = (entry: Expected) => !entry.compression && [0, 1, 2, 6, 12].includes(entry.mode);

  it('has the files we think it has', () => {
    expect(files.length).toBeGreaterThan(90);
  });

  it.each(files.filter((entry) => entry.ok && isOurs(entry)))('reads $file', async (entry) => {
    const image = await openMrc(sharedSource(`data/conformance/${entry.file}`));
    const { header } = image;
    expect([header.width, header.height, header.sections]).toEqual(entry.dims);
    expect(header.mode.mode).toBe(entry.mode);
    expect(header.littleEndian).toBe(entry.endian === 'little');
    if (entry.pixelSizeAngstrom === null) expect(image.pixelSizeAngstrom).toBeUndefined();
    // expected.json gives four decimals.
    else expect(Math.abs((image.pixelSizeAngstrom ?? 0) - entry.pixelSizeAngstrom)).toBeLessThan(6e-5);

    const frames: Float32Array[] = [];
    for (let i = 0; i < header.sections; i++) frames.push(await image.readRows(i, 0, header.height));
    entry.first.forEach((value, i) => {
      expectValue(frames[0]?.[i], value);
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
    expect(all.length - finite.length).toBe((entry.nanCount ?? 0) + (entry.infCount ?? 0));
    for (const word of entry.warnings ?? []) {
      // The statistics are the business of whoever reads the pixels.
      if (word !== 'wrong-statistics') {
        expect(image.warnings.join('\n')).toMatch(WARNING_WORDS[word] ?? /unknown warning word/);
      }
    }
  });

  it.each(files.filter((entry) => !entry.ok))('refuses $file ($error)', async (entry) => {
    const error = await refusal(entry);
    expect([entry.error, ...(entry.alsoAcceptable ?? [])]).toContain(error.problem);
  });

  it.each(files.filter((entry) => entry.ok && !isOurs(entry)))(
    'says why it can not read $file',
    async (entry) => {
      const error = await refusal(entry);
      expect(error.problem).toBe(entry.compression ? 'bad-compression' : 'unsupported-mode');
    },
  );

  async function refusal(entry: Expected): Promise<FormatError> {
    const source = sharedSource(`data/conformance/${entry.file}`);
    const error = await openMicrograph(source).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FormatError);
    const known = error as FormatError;
    expect(known.message.startsWith(`${source.name} `)).toBe(true);
    expect(known.message.endsWith('.')).toBe(true);
    return known;
  }
});

function expectValue(value: number | undefined, expected: number | null | 'Infinity'): void {
  if (expected === null) expect(value).toBeNaN();
  else if (expected === 'Infinity') expect(value).toBe(Number.POSITIVE_INFINITY);
  else
    expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(
      1e-6 * Math.max(1e-6, Math.abs(expected)),
    );
}
