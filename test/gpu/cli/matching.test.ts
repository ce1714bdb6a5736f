import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { parseStar } from '../../../src/formats/star/parse.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { noise } from '../micrographs.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-matching-'));
afterAll(() => rmSync(root, { recursive: true }));
const [width, height, side] = [180, 150, 48];

/** A lopsided particle, turned by so much from x towards y. */
function density(x: number, y: number, turnDegrees: number): number {
  const angle = (turnDegrees * Math.PI) / 180;
  const [u, v] = [Math.cos(angle) * x + Math.sin(angle) * y, Math.cos(angle) * y - Math.sin(angle) * x];
  const ball = (cx: number, cy: number, size: number): number =>
    Math.exp(-((u - cx) ** 2 + (v - cy) ** 2) / (2 * size * size));
  return 2 * ball(6, 1, 3) + 1.4 * ball(-6, 5, 2.5) + ball(-5, -6, 2.5);
}

const particles = [
  { x: 40, y: 35, turn: 0 },
  { x: 100, y: 40, turn: 68 },
  { x: 145, y: 90, turn: 201 },
  { x: 45, y: 110, turn: -52 },
];

async function write(name: string, columns: number, rows: number, frames: Float32Array<ArrayBuffer>[]) {
  const sink = memorySink();
  const stack = { width: columns, height: rows, frames: frames.length, pixelSizeAngstrom: 1 };
  await writeMrc(sink, stack, frames);
  writeFileSync(join(root, name), sink.bytes());
}

describeGpu('cryolite pick --method matching', () => {
  test('finds turned particles by an average, and tells class and angle as RELION does', async () => {
    const picture = noise(width * height, 3).map((value, i) =>
      particles.reduce(
        (sum, { x, y, turn }) => sum - 4 * density((i % width) - x, Math.floor(i / width) - y, turn),
        value,
      ),
    );
    await write('picture.mrc', width, height, [picture]);
    const average = Float32Array.from({ length: side * side }, (_, i) =>
      density((i % side) - side / 2, Math.floor(i / side) - side / 2, 0),
    );
    // The first class is empty.
    await write('averages.mrcs', side, side, [new Float32Array(side * side), average]);
    const args = ['pick', join(root, 'picture.mrc'), '-o', join(root, 'picks'), '--diameter', '24', '--json'];
    const matching = [
      '--method',
      'matching',
      '--reference',
      join(root, 'averages.mrcs'),
      '--angular-step',
      '30',
    ];
    const { code, stdout, stderr } = await run([...args, ...matching, '--threshold', '0']);
    expect(code, stdout + stderr).toBe(0);
    expect(JSON.parse(stdout).files[0]).toMatchObject({ references: 1, templates: 12 });
    const star = readFileSync(join(root, 'picks', 'picture.star'), 'utf8');
    const loop = parseStar('picture.star', star)[0]?.loops[0];
    const best = (loop?.rows ?? []).slice(0, particles.length).map((row) => row.map(Number));
    for (const { x, y, turn } of particles) {
      const [found] = best.filter(([u = 0, v = 0]) => Math.hypot(u - x, v - y) < 0.6);
      const [, , classNumber, psi = Number.NaN] = found ?? [];
      expect(classNumber).toBe(2);
      const apart = ((psi + turn + 540) % 360) - 180;
      expect(Math.abs(apart)).toBeLessThan(6);
    }
    expect(loop?.columns).not.toContain('rlnAngleTilt');
  });
});
