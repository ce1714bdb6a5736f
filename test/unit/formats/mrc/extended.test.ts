import { describe, expect, it } from 'vitest';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { describeWithShared, sharedSource } from '../sharedData.ts';
import { type MrcParts, mrcSource } from './build.ts';

const open = (parts: MrcParts, name?: string) => openMrc(mrcSource(parts, name));

interface FeiValues {
  readonly recordBytes?: number;
  readonly littleEndian?: boolean;
  readonly mask1?: number;
  readonly mask2?: number;
  readonly version?: string;
  readonly stem?: boolean;
  readonly tilt?: number;
  readonly appliedDefocus?: number;
}

/** One record as Thermo Fisher writes it, with everything set. */
function fei(values: FeiValues = {}): Uint8Array {
  const { recordBytes = 768, littleEndian = true, mask1 = -1, mask2 = -1, version = '', tilt = 3 } = values;
  const bytes = new Uint8Array(recordBytes);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, recordBytes, littleEndian);
  view.setInt32(8, mask1, littleEndian);
  for (let i = 0; i < version.length; i++) view.setUint8(68 + i, version.charCodeAt(i));
  const doubles: Readonly<Record<number, number>> = {
    84: 300000,
    92: 4.2e21,
    100: tilt,
    156: 0.885e-10,
    164: 0.885e-10,
    220: -1.5e-6,
    236: values.appliedDefocus ?? 0,
    289: 96000,
    419: 2.5,
  };
  for (const [at, value] of Object.entries(doubles)) view.setFloat64(Number(at), value, littleEndian);
  view.setInt32(244, values.stem ? 2 : 1, littleEndian);
  view.setInt32(297, mask2, littleEndian);
  return bytes;
}

const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('FEI1 and FEI2', () => {
  const all = {
    voltageKilovolt: 300,
    doseElectronsPerSquareAngstrom: 42,
    defocusAngstrom: 15000,
    tiltDegrees: 3,
    magnification: 96000,
    exposureSeconds: 2.5,
  };

  it.each([
    ['FEI1', 768],
    ['FEI2', 888],
    // A later version of the record, longer than any we know.
    ['FEI2', 1024],
  ])('%s with records of %i bytes', async (type, recordBytes) => {
    const image = await open({ pixelSizeAngstrom: undefined, extended: fei({ recordBytes }), type });
    expect(image.acquisition).toEqual(all);
    expect(image.pixelSizeAngstrom).toBe(0.885);
    expect(image.warnings).toEqual([]);
    expect(image.facts.find(({ name }) => name === `${type} HT`)).toMatchObject({
      value: '300000',
      meaning: '300 kV',
      verdict: 'good',
    });
  });

  it('in the other byte order than the file, as the documents leave it open', async () => {
    const image = await open({ extended: fei({ littleEndian: false }), type: 'FEI1' });
    expect(image.acquisition).toEqual(all);
  });

  it('takes only fields that are marked as set, and all where nothing is marked', async () => {
    const some = await open({ extended: fei({ mask1: 1 << 5, mask2: 0 }), type: 'FEI1' });
    expect(Object.values(some.acquisition).filter((value) => value !== undefined)).toEqual([300]);
    const none = await open({ extended: fei({ mask1: 0, mask2: 0 }), type: 'FEI1' });
    expect(none.acquisition).toEqual(all);
  });

  it('prefers the defocus that was asked for, and has none for a scanned image', async () => {
    const applied = await open({ extended: fei({ appliedDefocus: -2e-6 }), type: 'FEI1' });
    expect(applied.acquisition.defocusAngstrom).toBe(20000);
    const scanned = await open({ extended: fei({ stem: true }), type: 'FEI1' });
    expect(scanned.acquisition.defocusAngstrom).toBeUndefined();
  });

  it('does not say that the dose of a frame is that of the movie', async () => {
    const movie = await open({ frames: 2, extended: joined(fei(), fei()), type: 'FEI1' });
    expect(movie.acquisition).toMatchObject({
      doseElectronsPerSquareAngstrom: undefined,
      exposureSeconds: undefined,
      voltageKilovolt: 300,
    });
    expect(movie.facts.find(({ name }) => name === 'FEI1 Dose')?.meaning).toMatch(/is not said/);
  });

  it('has one tilt only where all sections have it', async () => {
    const series = { frames: 2, extended: joined(fei({ tilt: -60 }), fei({ tilt: 60 })), type: 'FEI1' };
    const image = await open(series, 'series.st');
    expect(image.acquisition.tiltDegrees).toBeUndefined();
    expect(image.facts.find(({ name }) => name === 'FEI1 Alpha tilt')?.meaning).toBe('Tilt -60° to 60°');
    expect((await open({ ...series, extended: joined(fei(), fei()) })).acquisition.tiltDegrees).toBe(3);
  });

  it('undoes the wrong tilt of one version', async () => {
    const image = await open({
      extended: fei({ tilt: (60 * 180) / Math.PI, version: '4.4.0.4981' }),
      type: 'FEI1',
    });
    expect(image.acquisition.tiltDegrees).toBeCloseTo(60, 6);
  });

  it('says so when header and record disagree, and believes the record against 1 Å', async () => {
    const both = await open({ pixelSizeAngstrom: 1.25, extended: fei(), type: 'FEI1' });
    expect(both.pixelSizeAngstrom).toBe(1.25);
    expect(both.warnings.join()).toMatch(/1.25 Å per pixel, the microscope's record 0.885 Å/);
    const placeholder = await open({ pixelSizeAngstrom: 1, extended: fei(), type: 'FEI1' });
    expect(placeholder.pixelSizeAngstrom).toBe(0.885);
  });

  it.each([
    ['too short', new Uint8Array(300)],
    ['of zeros', new Uint8Array(768)],
    ['of ones', new Uint8Array(768).fill(255)],
    ['that claims to be longer than the file', fei({ recordBytes: 768 }).fill(127, 0, 4)],
  ])('reads an image in spite of a record %s', async (_, extended) => {
    const image = await open({ extended, type: 'FEI1' });
    expect(image.pixelSizeAngstrom).toBe(1.25);
    expect((await image.readRows(0, 0, 3)).length).toBe(12);
  });
});

describe('SERI', () => {
  const [tiltFlag, montageFlag, magnificationFlag, doseFlag] = [1, 2, 8, 32];
  const flags = tiltFlag | montageFlag | magnificationFlag | doseFlag;
  const bytesPerSection = 2 + 6 + 2 + 4;
  const stamped = (view: DataView) => {
    view.setInt16(FIELD.nint, bytesPerSection, true);
    view.setInt16(FIELD.nreal, flags, true);
  };

  /** Tilt · 100; piece; magnification / 100; dose as 256 a + b mod 256, times 2 to the power of ± b / 256. */
  function record(tilt: number, dose: readonly [number, number]): Uint8Array {
    const view = new DataView(new ArrayBuffer(bytesPerSection));
    view.setInt16(0, tilt * 100, true);
    view.setInt16(2, 999, true);
    view.setInt16(8, 810, true);
    view.setInt16(10, dose[0], true);
    view.setInt16(12, dose[1], true);
    return new Uint8Array(view.buffer);
  }
  // (125 · 256 + 0) · 2^−5 = 1000, the sign of the second number being that of the exponent.
  const thousand = [125, -5 * 256] as const;
  // (0 · 256 + 3) · 2^0.
  const three = [0, 3] as const;

  it.each(['SERI', ''])('tilt, magnification and dose of sections, with type "%s"', async (type) => {
    const parts = {
      frames: 2,
      extended: joined(record(12.5, thousand), record(12.5, three)),
      type,
      spoil: stamped,
    };
    const series = await open(parts, 'series.st');
    expect(series.acquisition).toEqual({
      tiltDegrees: 12.5,
      magnification: 81000,
      doseElectronsPerSquareAngstrom: undefined,
    });
    const dose = series.facts.find(({ name }) => name === 'SERI dose');
    expect(dose?.meaning).toBe('3 electrons per Å² to 1000 electrons per Å²');
    const movie = await open({ ...parts, width: 512, height: 512, pixels: new Uint8Array(512 * 512 * 8) });
    expect(movie.kind).toBe('movie');
    expect(movie.acquisition.doseElectronsPerSquareAngstrom).toBe(1003);
  });

  it('is not read where flags and bytes do not fit', async () => {
    const spoil = (view: DataView) => view.setInt16(FIELD.nint, 12, true);
    const image = await open({ extended: record(1, three), type: 'SERI', spoil });
    expect(image.acquisition).toEqual({});
    expect(image.facts.find(({ name }) => name === 'SERI')?.verdict).toBe('doubtful');
  });
});

describe('AGAR', () => {
  const counts = (nint: number, nreal: number) => (view: DataView) => {
    view.setInt16(FIELD.nint, nint, true);
    view.setInt16(FIELD.nreal, nreal, true);
  };

  it.each(['AGAR', ''])('32 floats of old Tomography, with type "%s"', async (type) => {
    const floats = new Float32Array(32 * 4);
    floats.set([30, 0, 0, 0, 0, 0, 0, -2e-6, 0.5, 0, 0, 3.5e-10, 50000, 200000, 1, 0]);
    const image = await open({
      pixelSizeAngstrom: undefined,
      extended: new Uint8Array(floats.buffer),
      type,
      spoil: counts(0, 32),
    });
    expect(image.pixelSizeAngstrom).toBeCloseTo(3.5, 6);
    expect(image.acquisition.defocusAngstrom).toBeCloseTo(20000, 1);
    expect(image.acquisition).toMatchObject({
      tiltDegrees: 30,
      voltageKilovolt: 200,
      magnification: 50000,
      exposureSeconds: 0.5,
    });
  });

  it('tilts behind integers', async () => {
    const view = new DataView(new ArrayBuffer(2 * 12));
    view.setFloat32(8, -42, true);
    view.setFloat32(20, -42, true);
    const extended = new Uint8Array(view.buffer);
    const image = await open({ frames: 2, extended, type: 'AGAR', spoil: counts(2, 1) }, 'series.st');
    expect(image.acquisition).toEqual({ tiltDegrees: -42 });
  });
});

describe('CCP4', () => {
  it.each(['CCP4', ''])('symmetry operations as text, with type "%s"', async (type) => {
    const extended = new TextEncoder().encode('X,  Y,  Z'.padEnd(80) + '-X,  Y+1/2,  -Z'.padEnd(80));
    const image = await open({ extended, type });
    const facts = image.facts.filter(({ name }) => name.startsWith('Symmetry'));
    expect(facts.map(({ value }) => value)).toEqual(['X,  Y,  Z', '-X,  Y+1/2,  -Z']);
    expect(facts[1]?.meaning).toMatch(/symmetry operation/);
  });
});

describeWithShared('data/conformance/real/HAADFscan.mrc', 'a scanned image of Velox', () => {
  it('has what Velox wrote, and no defocus', async () => {
    const image = await openMrc(sharedSource('data/conformance/real/HAADFscan.mrc'));
    expect(image.acquisition).toMatchObject({ voltageKilovolt: 300, defocusAngstrom: undefined });
    expect(image.acquisition.tiltDegrees).toBeCloseTo(0.008116, 6);
    expect(image.facts.find(({ name }) => name === 'FEI2 records')?.value).toBe('1024 × 888 bytes');
  });
});
