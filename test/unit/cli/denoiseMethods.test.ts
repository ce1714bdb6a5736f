import { expect, test } from 'vitest';
import { methodOf } from '../../../src/cli/commands/denoiseMethods.ts';

test.each([
  // Our own networks take the defocus, under the method that knows them.
  [{ model: 'ours.safetensors', defocus: 18000 }, /--defocus is for .* give --method unet, too/],
  [{ model: 'any.onnx', sigma: 4 }, /--sigma belongs to gaussian: choose one of them/],
  [{ method: 'gaussian', ctf: 'ctf.star' }, /--ctf is for --method wiener or unet: give that, too/],
  [{ flipPhases: true }, /--flip-phases is for --method wiener: give that, too/],
] as const)('%j is told what belongs together', async (options, sentence) => {
  await expect(methodOf(options)).rejects.toThrow(sentence);
});
