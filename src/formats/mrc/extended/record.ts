/** What the readers of extended headers have in common. */
import type { Acquisition, FileFact, FrameKind } from '../../image.ts';
import type { MrcHeader } from '../header.ts';

export interface ExtendedHeader {
  readonly acquisition: Acquisition;
  /** Å, of the microscope's own record. */
  readonly pixelSizeAngstrom?: number | undefined;
  readonly facts: readonly FileFact[];
}

/** What a reader of one kind of extended header is given. */
export interface ExtendedInput {
  readonly header: MrcHeader;
  readonly kind: FrameKind;
  /** The extended header, at most its first 16 MiB. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Seven or so digits, as more are noise of a division: 1.35, not 1.3500000000000003. */
export function tidy(value: number): number {
  return Number(value.toPrecision(9));
}

/** `value`, if it lies in the range that the quantity can have at all. */
export function within(value: number, low: number, high: number): number | undefined {
  return value >= low && value <= high ? tidy(value) : undefined;
}

/** The one value of all sections, or undefined where they differ by more than `tolerance` or there is none. */
export function common(values: readonly number[], tolerance: number): number | undefined {
  const [first] = values;
  return first !== undefined && values.every((value) => Math.abs(value - first) <= tolerance)
    ? first
    : undefined;
}

/** "−60° to 60°", "3°". */
export function range(values: readonly number[], unit: string): string {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return low === high ? `${tidy(low)}${unit}` : `${tidy(low)}${unit} to ${tidy(high)}${unit}`;
}

/** Whether a pixel of an electron microscope can be that large, from 0.001 Å to 100 µm. */
export function pixelSizeOfMetres(metres: number): number | undefined {
  return within(metres * 1e10, 1e-3, 1e6);
}

/** "1.5 µm under focus". */
export function describeDefocus(angstrom: number): string {
  return `${Math.abs(angstrom / 10000)} µm ${angstrom >= 0 ? 'under' : 'over'} focus`;
}
