import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { noise } from '../micrographs.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-denoise-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);

describeGpu('cryolite denoise', (_gpu) => {
  const input = path('a.mrc');
  const side = 72;

  test('by every method: smoother, labelled for display only, and refused by extract', async () => {
    const data = noise(side * side, 2).map(
      (value, i) => 500 + 10 * value + 15 * Math.cos((i % side) / 6) * Math.sin(i / side / 5),
    );
    const sink = memorySink();
    await writeMrc(sink, { width: side, height: side, pixelSizeAngstrom: 4 }, [data]);
    writeFileSync(input, sink.bytes());
    writeFileSync(path('a.csv'), 'x,y\n30,30\n');
    const ctf = path('ctf.star');
    writeFileSync(
      ctf,
      'data_\n\nloop_\n_rlnMicrographName\n_rlnDefocusU\n_rlnDefocusV\nimages/a.mrc 17000 18000\n',
    );
    const spread = async (file: string): Promise<number> =>
      JSON.parse((await run(['info', file, '--json'])).stdout).files[0].statistics.standardDeviation;
    const before = await spread(input);
    for (const [options, label, facts] of [
      [['--lowpass', '25'], 'low-pass 25 A, high-pass none', { lowpassAngstrom: 25 }],
      [['--method', 'gaussian', '--sigma', '6'], 'Gaussian low-pass, sigma 6 A', { sigmaAngstrom: 6 }],
      [
        ['--method', 'wiener', '--ctf', ctf],
        'denoised by Wiener filter, defocus 17500 A given',
        { defocusAngstrom: 17500, evidence: null },
      ],
      [
        ['--method', 'nlm', '--detail', '14', '--strength', '1'],
        'denoised by non-local means, detail 14 A, strength 1',
        { detailAngstrom: 14, strength: 1 },
      ],
    ] as const) {
      const { code, stdout, stderr } = await run([
        'denoise',
        input,
        '-o',
        path('out'),
        '--overwrite',
        '--json',
        ...options,
      ]);
      expect([stderr, code]).toEqual(['', 0]);
      expect(JSON.parse(stdout).files[0]).toMatchObject({ ok: true, pixelSizeAngstrom: 4, ...facts });
      const result = path('out', 'a.mrc');
      expect(await spread(result)).toBeLessThan(0.95 * before);
      const header = readFileSync(result).subarray(0, 1024).toString('latin1');
      expect(header).toContain(label);
      expect(header).toContain('Denoised for display only: not for reconstruction.');
      const extraction = ['--picks', path('a.csv'), '--box', '16', '-o', path('boxes'), '--json'];
      const refused = JSON.parse((await run(['extract', result, ...extraction])).stdout);
      expect(refused.files[0].error.code).toBe('display-only');
    }
  });

  test.each([
    [['--sigma', '3'], /--sigma is for --method gaussian/],
    [['--method', 'nlm', '--flip-phases'], /--flip-phases is for --method wiener/],
    [['--method', 'model'], /--method model needs a network/],
    [['--method', 'wiener', '--voltage', '3'], /3 kV can't be/],
    [['--method', 'wiener', '--defocus', '18000', '--ctf', 'a.star'], /give one of them/],
    [['--method', 'magic'], /Allowed choices are bandpass, gaussian, wiener, nlm, (unet, )?model/],
  ])('refuses %j', async (options, words) => {
    const { code, stderr } = await run(['denoise', input, '-o', path('none'), ...options]);
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
  });
});
