/** What `cryolite denoise` can do to a micrograph, and the options that belong to each method. */
import { type Command, Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { checkBandPass } from '../../pipelines/denoising/bandPass.ts';
import { usualMicroscope } from '../../pipelines/denoising/defocusFit.ts';
import {
  bandPassDenoiser,
  type Denoiser,
  gaussianDenoiser,
  type KnownOptics,
  networkDenoiser,
  nonLocalMeansDenoiser,
  wienerDenoiser,
} from '../../pipelines/denoising/denoiser.ts';
import { refinerOf } from '../../pipelines/denoising/network/settings.ts';
import {
  checkNonLocalMeans,
  defaultDetailAngstrom,
  defaultStrength,
} from '../../pipelines/denoising/nonLocalMeans.ts';
import { checkWiener } from '../../pipelines/denoising/wiener.ts';
import { denoiserFile, shippedModel } from '../../platform/node/models.ts';
import { parseCount, parseNumber, parsePositive } from '../command.ts';
import { knownPixelSize } from '../micrographInput.ts';
import { parseDefocus, readOptics } from './matchingOptions.ts';
import { openNetwork } from './nnModel.ts';

export interface MethodOptions {
  readonly method?: MethodName;
  readonly lowpass?: number;
  readonly highpass?: number;
  readonly sigma?: number;
  readonly defocus?: number;
  readonly ctf?: string;
  readonly voltage?: number;
  readonly cs?: number;
  readonly amplitudeContrast?: number;
  readonly flipPhases?: boolean;
  readonly detail?: number;
  readonly strength?: number;
  readonly model?: string;
  readonly tile?: number;
}

/** What is done to all micrographs of a command. */
export interface Method {
  /** About the method itself, for the JSON. */
  readonly facts: object;
  /** Whether it is told in Å. */
  readonly needsPixelSize: boolean;
  /** For one micrograph, with what there is to tell of it. */
  start(file: string, pixelSizeAngstrom: number | undefined): { denoiser: Denoiser; facts: object };
}

interface MethodEntry {
  /** Options that other methods don't have. */
  readonly options: readonly (keyof MethodOptions)[];
  /** @throws UsageError, FormatError before any micrograph is read. */
  make(options: MethodOptions): Promise<Method>;
}

/** Keeps what a viewer needs of a particle and drops most of the noise. */
const defaultLowpassAngstrom = 20;
/** A little narrower than what was best on simulated particles, as the eye likes it. */
const defaultSigmaAngstrom = 4;

const methods = {
  bandpass: { options: ['lowpass', 'highpass'], make: bandPass },
  gaussian: { options: ['sigma'], make: gaussian },
  wiener: {
    options: ['defocus', 'ctf', 'voltage', 'cs', 'amplitudeContrast', 'flipPhases'],
    make: wiener,
  },
  nlm: { options: ['detail', 'strength'], make: nonLocalMeans },
  model: { options: ['model', 'tile'], make: network },
  unet: {
    options: ['model', 'tile', 'defocus', 'ctf', 'voltage', 'cs', 'amplitudeContrast'],
    make: ownNetwork,
  },
} as const satisfies Record<string, MethodEntry>;

export type MethodName = keyof typeof methods;
export const methodNames = Object.keys(methods) as MethodName[];

/** Adds --method and all that belongs to one. */
export function addMethodOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--method <name>',
        'bandpass, gaussian: Fourier filters; wiener: by the micrograph’s own spectrum and CTF; nlm: non-local means; unet: our network, which refines the Wiener filter; model: any network (default: bandpass, or model where --model is given)',
      ).choices(methodNames),
    )
    .option(
      '--lowpass <Å>',
      `for bandpass: halve the amplitude at this wavelength (default: ${defaultLowpassAngstrom}, unless --highpass is given)`,
      parsePositive,
    )
    .option(
      '--highpass <Å>',
      'for bandpass: halve the amplitude at this wavelength, towards longer ones',
      parsePositive,
    )
    .option(
      '--sigma <Å>',
      `for gaussian: standard deviation (default: ${defaultSigmaAngstrom})`,
      parsePositive,
    )
    .option(
      '--defocus <Å>',
      'for wiener and unet: underfocus of the micrographs, as 18000 or 1.8um (default: looked for in the spectrum)',
      parseDefocus,
    )
    .option('--ctf <file>', 'for wiener and unet: STAR file with the defocus of each micrograph instead')
    .option(
      '--voltage <kV>',
      `for wiener and unet (default: ${usualMicroscope.voltageKilovolt})`,
      parsePositive,
    )
    .option(
      '--cs <mm>',
      `for wiener and unet: spherical aberration (default: ${usualMicroscope.sphericalAberrationMm})`,
      parseNumber,
    )
    .option(
      '--amplitude-contrast <part>',
      `for wiener and unet (default: ${usualMicroscope.amplitudeContrast})`,
      parseNumber,
    )
    .option('--flip-phases', 'for wiener: correct the signs of the CTF, too')
    .option(
      '--detail <Å>',
      `for nlm: finest detail that is kept, three working pixels (default: ${defaultDetailAngstrom})`,
      parsePositive,
    )
    .option('--strength <number>', `for nlm: more is smoother (default: ${defaultStrength})`, parsePositive)
    .option(
      '--model <file>',
      'for model: .safetensors of Cryolite, .sav of Topaz, or .onnx; for unet: what train-denoiser wrote (default: the network that comes along)',
    )
    .option(
      '--tile <px>',
      'for model and unet: longest side of a tile (default: as long as the GPU allows); the result is the same',
      parseCount,
    );
}

/** @throws UsageError for options that contradict each other; FormatError for a network that does not denoise. */
export async function methodOf(options: MethodOptions): Promise<{ name: MethodName; method: Method }> {
  const name = options.method ?? (options.model === undefined ? 'bandpass' : 'model');
  const own: readonly (keyof MethodOptions)[] = methods[name].options;
  const optionsOf = (one: MethodName): readonly (keyof MethodOptions)[] => methods[one].options;
  const foreign = methodNames
    .flatMap(optionsOf)
    .find((option) => options[option] !== undefined && !own.includes(option));
  if (foreign !== undefined) {
    const owners = methodNames.filter((one) => optionsOf(one).includes(foreign));
    if (options.method !== undefined || name !== 'model') {
      throw new UsageError(
        `--${dashed(foreign)} is for --method ${owners.join(' or ')}: give that, too, or leave the option out.`,
      );
    }
    throw new UsageError(
      owners.includes('unet')
        ? `--model denoises by any network, --${dashed(foreign)} is for those that refine the Wiener filter: give --method unet, too, if it is one of them, or leave the option out.`
        : `--model denoises by a network, --${dashed(foreign)} belongs to ${owners.join(' and ')}: choose one of them, or filter the result in a second run.`,
    );
  }
  return { name, method: await methods[name].make(options) };
}

const dashed = (option: string): string => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

async function bandPass({ lowpass, highpass }: MethodOptions): Promise<Method> {
  const bandOf = (pixelSizeAngstrom: number) => ({
    pixelSizeAngstrom,
    lowpassAngstrom: lowpass ?? (highpass === undefined ? defaultLowpassAngstrom : undefined),
    highpassAngstrom: highpass,
  });
  // Cut-offs that contradict each other are wrong whatever the file is.
  checkBandPass(bandOf(1));
  return inAngstrom((pixelSizeAngstrom) => {
    const band = bandOf(pixelSizeAngstrom);
    return { denoiser: bandPassDenoiser(band), facts: band };
  });
}

async function gaussian({ sigma: sigmaAngstrom = defaultSigmaAngstrom }: MethodOptions): Promise<Method> {
  return inAngstrom((pixelSizeAngstrom) => ({
    denoiser: gaussianDenoiser(pixelSizeAngstrom, sigmaAngstrom),
    facts: { pixelSizeAngstrom, sigmaAngstrom },
  }));
}

async function wiener(options: MethodOptions): Promise<Method> {
  const { flipPhases = false } = options;
  const opticsOf = await knownOptics(options);
  return inAngstrom((pixelSizeAngstrom, file) => ({
    denoiser: wienerDenoiser({ ...opticsOf(file), pixelSizeAngstrom, flipPhases }),
    facts: { pixelSizeAngstrom, flipPhases },
  }));
}

/** What the options tell of how each micrograph was taken. @throws UsageError for what no microscope has. */
async function knownOptics(options: MethodOptions): Promise<(file: string) => KnownOptics> {
  const { defocus, ctf, voltage, cs, amplitudeContrast } = options;
  const isKnown = defocus !== undefined || ctf !== undefined;
  const opticsOf = isKnown ? await readOptics(options) : () => undefined;
  const usual = {
    voltageKilovolt: voltage ?? usualMicroscope.voltageKilovolt,
    sphericalAberrationMm: cs ?? usualMicroscope.sphericalAberrationMm,
    amplitudeContrast: amplitudeContrast ?? usualMicroscope.amplitudeContrast,
  };
  // What no microscope has is wrong whatever the file is.
  checkWiener({ pixelSizeAngstrom: 1, microscope: usual, defocusAngstrom: defocus });
  return (file) => {
    const optics = opticsOf(file);
    return { microscope: optics ?? usual, defocusAngstrom: optics?.defocusAngstrom };
  };
}

async function nonLocalMeans({ detail, strength }: MethodOptions): Promise<Method> {
  const detailAngstrom = detail ?? defaultDetailAngstrom;
  const facts = { detailAngstrom, strength: strength ?? defaultStrength };
  checkNonLocalMeans({ pixelSizeAngstrom: 1, ...facts });
  return inAngstrom((pixelSizeAngstrom) => {
    const parameters = { pixelSizeAngstrom, ...facts };
    return { denoiser: nonLocalMeansDenoiser(parameters), facts: parameters };
  });
}

async function ownNetwork(options: MethodOptions): Promise<Method> {
  const model = options.model ?? (await shippedModel(denoiserFile));
  return await network({ ...options, model }, await knownOptics(options));
}

async function network(
  { model, tile }: MethodOptions,
  opticsOf?: (file: string) => KnownOptics,
): Promise<Method> {
  if (model === undefined) throw new UsageError('--method model needs a network: give its file by --model.');
  const opened = await openNetwork(model);
  const { name, format, hash } = opened;
  // Refused before any micrograph is read where it does not denoise.
  networkDenoiser(opened, 1, tile);
  return {
    facts: { model: { name, format, sha256: hash } },
    // Those of ours work at a length.
    needsPixelSize: refinerOf(opened) !== undefined,
    start: (file, pixelSizeAngstrom) => ({
      denoiser: networkDenoiser(opened, pixelSizeAngstrom, tile, opticsOf?.(file)),
      facts: { pixelSizeAngstrom },
    }),
  };
}

function inAngstrom(
  start: (pixelSizeAngstrom: number, file: string) => { denoiser: Denoiser; facts: object },
): Method {
  return {
    facts: {},
    needsPixelSize: true,
    start: (file, pixelSizeAngstrom) => start(knownPixelSize(pixelSizeAngstrom), file),
  };
}
