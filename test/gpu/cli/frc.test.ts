import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { noise } from '../micrographs.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-frc-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);
const side = 64;

async function write(
  name: string,
  data: Float32Array,
  height = side,
  pixelSizeAngstrom = 2,
): Promise<string> {
  const sink = memorySink();
  await writeMrc(sink, { width: side, height, pixelSizeAngstrom }, [data]);
  writeFileSync(path(name), sink.bytes());
  return path(name);
}

/** The pixels of an MRC file of mode 2 without an extended header. */
const pixels = (file: string): Float32Array =>
  new Float32Array(new Uint8Array(readFileSync(file)).buffer, 1024);

describeGpu('trust in the terminal', (_gpu) => {
  test('cryolite frc tells where two pictures stop to agree', async () => {
    // Waves of 8 px and longer are common.
    const common = noise(side * side, 1).map((_, i) => {
      const [x, y] = [i % side, Math.floor(i / side)];
      return 3 * Math.cos(x / 2) * Math.cos(y / 3) + 3 * Math.sin(x / 4 + y / 5);
    });
    const half = (seed: number) => {
      const own = noise(side * side, seed);
      return common.map((value, i) => 100 + value + (own[i] ?? 0));
    };
    const [a, b] = [await write('a.mrc', half(2)), await write('b.mrc', half(3))];
    const { code, stdout, stderr } = await run(['frc', a, b, '--json']);
    expect([stderr, code]).toEqual(['', 0]);
    const { rings, crossings, nyquistAngstrom } = JSON.parse(stdout);
    expect(nyquistAngstrom).toBe(4);
    expect(rings).toHaveLength(32);
    expect(rings.at(-1).resolutionAngstrom).toBeCloseTo(4);
    expect(crossings.map(({ threshold }: { threshold: number }) => threshold)).toEqual([0.5, 0.143]);
    expect(rings[3].correlation).toBeGreaterThan(0.9);
    const fine = rings.slice(20).map(({ correlation }: { correlation: number }) => correlation);
    // By chance 0.1 a ring of some 200 frequencies.
    expect(Math.abs(fine.reduce((sum: number, value: number) => sum + value, 0) / fine.length)).toBeLessThan(
      0.1,
    );
    const words = await run(['frc', a, b]);
    expect(words.stdout).toMatch(/0\.5: first below at [\d.]+ Å, last above at [\d.]+ Å/);

    const c = await write('c.mrc', noise(side * 60, 4), 60);
    const refused = await run(['frc', a, c]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('they must be of one size')]);
    const binned = await write('d.mrc', half(5), side, 4);
    const mixed = await run(['frc', a, binned]);
    expect([mixed.code, mixed.stderr]).toEqual([
      1,
      expect.stringContaining('d.mrc: it has pixels of 4 Å, the other picture of 2 Å'),
    ]);
  });

  test('cryolite denoise --residual writes what was taken away, which is no more for extraction than the rest', async () => {
    const raw = noise(side * side, 5).map((value) => 500 + 10 * value);
    const input = await write('raw.mrc', raw);
    const args = ['denoise', input, '-o', path('out'), '--lowpass', '16', '--residual', '--json'];
    const { code, stdout, stderr } = await run(args);
    expect([stderr, code]).toEqual(['', 0]);
    const [{ output, residual }] = JSON.parse(stdout).files;
    expect(residual).toBe(path('out', 'raw_residual.mrc'));
    const [denoised, taken] = [pixels(output), pixels(residual)];
    raw.forEach((value, i) => {
      expect((denoised[i] ?? 0) + (taken[i] ?? 0)).toBeCloseTo(value, 3);
    });
    const header = readFileSync(residual).subarray(0, 1024).toString('latin1');
    expect(header).toContain('residual, raw less the picture that was');
    expect(header).toContain('low-pass 16 A');
    writeFileSync(path('raw.csv'), 'x,y\n30,30\n');
    const boxes = ['--picks', path('raw.csv'), '--box', '16', '-o', path('boxes'), '--json'];
    const refused = JSON.parse((await run(['extract', residual, ...boxes])).stdout);
    expect(JSON.stringify(refused)).toContain('display-only');

    // Nothing is written where either is there already.
    const again = await run(args.filter((arg) => arg !== '--json'));
    expect(again.stderr).toContain('raw.mrc');
    expect(again.code).not.toBe(0);
  });
});
