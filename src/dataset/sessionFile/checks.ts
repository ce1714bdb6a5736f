/** Checks that make typed values of JSON that anybody may have written. Each names the place of what it refuses. */

/** @throws SessionProblem */
export type Check<T> = (value: unknown, at: string) => T;

/** What is wrong with a value of the file, as a part of a sentence: "micrograph 3: picks[7].x is no number". */
export class SessionProblem extends Error {}

function refuse(at: string, what: string): never {
  throw new SessionProblem(`${at} ${what}`);
}

/** A finite number between two others. */
export function number(low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Check<number> {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) refuse(at, 'is no number');
    if (value < low || value > high) refuse(at, `is ${value}: it must lie between ${low} and ${high}`);
    return value;
  };
}

export function whole(low = 0, high = Number.MAX_SAFE_INTEGER): Check<number> {
  const inRange = number(low, high);
  return (value, at) => {
    const checked = inRange(value, at);
    return Number.isInteger(checked) ? checked : refuse(at, 'is no whole number');
  };
}

export const flag: Check<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(at, 'is neither true nor false');

/** @param most letters. */
export function text(most = 1000): Check<string> {
  return (value, at) => {
    if (typeof value !== 'string') refuse(at, 'is no text');
    if (value.length > most) refuse(at, `has ${value.length} letters, more than ${most}`);
    return value;
  };
}

export const hex: Check<string> = (value, at) =>
  typeof value === 'string' && /^[0-9a-f]{16,128}$/.test(value) ? value : refuse(at, 'is no hash');

export function oneOf<const T extends string | number>(...allowed: readonly T[]): Check<T> {
  return (value, at) =>
    allowed.find((one) => one === value) ?? refuse(at, `is none of ${allowed.join(', ')}`);
}

export function list<T>(check: Check<T>, most: number): Check<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) refuse(at, 'is no list');
    if (value.length > most) refuse(at, `has ${value.length} parts, more than ${most}`);
    return value.map((one: unknown, i) => check(one, `${at}[${i}]`));
  };
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, at) => (value === undefined || value === null ? undefined : check(value, at));
}

/** Every field of T has its check, the optional ones too: a field that is added to T is missed by the compiler. */
type Checks<T> = { readonly [Field in keyof T]-?: Check<T[Field]> };

/** Fields that are not known are left out: a later program may have written them. */
export function object<T extends object>(checks: Checks<T>): Check<T> {
  const fields = Object.entries(checks) as [string, Check<unknown>][];
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(at, 'is no object');
    const known = new Map(Object.entries(value));
    const checked: Record<string, unknown> = {};
    for (const [field, check] of fields) {
      const one = check(known.get(field), `${at}.${field}`);
      if (one !== undefined) checked[field] = one;
    }
    // All fields of T have passed their checks.
    return checked as T;
  };
}
