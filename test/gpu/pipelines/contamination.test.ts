import { expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { conv } from '../../../src/nn/build.ts';
import { loadPlane } from '../../../src/pipelines/load.ts';
import type { WorkingScalePicker } from '../../../src/pipelines/picking/model.ts';
import { pickWithNetwork } from '../../../src/pipelines/picking/network.ts';
import { pickParticles } from '../../../src/pipelines/picking/pick.ts';
import { describeGpu } from '../../support/gpu.ts';
import { micrographOf, noise } from '../micrographs.ts';

/**
 * Four channels at stride 2, each from one pixel of a cell's four: particle, contamination and the two offsets. What the
 * network says is what was drawn into the picture.
 */
const weight = new Float32Array(16);
for (let channel = 0; channel < 4; channel++) weight[4 * channel + channel] = 1;
const picker: WorkingScalePicker = {
  kind: 'working-scale',
  exclusionDiameters: 0,
  name: 'four',
  hash: '',
  graph: { name: 'four', channels: 1, layers: [conv('c', 'input', 1, 4, 2, { stride: 2, bias: false })] },
  tensors: new Map([['c.weight', { shape: [4, 1, 2, 2], data: weight }]]),
  separationDiameters: 0.5,
  defaultThreshold: 0.5,
  workingDiameterPx: 24,
  highpassDiameters: 4,
  clip: 10,
  channels: { contamination: 1, offset: { x: 2, y: 3, span: 0.8 } },
};

const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

describeGpu('a picker of several outputs', (gpu) => {
  // Neither a whole number of cells nor of squares.
  const [width, height] = [75, 53];
  const data = noise(width * height, 5).map((value) => 2 * value);
  const at = (x: number, y: number): number => {
    const inside = (i: number, length: number): number => (i < length ? i : 2 * length - 1 - i);
    return data[inside(y, height) * width + inside(x, width)] ?? 0;
  };

  test('adds its offsets to the peaks, and means its contamination over squares, whatever the tiles are', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const plane = { buffer: context.upload('test', data), width, height };
    const image = { plane, toFile: (position: { x: number; y: number }) => position };
    const before = context.bytesRead;
    const whole = await pickWithNetwork(context, image, picker, { largestTile: 1024 });
    // A byte a square, rows rounded up to four, beside the candidates.
    const [columns, rows] = [10, 7];
    expect(context.bytesRead - before).toBeLessThan(4 + 20 * whole.candidates.length + 4 + 12 * rows);
    expect(whole.contamination).toMatchObject({ width: columns, height: rows, squarePx: 8 });
    const [cellsX, cellsY] = [38, 27];
    const expected = Array.from({ length: columns * rows }, (_, i) => {
      const values: number[] = [];
      for (let y = 4 * Math.floor(i / columns); y < Math.min(cellsY, 4 * Math.floor(i / columns) + 4); y++) {
        for (let x = 4 * (i % columns); x < Math.min(cellsX, 4 * (i % columns) + 4); x++) {
          values.push(logistic(at(2 * x + 1, 2 * y)));
        }
      }
      return (255 * values.reduce((sum, value) => sum + value, 0)) / values.length;
    });
    whole.contamination?.data.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(0.51);
    });
    expect(whole.candidates.length).toBeGreaterThan(20);
    for (const { x, y, score } of whole.candidates) {
      // Which cell it is: offsets are less than half a cell.
      const [column, row] = [Math.round((x - 0.5) / 2), Math.round((y - 0.5) / 2)];
      expect(score).toBeCloseTo(logistic(at(2 * column, 2 * row)), 5);
      // A centre beyond the edge is brought back to it.
      const within = (px: number, length: number): number => Math.min(length - 1, Math.max(0, px));
      const offset = (from: number): number => 0.8 * (logistic(from) - 0.5);
      expect(x).toBeCloseTo(within(2 * (column + offset(at(2 * column, 2 * row + 1))) + 0.5, width), 3);
      expect(y).toBeCloseTo(within(2 * (row + offset(at(2 * column + 1, 2 * row + 1))) + 0.5, height), 3);
    }
    for (const largestTile of [16, 34]) {
      expect(await pickWithNetwork(context, image, picker, { largestTile })).toEqual(whole);
    }
    const alone = await pickWithNetwork(context, image, { ...picker, channels: {} });
    expect(alone.contamination).toBeUndefined();
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('tells where its squares lie in the file', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const size = { width: 150, height: 106 };
    const loaded = await loadPlane(context, micrographOf(150, 106, noise(150 * 106, 2)), 0);
    const request = {
      method: 'cnn',
      pixelSizeAngstrom: 1,
      diameterAngstrom: 48,
      brightParticles: false,
    } as const;
    const { contamination } = await pickParticles(context, loaded, size, request, picker);
    expect(contamination).toMatchObject({ width: 10, height: 7 });
    // Working pixels are two of the file's, the first of each centred on 0: a square's centre, 3.5, is at 7.
    expect(contamination?.origin.x).toBeCloseTo(7, 1);
    expect(contamination?.step.y).toBeCloseTo(16, 0);
    // A network that tells nothing of it, as one that was trained on clicks, has it told by another that is shown the same picture.
    // Its picks on noise, which that one calls contaminated, are no reason to doubt while none of them is good enough to be shown.
    const silent = { ...picker, channels: {}, defaultThreshold: 1.1 };
    const told = await pickParticles(context, loaded, size, request, silent, { masker: picker });
    expect(told.contamination).toEqual(contamination);
    const other = { ...picker, highpassDiameters: 1 + picker.highpassDiameters };
    const untold = await pickParticles(context, loaded, size, request, silent, { masker: other });
    expect(untold.contamination).toBeUndefined();
    expect(untold.picks).toEqual(told.picks);
    const sure = { ...silent, defaultThreshold: 0 };
    const doubted = await pickParticles(context, loaded, size, request, sure, { masker: picker });
    expect(doubted.contamination).toBeUndefined();
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });
});
