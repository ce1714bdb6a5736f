/** `cryolite nn run --profile`: where a network's time goes on this GPU, as a table and as JSON. */
import { InvalidArgumentError } from 'commander';
import { formatBytes } from '../../core/units.ts';
import type { NetworkProfile, ProfiledKernel } from '../../nn/profileNetwork.ts';
import { nodeFileSink } from '../../platform/node/files.ts';
import { columns, scaled, timeText } from '../tables.ts';

/** For `argParser`: the optional file of --profile, told from an array by its name. */
export function parseProfileFile(text: string): string {
  if (/\.json$/i.test(text)) return text;
  throw new InvalidArgumentError(
    `The profile is JSON: give it a name that ends in .json, or none and something other than ${text} after --profile.`,
  );
}

/** @throws CryoliteError 'exists'. */
export async function writeProfile(
  path: string,
  profile: NetworkProfile,
  options: { readonly overwrite: boolean },
): Promise<void> {
  const sink = await nodeFileSink(path, options);
  try {
    await sink.write(new TextEncoder().encode(`${JSON.stringify(profile, undefined, 2)}\n`));
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Lines for people. */
export function profileText(profile: NetworkProfile): string[] {
  const { image, tiles, runs, peak, seconds, togetherSeconds, flops, bytes, fractionOfPeak } = profile;
  const fact = (name: string, text: string): string => `  ${name.padEnd(10)}${text}`;
  const clock =
    profile.clock === 'timestamps'
      ? "by the GPU's timestamps"
      : 'by the clock on the wall, each with the way to the GPU and back, since this GPU takes no timestamps';
  return [
    fact('profile', `${profile.network} on ${profile.adapter} in ${profile.storage}`),
    fact('image', `${image.width} × ${image.height} px of noise in ${tiles} tile${tiles === 1 ? '' : 's'}`),
    fact('times', `each kernel by itself, ${clock}; mean of ${runs} run${runs === 1 ? '' : 's'}`),
    fact(
      'peak',
      `${scaled(peak.flopsPerSecond)}FLOP/s in a matrix product, ${scaled(peak.bytesPerSecond)}B/s in a copy, measured just now`,
    ),
    '',
    ...table(profile).map((line) => `  ${line}`),
    '',
    fact(
      'kernels',
      `${timeText(seconds)} for ${scaled(flops)}FLOP and ${scaled(bytes)}B: ${scaled(flops / seconds)}FLOP/s, ${percent(fractionOfPeak)} of what the peaks allow`,
    ),
    fact('together', `${timeText(togetherSeconds)} from sending all at once to the end`),
    fact(
      'memory',
      profile.memory.map(({ owner, bytes: size }) => `${owner} ${formatBytes(size)}`).join(', '),
    ),
  ];
}

function table({ kernels, seconds }: NetworkProfile): string[] {
  const head = ['makes', 'op', 'kernel', 'bound by', 'time', 'share', 'FLOP', 'moved', 'FLOP/s', 'B/s'];
  return columns([[...head, 'of peak'], ...kernels.map((kernel) => row(kernel, seconds))], 4);
}

function row(kernel: ProfiledKernel, total: number): string[] {
  const known = kernel.seconds > 0;
  return [
    kernel.name,
    kernel.op,
    kernel.kernel,
    kernel.boundBy,
    timeText(kernel.seconds),
    percent(total > 0 ? kernel.seconds / total : 0),
    kernel.flops > 0 ? scaled(kernel.flops).trim() : '',
    `${scaled(kernel.bytes)}B`,
    known && kernel.flops > 0 ? scaled(kernel.flopsPerSecond).trim() : '',
    known ? scaled(kernel.bytesPerSecond).trim() : '',
    known ? percent(kernel.fractionOfPeak) : '',
  ];
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
