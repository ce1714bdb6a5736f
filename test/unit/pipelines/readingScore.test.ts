import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { readCoordinates } from '../../../src/dataset/coordinates/read.ts';
import { applyReading, readingsOf } from '../../../src/dataset/coordinates/readings.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { type Picture, readPicture, scoreReadings } from '../../../src/pipelines/readingScore.ts';
import { describeWithShared, sharedSource } from '../formats/sharedData.ts';

describe('scoreReadings', () => {
  const random = createRandom(3);
  const size = 200;
  const points = Array.from({ length: 60 }, () => ({
    x: random.between(60, 740),
    y: random.between(20, 380),
  }));
  const picture = (depth: number): Picture => {
    const data = Float32Array.from({ length: (size * size) / 2 }, () => random.normal());
    for (const { x, y } of points) {
      for (let dy = -4; dy <= 4; dy++) {
        for (let dx = -4; dx <= 4; dx++) {
          const at = Math.round(y / 4 + dy) * size + Math.round(x / 4 + dx);
          if (Math.hypot(dx, dy) <= 4) data[at] = (data[at] ?? 0) + depth;
        }
      }
    }
    return { data, width: size, height: size / 2, pixelsPerSample: 4 };
  };
  const mirrored = points.map(({ x, y }) => ({ x, y: 399 - y }));

  it.each([
    [-1, 'dark'],
    [1, 'bright'],
  ])('finds particles of contrast %i', (depth, polarity) => {
    const result = scoreReadings(picture(depth), [mirrored, points], 32);
    expect(result.polarity).toBe(polarity);
    expect(result.scores[1]?.z).toBeGreaterThan(15);
    expect(result.scores[1]?.label).toBe('fits well');
    expect(result.scores[0]?.z).toBeLessThan(5);
  });

  it('gives nothing to places in noise, outside, or none at all', () => {
    const outside = points.map(({ x, y }) => ({ x: x + 2000, y }));
    const { scores } = scoreReadings(picture(0), [points, outside, []], 32);
    expect(Math.abs(scores[0]?.z ?? 99)).toBeLessThan(4);
    expect(scores.slice(1)).toEqual([
      { z: 0, judged: 0, label: 'does not fit' },
      { z: 0, judged: 0, label: 'does not fit' },
    ]);
  });

  it('keeps its head on a picture that is constant or not finite', () => {
    for (const value of [7, Number.NaN]) {
      const data = new Float32Array(100 * 100).fill(value);
      const { scores } = scoreReadings({ data, width: 100, height: 100, pixelsPerSample: 8 }, [points], 32);
      expect(scores[0]?.z).toBe(0);
    }
  });
});

/** The picture of one micrograph is read once for all files of picks on it. */
async function open(image: string) {
  const micrograph = await openMicrograph(sharedSource(image));
  return { micrograph, picture: await readPicture(micrograph, 0, 512) };
}

async function scored(
  { micrograph, picture }: Awaited<ReturnType<typeof open>>,
  file: string,
  diameterPx: number,
) {
  const coordinates = await readCoordinates(sharedSource(file));
  const [first] = coordinates.micrographs;
  const readings = readingsOf(coordinates, first ?? { name: '', coordinates: [] }, micrograph);
  const points = readings.map((reading) => applyReading(first?.coordinates ?? [], reading, micrograph));
  const { scores, polarity } = scoreReadings(picture, points, diameterPx);
  const table = readings.map((reading, i) => ({ ...reading, z: scores[i]?.z ?? 0 }));
  const best = table.reduce((top, one) => (one.z > top.z ? one : top));
  return { table, best, polarity };
}

describeWithShared('data/coordinates/eman-box', 'scoreReadings on real micrographs', () => {
  // Each picked on the original MRC, whose rows run the other way from those of the image here.
  it.each(['15_17_31', '16_26_22'])(
    'beta-galactosidase %s, boxes of three pickers: y is flipped',
    // A whole micrograph is read pixel by pixel.
    { timeout: 30_000 },
    async (one) => {
      const name = `Falcon_2012_06_12-${one}_0`;
      const opened = await open(`data/beta-galactosidase/full/${name}.mrc`);
      for (const program of ['crYOLO', 'deepPicker', 'topaz']) {
        const { best, polarity } = await scored(
          opened,
          `data/coordinates/eman-box/${program}/${name}.box`,
          108,
        );
        expect([program, best.flipY, best.binning, polarity]).toEqual([program, true, 1, 'dark']);
        // deepPicker's boxes lie too far off to tell a corner from a centre.
        if (program !== 'deepPicker') expect(best.anchor).toBe('corner');
      }
    },
  );

  it.each(['15_30_21', '15_33_42', '16_44_07'])('beta-galactosidase %s at half size', async (one) => {
    const name = `Falcon_2012_06_12-${one}_0`;
    const { best } = await scored(
      await open(`data/beta-galactosidase/${name}.mrc`),
      `data/coordinates/eman-box/crYOLO/${name}.box`,
      54,
    );
    expect(best.flipY).toBe(true);
    expect(best.binning).toBe(0.5);
  });

  it.each(['data/coordinates/ours/apoferritin_picks.cs', 'data/apoferritin/May08_03.05.02.star'])(
    'apoferritin, %s: as it stands',
    async (file) => {
      const { best, table } = await scored(await open('data/apoferritin/May08_03.05.02_avg.mrc'), file, 76);
      expect(best.id).toBe('straight centre bin1 pixel');
      const flipped = table.find(({ id }) => id === 'flip centre bin1 pixel');
      expect(best.z).toBeGreaterThan((flipped?.z ?? 0) + 3);
    },
  );
});
