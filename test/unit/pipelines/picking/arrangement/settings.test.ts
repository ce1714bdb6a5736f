import { expect, test } from 'vitest';
import {
  arrangementToJson,
  parseArrangement,
} from '../../../../../src/pipelines/picking/arrangement/settings.ts';

const arrangement = {
  template: { radiusPx: 3, values: Float64Array.from([-1, -0.5, 0.1234567, 0, 0.25, 0.5, 0]) },
  share: 0.5,
  factor: 1.5,
  offset: -2,
};
const bad = (what: string): never => {
  throw new Error(what);
};
const parse = (change: object): unknown =>
  parseArrangement({ ...arrangementToJson(arrangement), ...change }, 4, 0.9, bad);

test('what is written is read again', () => {
  const text = JSON.stringify(arrangementToJson(arrangement));
  expect(parseArrangement(JSON.parse(text), 4, 0.9, bad)).toEqual(arrangement);
  expect(parseArrangement(undefined, 4, 0, bad)).toBeUndefined();
});

test.each([
  [{ share: 1.1 }, 'peak.arrangement.share should be a number from 0 to 1, but is 1.1'],
  [{ factor: -1 }, 'peak.arrangement.factor should be a number from 0 to 20, but is -1'],
  [{ offset: '3' }, 'peak.arrangement.offset should be a number from -50 to 50, but is 3'],
  [
    { templateRadiusPx: 1e6 },
    'peak.arrangement.templateRadiusPx should be a number from 2 to 5, but is 1000000',
  ],
  [{ template: [1, 2] }, 'peak.arrangement.template should be 7 numbers'],
  [{ template: new Array(7).fill(1e30) }, 'peak.arrangement.template should be 7 numbers'],
  [{ template: 'long' }, 'peak.arrangement.template should be 7 numbers'],
])('a file that says otherwise is refused: %j', (change, message) => {
  expect(() => parse(change)).toThrow(message);
});

test('what is no object is refused, too', () => {
  expect(() => parseArrangement(null, 4, 0.9, bad)).toThrow('templateRadiusPx');
  expect(() => parseArrangement(7, 4, 0.9, bad)).toThrow('templateRadiusPx');
});

test('of particles that are not compact nothing can be drawn', () => {
  const json = arrangementToJson(arrangement);
  expect(() => parseArrangement(json, 4, 0.5, bad)).toThrow('bodies of 0.75 diameters at least');
});
