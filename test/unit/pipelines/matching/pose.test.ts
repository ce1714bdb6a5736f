import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySink } from '../../../../src/core/bytes.ts';
import { writeMrc } from '../../../../src/formats/mrc/write.ts';
import { poseOf } from '../../../../src/pipelines/matching/pose.ts';
import { allPictures, volumeViews } from '../../../../src/pipelines/matching/references.ts';
import { turnedTemplate } from '../../../../src/pipelines/matching/templates.ts';
import { VolumeSpectrum } from '../../../../src/pipelines/simulation/projector.ts';
import { particleVolume } from '../../../../src/pipelines/simulation/volume.ts';

const side = 32;
const reach = 14;
const voxel = 2;

/** Five balls, no two alike and no symmetry; its mass in the middle. */
function lopsided(): Float32Array {
  const balls = [
    [6, 0, 0, 3],
    [-4, 4, 0, 2],
    [-2, -4, 5, 1.5],
    [0, 2, -6, 1],
    [2, -5, -3, 1],
  ] as const;
  const total = balls.reduce((sum, ball) => sum + ball[3], 0);
  const middle = [0, 1, 2].map((axis) => balls.reduce((sum, b) => sum + (b[axis] ?? 0) * b[3], 0) / total);
  return Float32Array.from({ length: side ** 3 }, (_, i) => {
    const at = [i % side, Math.floor(i / side) % side, Math.floor(i / side / side)];
    return balls.reduce((sum, ball) => {
      const squares = at.reduce(
        (s, v, axis) => s + (v - 16 + (middle[axis] ?? 0) - (ball[axis] ?? 0)) ** 2,
        0,
      );
      return sum + ball[3] * Math.exp(-squares / 5);
    }, 0);
  });
}

const folder = mkdtempSync(join(tmpdir(), 'cryolite-pose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasRelion = spawnSync('relion_project', ['--version']).error === undefined;
if (!hasRelion)
  console.warn('relion_project is not installed: the angles of matching are judged by definition alone.');

/** What RELION projects with these angles, in a template's layout. */
function projectedByRelion(pose: ReturnType<typeof poseOf>): Float32Array {
  const angles = ['--rot', pose.rotDegrees, '--tilt', pose.tiltDegrees, '--psi', pose.psiDegrees];
  const args = ['--i', join(folder, 'map.mrc'), '--o', join(folder, 'out.mrc'), '--angpix', voxel, ...angles];
  const { status, stderr } = spawnSync('relion_project', args.map(String));
  expect(status, stderr.toString()).toBe(0);
  const bytes = readFileSync(join(folder, 'out.mrc'));
  return cut((x, y) => bytes.readFloatLE(1024 + 4 * (y * side + x)));
}

function cut(at: (x: number, y: number) => number): Float32Array {
  const edge = 2 * reach + 1;
  return Float32Array.from({ length: edge ** 2 }, (_, i) =>
    at(side / 2 - reach + (i % edge), side / 2 - reach + Math.floor(i / edge)),
  );
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [u, v] = [value - ma, (b[i] ?? 0) - mb];
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('poses', () => {
  test('an average that is turned by 30° from x towards y has a psi of −30°', () => {
    const origin = { classNumber: 3, rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
    const pose = (turnDegrees: number, mirrored: boolean) =>
      poseOf({ reference: 2, turnDegrees, mirrored }, origin);
    expect(pose(30, false)).toEqual({ classNumber: 3, rotDegrees: 0, tiltDegrees: 0, psiDegrees: -30 });
    expect(pose(0, true)).toEqual({ classNumber: 3, rotDegrees: 0, tiltDegrees: 180, psiDegrees: 180 });
  });

  test.skipIf(!hasRelion)('RELION projects a map as the template lies that was found', async () => {
    const data = lopsided();
    const sink = memorySink();
    const sections = Array.from({ length: side }, (_, z) =>
      data.subarray(z * side ** 2, (z + 1) * side ** 2),
    );
    await writeMrc(
      sink,
      { width: side, height: side, frames: side, isVolume: true, pixelSizeAngstrom: voxel },
      sections,
    );
    writeFileSync(join(folder, 'map.mrc'), sink.bytes());
    const map = { name: 'map', width: side, height: side, sections: side, voxelSizeAngstrom: voxel, data };
    const { pictures, origins } = allPictures(
      volumeViews(new VolumeSpectrum(particleVolume(map)), voxel / 2, 50),
    );
    const tried = [
      { reference: 0, turnDegrees: 0, mirrored: false },
      { reference: 1, turnDegrees: 40, mirrored: false },
      { reference: 3, turnDegrees: 250, mirrored: true },
    ];
    for (const lie of tried) {
      const [picture, origin] = [pictures[lie.reference], origins[lie.reference]];
      if (!picture || !origin) throw new Error('There are too few views.');
      const { values } = turnedTemplate(picture, lie.turnDegrees, voxel, reach);
      const edge = 2 * reach + 1;
      const laid = values.map((value, i) =>
        lie.mirrored ? (values[(edge - 1 - Math.floor(i / edge)) * edge + (i % edge)] ?? 0) : value,
      );
      const pose = poseOf(lie, origin);
      const fits = (further: number): number =>
        correlation(projectedByRelion({ ...pose, psiDegrees: pose.psiDegrees + further }), laid);
      // The particle is cut out of its map, and the template fades to its edge.
      expect(fits(0)).toBeGreaterThan(0.94);
      for (const further of [-6, 6]) expect(fits(further)).toBeLessThan(fits(0) - 0.01);
    }
  });
});
