/** Sessions as text, and back with every field checked: text comes from disk and may be anyone's. */
import { CryoliteError } from '../core/errors.ts';
import type { Pick, PickOrigin } from './picks.ts';
import type { MicrographParameters, MicrographSession, PickMethod, Provenance } from './session.ts';

/** Raised when the meaning of a field changes; older sessions are then converted here. */
export const SESSION_VERSION = 1;

const ORIGINS: readonly PickOrigin[] = ['cnn', 'log', 'manual', 'imported'];
const METHODS: readonly PickMethod[] = ['cnn', 'log'];

export function serialiseSession(session: MicrographSession): string {
  return JSON.stringify({ version: SESSION_VERSION, ...session });
}

/** @throws CryoliteError with code "bad-session", naming the field. */
export function parseSession(text: string): MicrographSession {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw bad('it is not JSON');
  }
  const root = new Fields(json, 'session');
  const version = root.number('version');
  if (version !== SESSION_VERSION)
    throw bad(`its version is ${version}, this program reads ${SESSION_VERSION}`);
  const provenance = root.optional('provenance');
  return {
    fingerprint: root.text('fingerprint'),
    name: root.text('name'),
    parameters: parseParameters(root.fields('parameters')),
    picks: root.list('picks').map((pick, i) => parsePick(new Fields(pick, `picks[${i}]`))),
    provenance: provenance === undefined ? undefined : parseProvenance(root.fields('provenance')),
    updatedAt: root.number('updatedAt'),
  };
}

function parseParameters(from: Fields): MicrographParameters {
  return {
    frame: from.number('frame'),
    pixelSizeAngstrom: from.optionalNumber('pixelSizeAngstrom'),
    diameterAngstrom: from.number('diameterAngstrom'),
    lowpassAngstrom: from.optionalNumber('lowpassAngstrom'),
    highpassAngstrom: from.optionalNumber('highpassAngstrom'),
    method: from.oneOf('method', METHODS),
    threshold: from.number('threshold'),
    brightParticles: from.flag('brightParticles'),
  };
}

function parsePick(from: Fields): Pick {
  return {
    x: from.number('x'),
    y: from.number('y'),
    score: from.number('score'),
    origin: from.oneOf('origin', ORIGINS),
  };
}

function parseProvenance(from: Fields): Provenance {
  return {
    program: from.text('program'),
    version: from.text('version'),
    adapter: from.text('adapter'),
    method: from.oneOf('method', METHODS),
    ...(from.optional('weightsHash') === undefined ? {} : { weightsHash: from.text('weightsHash') }),
    diameterAngstrom: from.number('diameterAngstrom'),
    pixelSizeAngstrom: from.number('pixelSizeAngstrom'),
  };
}

/** An object of unknown shape whose fields are taken out one by one, each with a check. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    readonly path: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw bad(`${path} is no object`);
    this.#values = { ...value };
  }

  optional(name: string): unknown {
    return this.#values[name] ?? undefined;
  }

  number(name: string): number {
    const value = this.optional(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(`${this.path}.${name} is no number`);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    return this.optional(name) === undefined ? undefined : this.number(name);
  }

  text(name: string): string {
    const value = this.optional(name);
    if (typeof value !== 'string') throw bad(`${this.path}.${name} is no text`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.optional(name);
    if (typeof value !== 'boolean') throw bad(`${this.path}.${name} is neither true nor false`);
    return value;
  }

  oneOf<T extends string>(name: string, words: readonly T[]): T {
    const word = words.find((known) => known === this.optional(name));
    if (word === undefined) throw bad(`${this.path}.${name} is none of ${words.join(', ')}`);
    return word;
  }

  list(name: string): readonly unknown[] {
    const value = this.optional(name);
    if (!Array.isArray(value)) throw bad(`${this.path}.${name} is no list`);
    return value;
  }

  fields(name: string): Fields {
    return new Fields(this.optional(name), `${this.path}.${name}`);
  }
}

function bad(explanation: string): CryoliteError {
  return new CryoliteError('bad-session', `The saved session can't be read: ${explanation}.`);
}
