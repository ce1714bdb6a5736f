import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CheckpointKeeper, planTraining } from '../../../src/cli/trainingFiles.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-training-files-'));
afterAll(() => rmSync(root, { recursive: true }));
const output = join(root, 'mine.safetensors');
const checkpoint = join(root, 'mine.checkpoint.safetensors');
const plan = (inputs: readonly (string | undefined)[], options: { resume?: boolean; overwrite?: boolean }) =>
  planTraining(inputs, { output, resume: false, overwrite: false, ...options });

test('a training that has stopped is gone on with or replaced when somebody says so', async () => {
  await expect(plan([], { resume: true })).rejects.toThrow(
    `There is no ${checkpoint} to go on from: train without --resume.`,
  );
  expect(await plan([undefined], {})).toEqual({
    name: 'mine',
    output,
    log: join(root, 'mine.json'),
    checkpoint,
  });
  writeFileSync(checkpoint, '');
  await expect(plan([], {})).rejects.toThrow('go on with it by --resume, or give --overwrite to begin anew');
  expect((await plan([], { resume: true })).checkpoint).toBe(checkpoint);
  expect((await plan([], { overwrite: true })).checkpoint).toBe(checkpoint);
  // The weights that another training begins with are not to be its own checkpoint.
  await expect(plan([checkpoint], { overwrite: true })).rejects.toThrow('replaced by its own result');
});

test('a network has its own extension', async () => {
  await expect(planTraining([], { output: 'a.onnx', resume: false, overwrite: true })).rejects.toThrow(
    'a.onnx should end in .safetensors.',
  );
});

test('checkpoints are written one after the other, and what goes wrong is said and stops nothing', async () => {
  const said: string[] = [];
  const keeper = new CheckpointKeeper(checkpoint, (sentence) => said.push(sentence));
  const bytes = (text: string) => new TextEncoder().encode(text);
  void keeper.keep(() => bytes('a longer first one'));
  await keeper.keep(() => bytes('second'));
  await keeper.keep(() => undefined);
  expect(readFileSync(checkpoint, 'utf8')).toBe('second');
  await keeper.keep(() => {
    throw new Error('Nothing was learnt.');
  });
  await keeper.remove();
  expect(said).toEqual([expect.stringMatching(/could not be kept, .* Nothing was learnt\.$/)]);
  // A folder in its place stands for a full disk.
  mkdirSync(checkpoint);
  await keeper.keep(() => bytes('third'));
  expect(said).toHaveLength(2);
});
