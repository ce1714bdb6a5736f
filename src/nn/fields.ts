import type { Activation } from '../gpu/ops/activation.ts';
import type { Margins, Pair } from '../gpu/ops/window.ts';
import { margins, pair } from './build.ts';
import { badNetwork } from './errors.ts';

type Json = Readonly<Record<string, unknown>>;

/** A JSON object, or undefined. */
export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** A value of a file in a sentence. */
export function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 80);
}

/** The fields of one layer of a file, each checked when it is asked for. */
export class LayerFields {
  constructor(
    private readonly file: string,
    private readonly json: Json,
    readonly name: string,
  ) {}

  bad(what: string): never {
    throw badNetwork(this.file, what);
  }

  /** The field as it is; undefined where there is none. */
  raw(field: string): unknown {
    return Object.hasOwn(this.json, field) ? this.json[field] : undefined;
  }

  /** The fields of an object within. */
  nested(field: string): LayerFields {
    const json = asObject(this.raw(field)) ?? this.bad(`${field} of ${this.name} is missing`);
    return new LayerFields(this.file, json, this.name);
  }

  /** A whole number. */
  whole(field: string, low: number, high: number, usual?: number): number {
    return this.wholeOf(this.raw(field) ?? usual, field, low, high);
  }

  /** One number for both axes, or {x, y}. */
  pair(field: string, low: number, high: number, usual?: number): Pair {
    const value = this.raw(field) ?? usual;
    const both = asObject(value);
    if (!both) return pair(this.wholeOf(value, field, low, high));
    return {
      x: this.wholeOf(both.x, `${field}.x`, low, high),
      y: this.wholeOf(both.y, `${field}.y`, low, high),
    };
  }

  /** One number for all sides, or {left, right, top, bottom}. */
  margins(field: string, low: number, high: number, usual?: number): Margins {
    const value = this.raw(field) ?? usual;
    const all = asObject(value);
    if (!all) return margins(this.wholeOf(value, field, low, high));
    const side = (key: keyof Margins): number => this.wholeOf(all[key], `${field}.${key}`, low, high);
    return { left: side('left'), right: side('right'), top: side('top'), bottom: side('bottom') };
  }

  choice<T extends string>(field: string, values: readonly T[], usual: T): T {
    const value = this.raw(field) ?? usual;
    return values.find((one) => one === value) ?? this.bad(`${field} of ${this.name} is ${shown(value)}`);
  }

  flag(field: string, usual: boolean): boolean {
    const value = this.raw(field) ?? usual;
    return typeof value === 'boolean' ? value : this.bad(`${field} of ${this.name} is ${shown(value)}`);
  }

  text(field: string, usual: string): string {
    const value = this.raw(field) ?? usual;
    return typeof value === 'string' && value !== ''
      ? value
      : this.bad(`${field} of ${this.name} is ${shown(value)}`);
  }

  /** A tensor's name; true stands for the usual one, false for none. */
  tensor(field: string, usual: string): string | undefined {
    const value = this.raw(field) ?? true;
    if (value === false) return undefined;
    return value === true ? usual : this.text(field, usual);
  }

  positive(field: string, usual: number): number {
    const value = this.raw(field) ?? usual;
    return typeof value === 'number' && value >= 0 && value < 1e6
      ? value
      : this.bad(`${field} of ${this.name} is ${shown(value)}`);
  }

  /** A word, or {kind, slope}. */
  activation(usualSlope: number): Activation {
    const value = this.raw('activation') ?? 'none';
    const described = asObject(value);
    const kind = described ? described.kind : value;
    if (kind === 'none' || kind === 'relu' || kind === 'sigmoid') return { kind };
    if (kind !== 'leakyRelu') return this.bad(`${this.name} has the activation ${shown(kind)}`);
    const slope = described?.slope ?? usualSlope;
    return typeof slope === 'number' && slope >= 0 && slope <= 1
      ? { kind, slope }
      : this.bad(`${this.name} has a leaky ReLU of the slope ${shown(slope)}`);
  }

  private wholeOf(value: unknown, field: string, low: number, high: number): number {
    return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high
      ? value
      : this.bad(`${field} of ${this.name} is ${shown(value)}`);
  }
}
