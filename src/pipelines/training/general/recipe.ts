import { FormatError } from '../../../core/errors.ts';
import { type ProteinFamily, trainingFamilies } from '../../simulation/families.ts';
import type { Range } from '../../simulation/sceneContents.ts';
import { type Design, period, usualDesign, type Widths } from './design.ts';

/** Micrographs with all their particles marked, as a recipe names them; paths from the recipe's folder. */
export interface RecipeSet {
  readonly name: string;
  readonly share: number;
  readonly micrographs: readonly string[];
  /** A folder of coordinates, or a file. */
  readonly picks: string;
  readonly diameterAngstrom: number;
  readonly pixelSizeAngstrom: number | undefined;
  /** Marks minus true centres, px of the file. */
  readonly marksOffPx: readonly [x: number, y: number];
  /** Marks nearer to each other than this are one particle, px of the file. */
  readonly mergePx: number;
  /** Px of the file. */
  readonly smearedBorderPx: number;
  /** Nearer to an edge than so many diameters, particles may be unmarked: nothing is learnt there. */
  readonly edgeDiameters: number;
  /** How many times larger than usual particles are shown. */
  readonly scales: readonly number[];
  readonly noise: AddedNoise;
}

/** White noise that is added to patches of real pictures, in deviations of the picture's own: averages of movies become single frames. */
export interface AddedNoise extends Range {
  /** Of the patches, those that get some. */
  readonly part: number;
}

/** All that a training of the general picker depends on. */
export interface Recipe {
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly patchPx: number;
  readonly learningRate: number;
  /** Of the patches, those of micrographs; the others are simulated. */
  readonly realShare: number;
  readonly signalToNoise: Range;
  readonly extents: Range;
  /** Simulated proteins; one named twice is drawn twice as often. All that are for training, where a recipe says nothing. */
  readonly families: readonly ProteinFamily[];
  /**
   * What is kept of the weights that a training starts from: the network is `startShare` of them and the rest of what was
   * learnt. A network that learns a few real proteins forgets shapes which it knew; the mean of both knows most of each
   * (Wortsman et al., CVPR 2022).
   */
  readonly startShare: number;
  readonly sets: readonly RecipeSet[];
  /** The network that learns; the usual one, where a recipe says nothing. */
  readonly design: Design;
}

/** @throws FormatError 'bad-recipe' that names the field which is missing or makes no sense. */
export function parseRecipe(file: string, text: string): Recipe {
  const bad = (what: string): never => {
    throw new FormatError('bad-recipe', file, `is no recipe of a training: ${what}.`);
  };
  const object = (value: unknown, what: string): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : bad(`${what} should be an object`);
  const number = (value: unknown, what: string, low: number, high: number): number =>
    typeof value === 'number' && value >= low && value <= high
      ? value
      : bad(`${what} should be a number from ${low} to ${high}`);
  const whole = (value: unknown, what: string, low: number, high: number): number =>
    Number.isInteger(value) ? number(value, what, low, high) : bad(`${what} should be a whole number`);
  const words = (value: unknown, what: string): string =>
    typeof value === 'string' && value !== '' ? value : bad(`${what} should be a text`);
  const list = (value: unknown, what: string): readonly unknown[] =>
    Array.isArray(value) ? value : bad(`${what} should be a list`);
  const some = (value: unknown, what: string): readonly unknown[] => {
    const all = list(value, what);
    return all.length > 0 ? all : bad(`${what} should not be empty`);
  };
  const range = (value: unknown, what: string, least: number, most: number): Range => {
    const { low, high } = object(value, what);
    const from = number(low, `${what}.low`, least, most);
    return { low: from, high: number(high, `${what}.high`, from, most) };
  };
  const noiseOf = (value: unknown, what: string): AddedNoise => {
    const { part } = object(value, what);
    return { ...range(value, what, 0, 100), part: number(part, `${what}.part`, 0, 1) };
  };
  const family = (value: unknown): ProteinFamily =>
    trainingFamilies.find((one) => one === value) ??
    bad(`families should be of ${trainingFamilies.join(', ')}`);
  const setOf = (value: unknown, i: number): RecipeSet => {
    const what = `sets[${i}]`;
    const set = object(value, what);
    const [x, y] = list(set.marksOffPx ?? [0, 0], `${what}.marksOffPx`);
    return {
      name: words(set.name, `${what}.name`),
      share: number(set.share, `${what}.share`, 1e-6, 1e6),
      micrographs: some(set.micrographs, `${what}.micrographs`).map((one) =>
        words(one, `${what}.micrographs`),
      ),
      picks: words(set.picks, `${what}.picks`),
      diameterAngstrom: number(set.diameterAngstrom, `${what}.diameterAngstrom`, 1, 1e5),
      pixelSizeAngstrom:
        set.pixelSizeAngstrom === undefined
          ? undefined
          : number(set.pixelSizeAngstrom, `${what}.pixelSizeAngstrom`, 0.01, 1000),
      marksOffPx: [number(x, `${what}.marksOffPx`, -1e3, 1e3), number(y, `${what}.marksOffPx`, -1e3, 1e3)],
      mergePx: number(set.mergePx ?? 0, `${what}.mergePx`, 0, 1e4),
      smearedBorderPx: number(set.smearedBorderPx ?? 0, `${what}.smearedBorderPx`, 0, 1e4),
      edgeDiameters: number(set.edgeDiameters ?? 0.5, `${what}.edgeDiameters`, 0, 4),
      scales: some(set.scales ?? [1], `${what}.scales`).map((one) => number(one, `${what}.scales`, 0.25, 4)),
      noise: noiseOf(set.noise ?? { part: 0.4, low: 0, high: 1 }, `${what}.noise`),
    };
  };
  const designOf = (value: unknown): Design => {
    const { widths, coarsestStride } = object(value, 'design');
    const all = object(widths, 'design.widths');
    const width = (name: keyof Widths): number => whole(all[name], `design.widths.${name}`, 1, 512);
    if (coarsestStride !== 8 && coarsestStride !== 16) return bad('design.coarsestStride should be 8 or 16');
    return {
      widths: {
        two: width('two'),
        four: width('four'),
        eight: width('eight'),
        sixteen: width('sixteen'),
        back: width('back'),
      },
      coarsestStride,
    };
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    bad('it is not JSON');
  }
  const all = object(json, 'it');
  const patchPx = whole(all.patchPx, 'patchPx', 64, 1024);
  if (patchPx % period !== 0) bad(`patchPx should be a multiple of ${period}`);
  return {
    seed: whole(all.seed, 'seed', 0, 2 ** 31),
    steps: whole(all.steps, 'steps', 1, 1e7),
    batch: whole(all.batch, 'batch', 1, 256),
    patchPx,
    learningRate: number(all.learningRate, 'learningRate', 1e-8, 1),
    realShare: number(all.realShare ?? 0, 'realShare', 0, 1),
    signalToNoise: range(all.signalToNoise, 'signalToNoise', 1e-5, 1e3),
    extents: range(all.extents, 'extents', 0.2, 2),
    families: some(all.families ?? trainingFamilies, 'families').map(family),
    startShare: number(all.startShare ?? 0, 'startShare', 0, 1),
    sets: list(all.sets ?? [], 'sets').map(setOf),
    design: all.design === undefined ? usualDesign : designOf(all.design),
  };
}
