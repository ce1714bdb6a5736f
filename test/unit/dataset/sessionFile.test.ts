import { describe, expect, it } from 'vitest';
import type { MicrographSession } from '../../../src/dataset/session.ts';
import { parseSession, serialiseSession } from '../../../src/dataset/sessionFile.ts';

const session: MicrographSession = {
  fingerprint: '00ff',
  name: 'a.mrc',
  parameters: {
    frame: 0,
    pixelSizeAngstrom: undefined,
    diameterAngstrom: 114,
    lowpassAngstrom: 20,
    highpassAngstrom: undefined,
    method: 'cnn',
    threshold: 0.3,
    brightParticles: false,
  },
  picks: [{ x: 1.5, y: -2, score: 0.9, origin: 'manual' }],
  provenance: {
    program: 'Cryolite',
    version: '0.1.0',
    adapter: 'SwiftShader',
    method: 'cnn',
    diameterAngstrom: 114,
    pixelSizeAngstrom: 1.5,
  },
  updatedAt: 1_700_000_000_000,
};

describe('sessions as text', () => {
  it('come back as they were', () => {
    expect(parseSession(serialiseSession(session))).toEqual(session);
    const bare = { ...session, provenance: undefined, picks: [] };
    expect(parseSession(serialiseSession(bare))).toEqual(bare);
  });

  const spoilt = (change: (json: Record<string, unknown>) => void): string => {
    const json = JSON.parse(serialiseSession(session)) as Record<string, unknown>;
    change(json);
    return JSON.stringify(json);
  };

  it.each([
    ['{', /it is not JSON/],
    ['[]', /session is no object/],
    [spoilt((json) => delete json.version), /session.version is no number/],
    [spoilt((json) => Object.assign(json, { version: 99 })), /its version is 99, this program reads 1/],
    [spoilt((json) => Object.assign(json, { picks: [{ x: 1, y: null }] })), /picks\[0\]\.y is no number/],
    [
      spoilt((json) => Object.assign(json.picks as object, { 0: { ...session.picks[0], origin: 'me' } })),
      /origin is none of/,
    ],
    [
      spoilt((json) => Object.assign(json.parameters as object, { brightParticles: 1 })),
      /brightParticles is neither/,
    ],
    [spoilt((json) => Object.assign(json, { name: 3 })), /session.name is no text/],
    [spoilt((json) => delete json.parameters), /session.parameters is no object/],
  ])('are refused: %s', (text, words) => {
    expect(() => parseSession(text)).toThrow(words);
    expect(() => parseSession(text)).toThrow(expect.objectContaining({ code: 'bad-session' }));
  });
});
