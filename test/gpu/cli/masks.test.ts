import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { conv } from '../../../src/nn/build.ts';
import { pickerModelBytes } from '../../../src/pipelines/training/modelFile.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { discs } from '../micrographs.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-masks-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);
const micrograph = path('discs.mrc');
const model = path('two.safetensors');
const [width, height] = [247, 231];
const centres = Array.from({ length: 16 }, (_, i) => ({
  x: 40 + 56 * (i % 4),
  y: 36 + 52 * Math.floor(i / 4),
}));

/** Particles and contamination are both where it is dark; a file's worth of weights. */
function twoOutputs(): Uint8Array<ArrayBuffer> {
  const layer = conv('c', 'input', 1, 2, 2, { stride: 2 });
  const tensors = new Map([
    ['c.weight', { shape: [2, 1, 2, 2], data: Float32Array.from([-1, -1, -1, -1, -4, -4, -4, -4]) }],
    ['c.bias', { shape: [2], data: Float32Array.from([-2, -8]) }],
  ]);
  const network = { graph: { name: 'two', channels: 1, layers: [layer] }, tensors };
  const settings = { workingDiameterPx: 24, highpassDiameters: 4, clip: 10 };
  const outputs = ['particle', 'contamination'];
  const picker = { network, outputs, settings, separationDiameters: 0.6, threshold: 0.5 };
  return pickerModelBytes('two', picker, {});
}

async function pick(folder: string, ...options: string[]) {
  const args = ['pick', micrograph, '-o', path(folder), '--diameter', '36', '--pixel-size', '1', '--json'];
  const { code, stdout, stderr } = await run([...args, ...options]);
  const answer = JSON.parse(stdout);
  return { code, stderr, answer, file: answer.files?.[0] };
}

const particles = (folder: string): number =>
  readFileSync(path(folder, 'discs.star'), 'utf8')
    .split('\n')
    .filter((line) => /^\s*[\d.]+\s+[\d.]+/.test(line)).length;

describeGpu('masks of cryolite pick', () => {
  test('keep out what lies in the left half; the rest is as it was', async () => {
    const picture = memorySink();
    await writeMrc(picture, { width, height, pixelSizeAngstrom: 1 }, [discs(width, height, 36, centres)]);
    writeFileSync(micrograph, picture.bytes());
    const half = memorySink();
    const rows = Float32Array.from({ length: width * height }, (_, i) => (i % width < 120 ? 1 : 0));
    await writeMrc(half, { width, height, mode: 0, pixelSizeAngstrom: 1 }, [rows]);
    writeFileSync(path('discs_mask.mrc'), half.bytes());
    const all = await pick('all', '--method', 'log');
    const without = await pick('log', '--method', 'log', '--mask', path('discs_mask.mrc'));
    expect([all.code, without.code, all.file.keptOut]).toEqual([0, 0, 0]);
    expect(all.file.picks).toBeGreaterThanOrEqual(16);
    expect(without.file.keptOut).toBeGreaterThanOrEqual(8);
    expect(without.file.picks + without.file.keptOut).toBe(all.file.picks);
    expect(all.file.quality).toMatchObject({ features: { picks: all.file.picks } });
    expect(all.file.quality.score).toBeLessThanOrEqual(1);
    const judged = await run(['quality', micrograph, '--json']);
    const { quality } = JSON.parse(judged.stdout).files[0];
    expect(judged.code).toBe(0);
    // Squares of 1 Å a pixel reach beyond the lengths of ice.
    const { resolutionAngstrom } = quality.features.spectrum.iceRing;
    expect(resolutionAngstrom > 3.4 && resolutionAngstrom < 4.1).toBe(true);
    expect((await run(['quality', micrograph])).stdout).toContain(quality.reason);
    expect(particles('log')).toBe(without.file.picks);
    const wide = ['--mask', path('discs_mask.mrc'), '--mask-margin', '1.2'];
    expect((await pick('wide', '--method', 'log', ...wide)).file.keptOut).toBeGreaterThanOrEqual(12);
  });

  test('come from a network that tells of contamination, unless they are not wanted', async () => {
    writeFileSync(model, twoOutputs());
    const seen = await pick('seen', '--model', model, '--mask-out', path('masks'));
    expect(seen.code).toBe(0);
    expect(seen.file.keptOut).toBeGreaterThan(0);
    expect(seen.file.contaminatedPart).toBeGreaterThan(0.02);
    expect(readdirSync(path('masks'))).toEqual(['discs_mask.mrc']);
    const kept = await pick('kept', '--model', model, '--keep-contaminated');
    expect(kept.file).toMatchObject({ picks: seen.file.picks + seen.file.keptOut, keptOut: 0 });
    // What was written keeps the same out when it is given.
    const given = await pick('given', '--model', model, '--keep-contaminated', '--mask', path('masks'));
    expect(Math.abs(given.file.keptOut - seen.file.keptOut)).toBeLessThanOrEqual(2);
  });

  test('that nothing tells of are refused', async () => {
    const { code, answer } = await pick('none', '--method', 'log', '--mask-out', path('none'));
    expect(code).toBe(2);
    expect(answer.error.message).toContain('are for networks that tell of contamination');
  });
});
