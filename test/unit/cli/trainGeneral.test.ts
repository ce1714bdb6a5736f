import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'cryolite-general-'));
afterAll(() => rmSync(folder, { recursive: true }));
const range = { low: 0.1, high: 1 };
const recipe = { seed: 1, steps: 1, batch: 1, patchPx: 96, learningRate: 1e-3, signalToNoise: range };

test('a recipe that keeps a share of its start wants one, before anything is learnt', async () => {
  const [file, output] = [join(folder, 'r.json'), join(folder, 'o.safetensors')];
  writeFileSync(file, JSON.stringify({ ...recipe, extents: { low: 0.7, high: 1.1 }, startShare: 0.3 }));
  const { code, stderr } = await run(['train-general', file, '-o', output]);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'r.json keeps a share of the weights that it starts from: give them with --start.',
  );
  expect(existsSync(output)).toBe(false);
});
