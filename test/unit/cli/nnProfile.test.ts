import { describe, expect, it } from 'vitest';
import { parseProfileFile, profileText } from '../../../src/cli/commands/nnProfile.ts';
import { timeText } from '../../../src/cli/tables.ts';
import type { NetworkProfile, ProfiledKernel } from '../../../src/nn/profileNetwork.ts';

const kernel: ProfiledKernel = {
  name: 'enc1.0',
  op: 'conv',
  kernel: 'conv/direct',
  flops: 3e9,
  bytes: 2e6,
  seconds: 0.006,
  flopsPerSecond: 5e11,
  bytesPerSecond: 2e6 / 0.006,
  boundBy: 'arithmetic',
  fractionOfPeak: 0.25,
};
const profile: NetworkProfile = {
  network: 'small',
  adapter: 'Some GPU',
  storage: 'f32',
  clock: 'timestamps',
  image: { width: 64, height: 48 },
  tiles: 2,
  runs: 3,
  peak: { flopsPerSecond: 2e12, bytesPerSecond: 3e11 },
  kernels: [
    {
      ...kernel,
      name: 'input',
      op: 'fetch',
      kernel: 'nn/from_planes',
      flops: 0,
      bytes: 24576,
      seconds: 0.002,
      boundBy: 'memory',
      fractionOfPeak: 0.001,
    },
    kernel,
    { ...kernel, name: 'pool1', op: 'maxPool', kernel: 'nn/pool', flops: 1000, seconds: 0 },
  ],
  seconds: 0.008,
  togetherSeconds: 0.0075,
  flops: 3e9,
  bytes: 2.2e6,
  fractionOfPeak: 0.2,
  memory: [
    { owner: 'network activations', bytes: 3 * 2 ** 20 },
    { owner: 'network weights', bytes: 2 ** 10 },
  ],
};

describe('the table of a profile', () => {
  it('tells what was measured, how, and what every kernel reached', () => {
    expect(profileText(profile)).toEqual([
      '  profile   small on Some GPU in f32',
      '  image     64 × 48 px of noise in 2 tiles',
      "  times     each kernel by itself, by the GPU's timestamps; mean of 3 runs",
      '  peak      2 TFLOP/s in a matrix product, 300 GB/s in a copy, measured just now',
      '',
      '  makes   op       kernel          bound by      time   share  FLOP    moved  FLOP/s    B/s  of peak',
      '  input   fetch    nn/from_planes  memory        2 ms  25.0 %        24.6 kB          333 M    0.1 %',
      '  enc1.0  conv     conv/direct     arithmetic    6 ms  75.0 %   3 G     2 MB   500 G  333 M   25.0 %',
      '  pool1   maxPool  nn/pool         arithmetic  < 1 µs   0.0 %   1 k     2 MB',
      '',
      '  kernels   8 ms for 3 GFLOP and 2.2 MB: 375 GFLOP/s, 20.0 % of what the peaks allow',
      '  together  7.5 ms from sending all at once to the end',
      '  memory    network activations 3 MiB, network weights 1 KiB',
    ]);
  });

  it('says so where the GPU takes no timestamps', () => {
    expect(profileText({ ...profile, clock: 'submits', runs: 1 })[2]).toBe(
      '  times     each kernel by itself, by the clock on the wall, each with the way to the GPU and back, since this GPU takes no timestamps; mean of 1 run',
    );
  });

  it('writes times with the unit that suits them', () => {
    expect([0, 2.5e-7, 1.2345e-6, 0.00045678, 0.012345, 1.5, 123.456].map(timeText)).toEqual([
      '< 1 µs',
      '< 1 µs',
      '1.23 µs',
      '457 µs',
      '12.3 ms',
      '1.5 s',
      '123 s',
    ]);
  });

  it('takes only a name that can be no array for its file', () => {
    expect(parseProfileFile('times.JSON')).toBe('times.JSON');
    expect(() => parseProfileFile('in.npy')).toThrow(/ends in \.json/);
  });
});
