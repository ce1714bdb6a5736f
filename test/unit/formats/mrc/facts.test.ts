import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { explainHeader, openMicrograph } from '../../../../src/dataset/open.ts';
import type { FileFact } from '../../../../src/formats/image.ts';
import { headerFacts } from '../../../../src/formats/mrc/facts.ts';
import { FIELD, fieldsOf } from '../../../../src/formats/mrc/layout.ts';
import { statisticsDoubts } from '../../../../src/formats/mrc/statistics.ts';
import { micrographStatistics } from '../../../../src/pipelines/statistics.ts';
import { describeWithShared, hasShared, sharedPath, sharedSource, sharedText } from '../sharedData.ts';
import { type MrcParts, mrcBytes } from './build.ts';

const factsOf = (parts: MrcParts): FileFact[] => {
  const bytes = mrcBytes(parts);
  return headerFacts(bytes.slice(0, 1024), bytes.length);
};

describe('a header in words', () => {
  it('has all fields of the standard, in its order, and nothing to complain of what we write', () => {
    const facts = factsOf({ labels: ['by Cryolite'] });
    expect(facts.map(({ name }) => name)).toEqual([
      ...[
        'NX, NY, NZ',
        'MODE',
        'NXSTART, NYSTART, NZSTART',
        'MX, MY, MZ',
        'CELLA',
        'CELLB',
        'MAPC, MAPR, MAPS',
      ],
      ...[
        'DMIN, DMAX, DMEAN',
        'RMS',
        'ISPG',
        'NSYMBT',
        'NVERSION',
        'ORIGIN',
        'MAP',
        'MACHST',
        'NLABL',
        'LABEL 1',
      ],
      'File size',
    ]);
    expect(facts.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    expect(facts.find(({ name }) => name === 'LABEL 1')?.value).toBe('by Cryolite');
  });

  type Spoil = (view: DataView) => void;
  const int =
    (offset: number, ...values: number[]): Spoil =>
    (view) => {
      values.forEach((value, i) => {
        view.setInt32(offset + 4 * i, value, true);
      });
    };
  const float =
    (offset: number, ...values: number[]): Spoil =>
    (view) => {
      values.forEach((value, i) => {
        view.setFloat32(offset + 4 * i, value, true);
      });
    };

  it.each<[string, string, string, Spoil, RegExp]>([
    ['NX, NY, NZ', 'wrong', 'a negative size', int(FIELD.nx, -4), /header is damaged/],
    ['MODE', 'wrong', 'an unknown mode', int(FIELD.mode, 9), /does not exist/],
    ['MX, MY, MZ', 'wrong', 'negative samples', int(FIELD.mx, -4), /Negative/],
    ['MX, MY, MZ', 'doubtful', 'no samples', int(FIELD.mx, 0), /not known/],
    ['MX, MY, MZ', 'good', 'other samples than pixels', int(FIELD.mx, 8), /pixel size is CELLA \/ MX/],
    ['CELLA', 'wrong', 'a negative cell', float(FIELD.cellX, -5), /by hand/],
    ['CELLA', 'wrong', 'a cell that is no number', float(FIELD.cellX, Number.NaN), /by hand/],
    ['CELLA', 'doubtful', 'no cell', float(FIELD.cellX, 0, 0, 0), /not known/],
    ['CELLA', 'doubtful', 'pixels of 1 Å', float(FIELD.cellX, 4, 3, 1), /many programs/],
    ['CELLA', 'doubtful', 'pixels smaller than atoms', float(FIELD.cellX, 0.004), /hardly/],
    ['CELLA', 'doubtful', 'oblong pixels', float(FIELD.cellX, 6), /not square/],
    ['CELLB', 'doubtful', 'no angles', float(FIELD.cellAngles, 0, 0, 0), /degrees/],
    ['MAPC, MAPR, MAPS', 'good', 'other axes', int(FIELD.mapC, 2, 1, 3), /columns run along y, rows along x/],
    ['MAPC, MAPR, MAPS', 'doubtful', 'no axes', int(FIELD.mapC, 0, 0, 0), /Not set/],
    ['MAPC, MAPR, MAPS', 'wrong', 'an axis twice', int(FIELD.mapC, 1, 1, 3), /No order/],
    ['DMIN, DMAX, DMEAN', 'doubtful', 'a mean out of range', float(FIELD.dmin, 0, 1, 5), /not used/],
    ['RMS', 'doubtful', 'a deviation that is no number', float(FIELD.rms, Number.NaN), /No number/],
    ['ISPG', 'wrong', 'a negative space group', int(FIELD.spaceGroup, -1), /Negative/],
    ['ISPG', 'doubtful', 'an unknown space group', int(FIELD.spaceGroup, 300), /No space group/],
    [
      'ISPG',
      'wrong',
      'volumes that do not divide',
      (view) => {
        int(FIELD.spaceGroup, 401)(view);
        int(FIELD.mz, 3)(view);
      },
      /no multiple of MZ/,
    ],
    ['NSYMBT', 'wrong', 'more header than file', int(FIELD.nsymbt, 2_000_000_000), /no room/],
    ['NSYMBT', 'wrong', 'a negative extended header', int(FIELD.nsymbt, -80), /no room/],
    ['NVERSION', 'doubtful', 'no version', int(FIELD.version, 0), /Older than MRC2014/],
    ['ORIGIN', 'doubtful', 'an origin that is no number', float(FIELD.origin, Number.NaN), /Å/],
    ['MAP', 'doubtful', 'MAP and a zero', (view) => view.setUint8(FIELD.map + 3, 0), /Should be/],
    ['MAP', 'wrong', 'no MAP', int(FIELD.map, 0), /strict/],
    ['MACHST', 'wrong', 'no machine stamp', int(FIELD.machineStamp, 0), /little-endian/],
    ['MACHST', 'wrong', 'a stamp that lies', int(FIELD.machineStamp, 0x1111), /little-endian/],
    ['MACHST', 'doubtful', 'an odd stamp', int(FIELD.machineStamp, 0x44), /44 44 00 00/],
    ['NLABL', 'doubtful', 'too many labels', int(FIELD.labelCount, 3), /0 labels hold text/],
    ['NLABL', 'wrong', 'less than no labels', int(FIELD.labelCount, -1), /0 labels/],
    [
      'NLABL',
      'doubtful',
      'a gap',
      (view) => {
        view.setUint8(FIELD.labels + 80, 65);
        int(FIELD.labelCount, 1)(view);
      },
      /Empty labels/,
    ],
    ['File size', 'wrong', 'a longer file promised', int(FIELD.ny, 4), /Cut off: the header promises 1088/],
    ['File size', 'doubtful', 'a shorter file promised', int(FIELD.ny, 2), /16 bytes more/],
  ])('%s is %s for %s', (name, verdict, _, spoil, words) => {
    const found = factsOf({ spoil }).find((fact) => fact.name === name);
    expect(found).toMatchObject({ verdict, meaning: expect.stringMatching(words) });
  });

  it('says that a type of extended header is missing', () => {
    const fact = factsOf({ extended: new Uint8Array(7) }).find(({ name }) => name === 'EXTTYP');
    expect(fact?.verdict).toBe('doubtful');
  });

  it('never fails, whatever the header is', () => {
    for (const byte of [0, 1, 17, 127, 128, 255]) {
      expect(headerFacts(new Uint8Array(1024).fill(byte), 1024).length).toBeGreaterThan(10);
    }
    expect(headerFacts(new Uint8Array(500), 500)).toMatchObject([{ name: 'File size', verdict: 'wrong' }]);
  });
});

describe('what the pixels say of the header', () => {
  const pixels = { min: -1, max: 3, mean: 1, standardDeviation: 2 };
  const doubts = (stated: readonly [number, number, number], rms: number) => {
    const [min, max, mean] = stated;
    const bytes = mrcBytes({ statistics: { min, max, mean, standardDeviation: rms } });
    return statisticsDoubts(fieldsOf(bytes, true), pixels).map(({ name }) => name);
  };

  it.each<[readonly [number, number, number], number, string[]]>([
    [[-1, 3, 1], 2, []],
    [[-1.01, 3, 1.01], 2.01, []],
    [[0, -1, -2], -1, []],
    [[-1, 4, 1], 2, ['DMIN, DMAX, DMEAN']],
    [[-1, 3, 2], 2, ['DMIN, DMAX, DMEAN']],
    [[-1, 3, 1], 3, ['RMS']],
    [[-1, 3, 1], Number.NaN, []],
  ])('%j, deviation %d: %j', (stated, rms, names) => {
    expect(doubts(stated, rms)).toEqual(names);
  });
});

const python = '/usr/bin/python3';
const hasMrcfile = spawnSync(python, ['-c', 'import mrcfile']).status === 0;
const VALIDATE = `
import io, json, sys, warnings, mrcfile
warnings.simplefilter('ignore')
print(json.dumps({f: mrcfile.validate(f, print_file=io.StringIO()) for f in sys.argv[1:]}))
`;

const list = 'data/conformance/expected.json';
describeWithShared(list, 'the validator beside mrcfile-validate', () => {
  const all = JSON.parse(hasShared(list) ? sharedText(list) : '{"files":[]}') as {
    files: { file: string; ok: boolean; mode: number }[];
  };
  const files = all.files.filter(({ ok }) => ok);
  /** All disagreements there are, and why each is right. */
  const explained = [
    // mrcfile knows no modes 3 and 101.
    'synth/le_mode3.mrc: only mrcfile complains',
    'synth/be_mode3.mrc: only mrcfile complains',
    'synth/le_mode101_odd.mrc: only mrcfile complains',
    'synth/be_mode101_odd.mrc: only mrcfile complains',
    'synth/le_mode101_even.mrc: only mrcfile complains',
    // It reads IMOD's unsigned bytes as signed ones, so that their statistics look wrong.
    'synth/imod_mode0_unsigned.mrc: only mrcfile complains',
    // NaN is not below 0, but no cell either.
    'synth/cell_nan.mrc: only we call it wrong',
    // Its own sum of 32-bit floats overflows.
    'synth/denormal_huge.mrc: only mrcfile complains',
    // It reads the file in spite of its stamp, as we do, but takes the stamp for good.
    'synth/stamp_lies.mrc: only we call it wrong',
  ];

  it.skipIf(!hasMrcfile)(
    'complains where it does, and calls nothing wrong that it takes for good',
    { timeout: 120_000 },
    async () => {
      const paths = files.map(({ file }) => sharedPath(`data/conformance/${file}`));
      const judged = JSON.parse(
        execFileSync(python, ['-W', 'ignore', '-c', VALIDATE, ...paths], { encoding: 'utf8' }),
      ) as Record<string, boolean>;
      const disagreed: string[] = [];
      for (const entry of files) {
        const image = await openMicrograph(sharedSource(`data/conformance/${entry.file}`));
        const fields = image.header?.fields;
        const statistics = await micrographStatistics(image, { first: 0, count: image.frames });
        const facts = [...image.facts, ...(fields ? statisticsDoubts(fields, statistics) : [])];
        const isValid = judged[sharedPath(`data/conformance/${entry.file}`)];
        const complains = facts.some(({ verdict }) => verdict !== 'good');
        const isWrong = facts.some(({ verdict }) => verdict === 'wrong');
        if (!isValid && !complains) disagreed.push(`${entry.file}: only mrcfile complains`);
        if (isValid && isWrong) disagreed.push(`${entry.file}: only we call it wrong`);
      }
      expect(disagreed.sort()).toEqual([...explained].sort());
    },
  );

  it('explains every bad header that is one', async () => {
    for (const { file } of all.files.filter(({ ok }) => !ok)) {
      const facts = await explainHeader(sharedSource(`data/conformance/${file}`)).catch(() => []);
      // Those that are no MRC files, or packed ones that can't be unpacked, have nothing to explain.
      if (facts.length > 0)
        expect([file, facts.some(({ verdict }) => verdict === 'wrong')]).toEqual([file, true]);
    }
  });
});
