import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { checkPicks, doubtOf, extractBoxes } from '../../../../src/pipelines/extraction/boxes.ts';
import { pickContrasts } from '../../../../src/pipelines/extraction/contrasts.ts';
import { boxSettings } from '../../../../src/pipelines/extraction/settings.ts';
import { thumbnails } from '../../../../src/pipelines/extraction/thumbnails.ts';

const [width, height] = [40, 30];
const random = createRandom(5);
const noise = Float32Array.from({ length: width * height }, () => random.normal());
const picture = { data: noise, width, height };
const plain = { boxPx: 8, binnedPx: 8, invert: false, backgroundRadiusPx: undefined };

describe('extractBoxes', () => {
  test('puts the whole part of a coordinate at pixel side/2 and keeps the rest', () => {
    const [box] = extractBoxes(picture, [{ x: 20.75, y: 11.25 }], plain);
    expect(box?.pixel).toEqual({ x: 20, y: 11 });
    expect(box?.remainder).toEqual({ x: 0.75, y: 0.25 });
    expect(box?.isOverEdge).toBe(false);
    expect(box?.pixels[4 * 8 + 4]).toBe(noise[11 * width + 20]);
    expect(box?.pixels[0]).toBe(noise[7 * width + 16]);
    expect(box?.pixels[63]).toBe(noise[14 * width + 23]);
  });

  test('repeats the nearest pixel beyond the edge', () => {
    const [corner, left] = extractBoxes(
      picture,
      [
        { x: 39, y: 29 },
        { x: -0.5, y: 15 },
      ],
      plain,
    );
    expect([corner?.isOverEdge, left?.isOverEdge]).toEqual([true, true]);
    expect(corner?.pixels[63]).toBe(noise[29 * width + 39]);
    expect(corner?.pixels[7 * 8]).toBe(noise[29 * width + 35]);
    expect(left?.pixel.x).toBe(0);
    expect(left?.pixels[4 * 8]).toBe(noise[15 * width]);
  });

  test('takes a ramp away and leaves a background of mean 0 and deviation 1, the particle inverted', () => {
    const data = noise.map((value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return 50 + 3 * x - 2 * y + value * 4 - (Math.hypot(x - 20, y - 15) < 4 ? 60 : 0);
    });
    const settings = { boxPx: 24, binnedPx: 24, invert: true, backgroundRadiusPx: 8 };
    const [box] = extractBoxes({ data, width, height }, [{ x: 20, y: 15 }], settings);
    const at = (i: number): readonly [number, number] => [(i % 24) - 12, Math.floor(i / 24) - 12];
    const background = [...(box?.pixels ?? [])].filter((_, i) => Math.hypot(...at(i)) > 8);
    const mean = background.reduce((sum, value) => sum + value, 0) / background.length;
    const variance = background.reduce((sum, value) => sum + value ** 2, 0) / background.length;
    expect(background.length).toBeGreaterThan(300);
    expect(Math.abs(mean)).toBeLessThan(1e-6);
    expect(Math.abs(variance - 1)).toBeLessThan(1e-6);
    const slope = background.reduce((sum, value, i) => sum + value * (i % 7), 0) / background.length;
    expect(Math.abs(slope)).toBeLessThan(0.5);
    expect(box?.pixels[12 * 24 + 12]).toBeGreaterThan(8);
  });

  test('says of a box without contrast that it is flat', () => {
    const flat = { data: new Float32Array(width * height).fill(7), width, height };
    const [box] = extractBoxes(flat, [{ x: 20, y: 15 }], { ...plain, backgroundRadiusPx: 3 });
    expect(box?.isFlat).toBe(true);
    expect(Math.max(...(box?.pixels ?? [1]).map(Math.abs))).toBeLessThan(1e-4);
  });
});

describe('checkPicks', () => {
  test.each([
    ['no-picks', [], 8],
    ['box-too-large', [{ x: 5, y: 5 }], 32],
    [
      'outside',
      [
        { x: 5, y: 5 },
        { x: 80, y: 5 },
      ],
      8,
    ],
    ['outside', [{ x: 5, y: Number.NaN }], 8],
    ['outside', [{ x: -4, y: 5 }], 8],
    ['outside', [{ x: 44, y: 5 }], 8],
  ])('%s: %j in a box of %i', (code, picks, boxPx) => {
    expect(() => checkPicks('mic.mrc', picture, picks, { boxPx })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(/^mic\.mrc has .*\.$/) }),
    );
  });

  test('takes picks whose box still has a pixel of the picture', () => {
    expect(() =>
      checkPicks(
        'mic.mrc',
        picture,
        [
          { x: -3.9, y: 5 },
          { x: 43.9, y: 33 },
        ],
        plain,
      ),
    ).not.toThrow();
  });

  test('doubts picks in one quarter', () => {
    const picks = Array.from({ length: 12 }, (_, i) => ({ x: i, y: 14 - i }));
    expect(doubtOf(picture, picks)).toMatch(/binned copy/);
    expect(doubtOf(picture, [...picks, { x: 30, y: 2 }])).toBeUndefined();
  });
});

describe('boxSettings', () => {
  test('takes pixels or Å, and three quarters of the box as background', () => {
    expect(boxSettings({ box: { value: 320, unit: 'angstrom' }, binTo: 64 }, 1.5)).toEqual({
      boxPx: 214,
      binnedPx: 64,
      invert: true,
      backgroundRadiusPx: 24,
    });
    const box = { value: 100, unit: 'px' } as const;
    expect(boxSettings({ box, backgroundDiameterAngstrom: 90 }, 1.5).backgroundRadiusPx).toBe(30);
    expect(boxSettings({ box, normalise: false }, 1.5).backgroundRadiusPx).toBeUndefined();
  });

  test.each([
    [{ box: { value: 33, unit: 'px' } as const }, 'try 34'],
    [{ box: { value: 32, unit: 'px' } as const, binTo: 64 }, 'larger'],
    [{ box: { value: 32, unit: 'px' } as const, binTo: 15 }, 'try 16'],
    [{ box: { value: 32, unit: 'px' } as const, backgroundDiameterAngstrom: 90 }, 'fit the box'],
  ])('refuses %j', (request, words) => {
    expect(() => boxSettings(request, 2)).toThrow(words);
  });
});

test('thumbnails are as small as asked, of one contrast, brightest where the particle is', () => {
  const dark = noise.map(
    (value, i) => value - (Math.hypot((i % width) - 20, Math.floor(i / width) - 15) < 4 ? 9 : 0),
  );
  const whole = { data: dark, width, height };
  const picks = [
    { x: 20, y: 15 },
    { x: 8, y: 8 },
  ];
  const options = { boxPx: 16, sidePx: 8, invert: true, lowpassPx: 4 };
  const { sidePx, pixels, range } = thumbnails(whole, picks, options);
  expect([sidePx, pixels.length]).toEqual([8, 128]);
  if (!range) throw new Error('no common contrast');
  expect(range[0]).toBeLessThan(range[1]);
  const [particle, empty] = [pixels.subarray(0, 64), pixels.subarray(64)];
  const brightest = particle.indexOf(Math.max(...particle));
  expect(Math.hypot((brightest % 8) - 4, Math.floor(brightest / 8) - 4)).toBeLessThan(3);
  expect(Math.max(...particle)).toBeGreaterThan(Math.max(...empty) + 40);
  const page = thumbnails(whole, picks.slice(1), { ...options, range });
  expect(page.pixels).toEqual(empty);
  const alone = thumbnails(whole, picks.slice(1), options).pixels;
  expect(alone).not.toEqual(empty);
  const own = thumbnails(whole, picks, { ...options, isContrastOwn: true });
  expect(own.range).toBeUndefined();
  expect(own.pixels.subarray(64)).toEqual(alone);
});

test('contrasts are the ring less the disc, as far as both lie in the picture', () => {
  const disc = noise.map((_, i) => (Math.hypot((i % width) - 20, Math.floor(i / width) - 15) <= 4 ? 3 : 7));
  const whole = { data: disc, width, height };
  const [at, beside, outside] = [
    { x: 20, y: 15 },
    { x: 4, y: 4 },
    { x: -50, y: 5 },
  ];
  expect([...pickContrasts(whole, [at, beside, outside], 4, false)]).toEqual([4, 0, 0]);
  expect([...pickContrasts(whole, [at], 4, true)]).toEqual([-4]);
  const edge = { x: 0, y: 0 };
  expect(
    pickContrasts({ ...whole, data: disc.map((_, i) => i % width) }, [edge], 3, false)[0],
  ).toBeGreaterThan(1);
});
