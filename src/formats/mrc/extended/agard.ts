/**
 * Agard's layout: `nint` 32-bit integers and `nreal` floats for each section; the first float is the tilt. FEI's
 * Tomography before MRC2014 used it with 32 floats for each of 1024 sections, which say much more (IMOD's
 * mrc_format.txt, "extended header"; FEI's "MRC file format").
 */
import type { FileFact } from '../../image.ts';
import { FIELD, fieldsOf } from '../layout.ts';
import {
  common,
  describeDefocus,
  type ExtendedHeader,
  type ExtendedInput,
  pixelSizeOfMetres,
  range,
  within,
} from './record.ts';

/** Which of FEI's 32 floats is what. */
const FEI = {
  tilt: 0,
  defocus: 7,
  exposure: 8,
  pixelSize: 11,
  magnification: 12,
  voltage: 13,
  applied: 15,
} as const;

export function readAgard({ header, kind, bytes }: ExtendedInput): ExtendedHeader {
  const [nint, nreal] = [header.fields.short(FIELD.nint), header.fields.short(FIELD.nreal)];
  const recordBytes = 4 * (nint + nreal);
  if (nint < 0 || nreal <= 0 || recordBytes > bytes.length) return { acquisition: {}, facts: [] };
  const fields = fieldsOf(bytes, header.littleEndian);
  const real = (section: number, i: number) => fields.float(section * recordBytes + 4 * (nint + i));
  const sections = Math.min(header.sections, Math.floor(bytes.length / recordBytes));
  const tilts = Array.from({ length: sections }, (_, i) => within(real(i, FEI.tilt), -90, 90) ?? []).flat();
  const facts: FileFact[] = [
    {
      name: 'Agard records',
      value: `${nint} integers, ${nreal} floats`,
      meaning: tilts.length > 0 ? `Tilt ${range(tilts, '°')}` : 'No tilt angles.',
      verdict: 'good',
    },
  ];
  const tiltDegrees = common(tilts, 0.005);
  if (nint !== 0 || nreal !== 32) return { acquisition: { tiltDegrees }, facts };

  const say = (name: string, index: number, meaning: string) =>
    facts.push({ name: `FEI ${name}`, value: String(real(0, index)), meaning, verdict: 'good' });
  const pixelSizeAngstrom = pixelSizeOfMetres(real(0, FEI.pixelSize));
  if (pixelSizeAngstrom !== undefined) say('pixel_size', FEI.pixelSize, `${pixelSizeAngstrom} Å`);
  const voltageKilovolt = within(real(0, FEI.voltage) / 1000, 1, 5000);
  if (voltageKilovolt !== undefined) say('ht', FEI.voltage, `${voltageKilovolt} kV`);
  const magnification = within(real(0, FEI.magnification), 1, 1e8);
  if (magnification !== undefined) say('magnification', FEI.magnification, `${magnification} ×`);
  const exposureSeconds = within(real(0, FEI.exposure), 1e-6, 1e5);
  if (exposureSeconds !== undefined) say('exp_time', FEI.exposure, `${exposureSeconds} s`);
  // Metres, negative under focus; old files have micrometres, which are out of range.
  const index = real(0, FEI.applied) === 0 ? FEI.defocus : FEI.applied;
  const stated = within(-real(0, index) * 1e10, -1e6, 1e6);
  const defocusAngstrom = stated === 0 ? undefined : stated;
  if (defocusAngstrom !== undefined) say('defocus', index, describeDefocus(defocusAngstrom));
  const acquisition = {
    tiltDegrees,
    voltageKilovolt,
    magnification,
    defocusAngstrom,
    exposureSeconds: kind === 'image' ? exposureSeconds : undefined,
  };
  return { acquisition, pixelSizeAngstrom, facts };
}
