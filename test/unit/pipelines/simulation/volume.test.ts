import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { VolumeProjector, VolumeSpectrum } from '../../../../src/pipelines/simulation/projector.ts';
import { randomRotation } from '../../../../src/pipelines/simulation/shapes.ts';
import { type DensityMap, particleVolume } from '../../../../src/pipelines/simulation/volume.ts';

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly sigma: number;
  readonly weight: number;
}

/** A map of Gaussian spots about the middle of a box, Å. */
function mapOf(spots: readonly Spot[], side: number, voxel: number, scale = 1, ground = 0): DensityMap {
  const data = Float32Array.from({ length: side ** 3 }, (_, i) => {
    const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)].map(
      (at) => (at - side / 2) * voxel,
    );
    return (
      ground +
      scale *
        spots.reduce(
          (sum, s) =>
            sum +
            s.weight *
              Math.exp(
                -((s.x - (x ?? 0)) ** 2 + (s.y - (y ?? 0)) ** 2 + (s.z - (z ?? 0)) ** 2) / (2 * s.sigma ** 2),
              ),
          0,
        )
    );
  });
  return { name: 'spots.mrc', width: side, height: side, sections: side, voxelSizeAngstrom: voxel, data };
}

const random = createRandom(8);
const spots: Spot[] = Array.from({ length: 12 }, () => ({
  x: random.between(-30, 30),
  y: random.between(-30, 30),
  z: random.between(-30, 30),
  sigma: random.between(6, 9),
  weight: random.between(0.5, 1),
}));

describe('a particle from a map', () => {
  test('does not depend on the map’s unit and ground; its protein has 1.7 V on average', () => {
    const plain = particleVolume(mapOf(spots, 48, 3));
    const other = particleVolume(mapOf(spots, 48, 3, 1e-4, -1e-5));
    expect(other.side).toBe(plain.side);
    expect(Math.max(...plain.data.map((value, i) => Math.abs(value - (other.data[i] ?? 0))))).toBeLessThan(
      0.01,
    );
    // Above the threshold by Otsu everything belongs to the particle.
    const dense = plain.data.filter((value) => value > 1.1);
    expect(dense.reduce((a, b) => a + b, 0) / dense.length).toBeGreaterThan(1.5);
    expect(plain.diameterAngstrom).toBeGreaterThan(60);
    expect(plain.diameterAngstrom).toBeLessThan(130);
  });

  test('of a ball has its diameter, and the mass that it is told', () => {
    const [side, radius] = [40, 10];
    const data = Float32Array.from({ length: side ** 3 }, (_, i) => {
      const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
      const r = Math.hypot(x - 17, y - 22, z - 20);
      return Math.max(0, Math.min(1, (radius - r) / 4 + 0.5)) * (1 - 0.02 * r);
    });
    const map = { name: 'ball.mrc', width: side, height: side, sections: side, voxelSizeAngstrom: 2, data };
    expect(Math.abs(particleVolume(map).diameterAngstrom - 40)).toBeLessThan(3);
    // Half of that volume is a ball of 0.794 of its radius.
    const volume = (4 / 3) * Math.PI * 20 ** 3;
    const half = particleVolume(map, { massKilodalton: volume / 2 / 1.21 / 1000 });
    expect(Math.abs(half.diameterAngstrom - 0.794 * 40)).toBeLessThan(3);
    // Its centre is the ball's, wherever it lay in the map.
    const { side: cube, data: ball } = half;
    const at = (x: number, y: number, z: number) =>
      ball[((cube / 2 + z) * cube + cube / 2 + y) * cube + cube / 2 + x] ?? 0;
    for (const [x, y, z] of [
      [6, 0, 0],
      [0, 7, 0],
      [0, 3, 9],
    ] as const)
      expect(at(x, y, z)).toBeCloseTo(at(-x, -y, -z), 5);
  });

  test('specks around it do not count, and without a particle there is an error', () => {
    const map = mapOf(spots, 48, 3);
    const speck = { ...map, data: map.data.slice() };
    speck.data[100] = 9;
    expect(particleVolume(speck).diameterAngstrom).toBeCloseTo(particleVolume(map).diameterAngstrom, -1);
    expect(() => particleVolume({ ...map, data: new Float32Array(48 ** 3).fill(2) })).toThrow(UsageError);
    expect(() => particleVolume({ ...map, data: new Float32Array(48 ** 3).fill(Number.NaN) })).toThrow(
      /not finite/,
    );
    expect(() => particleVolume({ ...map, voxelSizeAngstrom: 0 })).toThrow(/voxel size/);
    expect(() => particleVolume(map, { massKilodalton: 1e6 })).toThrow(/too small/);
  });
});

describe('a projection', () => {
  test('of Gaussians is the sum of their projections, at any orientation, place and pixel size', () => {
    const volume = { side: 40, voxelSizeAngstrom: 3, diameterAngstrom: 100, data: mapOf(spots, 40, 3).data };
    for (const pixel of [1.7, 3, 4.4]) {
      const projector = new VolumeProjector(new VolumeSpectrum(volume), pixel);
      const r = randomRotation(random);
      const centre = { x: 40.3, y: 37.85 };
      const { left, top, side, data } = projector.project(r, centre);
      let [worst, highest] = [0, 0];
      for (let i = 0; i < side * side; i++) {
        const x = (left + (i % side) - centre.x) * pixel;
        const y = (top + Math.floor(i / side) - centre.y) * pixel;
        const expected = spots.reduce((sum, s) => {
          const u = (r[0] ?? 0) * s.x + (r[1] ?? 0) * s.y + (r[2] ?? 0) * s.z;
          const v = (r[3] ?? 0) * s.x + (r[4] ?? 0) * s.y + (r[5] ?? 0) * s.z;
          const peak = s.weight * Math.sqrt(2 * Math.PI) * s.sigma;
          return sum + peak * Math.exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * s.sigma ** 2));
        }, 0);
        const error = Math.abs((data[i] ?? 0) - expected);
        worst = Math.max(worst, error);
        highest = Math.max(highest, expected);
      }
      // Measured: 0.0005.
      expect(worst / highest).toBeLessThan(0.002);
    }
  });

  test('of voxels is what rays through them add up, in 64 bits', () => {
    const side = 24;
    const map = mapOf(
      spots.map((s) => ({ ...s, x: s.x / 2, y: s.y / 2, z: s.z / 2, sigma: s.sigma / 2 })),
      side,
      2.5,
    );
    const volume = { side, voxelSizeAngstrom: 2.5, diameterAngstrom: 50, data: map.data };
    const r = randomRotation(random);
    const {
      left,
      top,
      side: tile,
      data,
    } = new VolumeProjector(new VolumeSpectrum(volume), 2.5).project(r, { x: 20, y: 20 });
    const at = (x: number, y: number, z: number): number =>
      Math.min(x, y, z) < 0 || Math.max(x, y, z) >= side ? 0 : (map.data[(z * side + y) * side + x] ?? 0);
    let [worst, highest] = [0, 0];
    for (let v = 0; v < tile; v += 3) {
      for (let u = 0; u < tile; u += 3) {
        let ray = 0;
        for (let w = -20; w <= 20; w += 0.25) {
          // Back into the particle: the transpose of the rotation.
          const p = [u + left - 20, v + top - 20, w];
          const q = [0, 1, 2].map((k) =>
            [0, 1, 2].reduce((sum, j) => sum + (r[3 * j + k] ?? 0) * (p[j] ?? 0), side / 2),
          );
          const base = q.map(Math.floor);
          for (let corner = 0; corner < 8; corner++) {
            const bits = [corner & 1, (corner >> 1) & 1, corner >> 2];
            const weight = bits.reduce((product, bit, k) => {
              const part = (q[k] ?? 0) - (base[k] ?? 0);
              return product * (bit === 1 ? part : 1 - part);
            }, 1);
            ray +=
              0.25 *
              2.5 *
              weight *
              at(
                (base[0] ?? 0) + (bits[0] ?? 0),
                (base[1] ?? 0) + (bits[1] ?? 0),
                (base[2] ?? 0) + (bits[2] ?? 0),
              );
          }
        }
        worst = Math.max(worst, Math.abs(ray - (data[v * tile + u] ?? 0)));
        highest = Math.max(highest, ray);
      }
    }
    // Rays blur by their linear interpolation, too: σ of 3.5 voxels loses 3 %.
    expect(worst / highest).toBeLessThan(0.05);
  });

  test('of a ball is a hemisphere, also from a map that is finer than needed', () => {
    const side = 80;
    const [radius, voxel] = [50, 1.5];
    const data = Float32Array.from({ length: side ** 3 }, (_, i) => {
      const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
      const r = voxel * Math.hypot(x - side / 2, y - side / 2, z - side / 2);
      return 1 / (1 + Math.exp((r - radius) / 1.5));
    });
    const map = { name: 'ball', width: side, height: side, sections: side, voxelSizeAngstrom: voxel, data };
    const volume = particleVolume(map, { pixelSizeAngstrom: 6 });
    expect(volume.side).toBeLessThan(50);
    const {
      left,
      top,
      side: tile,
      data: image,
    } = new VolumeProjector(new VolumeSpectrum(volume), 6).project(randomRotation(random), {
      x: 16.5,
      y: 16.25,
    });
    const at = (x: number, y: number) => image[(y - top) * tile + x - left] ?? 0;
    // The soft edge counts less than 1.7 V, so the inside counts a little more.
    const mean = 1.7;
    for (const [x, y] of [
      [16, 16],
      [18, 16],
      [16, 20],
      [12, 14],
    ] as const) {
      const d = 6 * Math.hypot(x - 16.5, y - 16.25);
      const chord = 2 * Math.sqrt(radius ** 2 - d ** 2);
      expect(at(x, y) / (mean * chord)).toBeGreaterThan(0.97);
      expect(at(x, y) / (mean * chord)).toBeLessThan(1.08);
    }
    expect(Math.abs(at(27, 16))).toBeLessThan(0.01 * 2 * radius * mean);
  });
});
