import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eman2InfoName, readEman2Boxes, writeEman2Boxes } from '../../../../src/formats/eman2/info.ts';
import { pickLists } from '../picks.ts';

describe('EMAN2 JSON', () => {
  it('comes back within a millionth', () => {
    fc.assert(
      fc.property(pickLists(), (picks) => {
        const read = readEman2Boxes('a_info.json', writeEman2Boxes(picks));
        expect(read.length).toBe(picks.length);
        read.forEach((found, i) => {
          const { x, y, score } = picks[i] ?? { x: Number.NaN, y: Number.NaN, score: undefined };
          expect(Math.abs(found.x - x)).toBeLessThan(1e-6);
          expect(Math.abs(found.y - y)).toBeLessThan(1e-6);
          if (score === undefined) expect(found.score).toBeUndefined();
          else expect(Math.abs((found.score ?? Number.NaN) - score)).toBeLessThan(1e-6);
        });
      }),
    );
  });

  it('reads what e2boxer, imports and tilted pairs leave', () => {
    const text =
      '{"ctf":[1],"boxes":[[10,20.5,"manual"],[30,40,"auto_local",0.5]],"boxes_rct":[[1,2,"tilted"]]}';
    expect(readEman2Boxes('a', text)).toEqual([
      { x: 10, y: 20.5, score: undefined },
      { x: 30, y: 40, score: 0.5 },
    ]);
    expect(readEman2Boxes('a', '{"boxes":[],"boxes_rln":[[1,2,"manual"]]}').length).toBe(1);
    expect(readEman2Boxes('a', '{"boxes_3d":[[1,2,3,"manual",0.5,0]]}')).toEqual([
      { x: 1, y: 2, z: 3, score: 0.5 },
    ]);
    expect(readEman2Boxes('a', '{"boxes":[]}')).toEqual([]);
  });

  it.each([
    ['{"boxes":[[1,2', 'bad-json', /not good JSON/],
    ['{"boxes":[[1,"2","manual"]]}', 'bad-json', /box 1 of "boxes"/],
    ['{"boxes":[7]}', 'bad-json', /box 1/],
    ['{"ctf":1}', 'missing-columns', /no "boxes"/],
    ['[1]', 'missing-columns', /no "boxes"/],
  ])('refuses %j', (text, problem, words) => {
    expect(() => readEman2Boxes('a', text)).toThrow(words);
    expect(() => readEman2Boxes('a', text)).toThrow(expect.objectContaining({ problem }));
  });

  it('names files as EMAN2 does', () => {
    expect(eman2InfoName('mic_01')).toBe('mic_01_info.json');
    expect(eman2InfoName('mic_01__ctf_flip')).toBe('mic_01_info.json');
  });
});
