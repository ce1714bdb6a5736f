import { type Accessor, createMemo, createSignal } from 'solid-js';
import { CryoliteError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { ExtractedStack } from '../../formats/star/extracted.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import { chooseSaveFolder, type SaveFolder } from '../../platform/browser/saveFolder.ts';
import { boxSidePx, usualBoxAngstrom } from './boxSize.ts';
import { withNames } from './exportFiles.ts';
import { type Extracted, extractInto, particlesFile } from './extractionFiles.ts';
import {
  type PickedDependencies,
  type PickedMicrograph,
  pickedOfList,
  pickedOnScreen,
} from './pickedMicrographs.ts';
import type { WorkDependencies } from './work.ts';

/** The micrograph on the screen, or all of the list that have picks. */
export type ExtractionScope = 'shown' | 'all';

/** Particles cut out of micrographs into stacks and a STAR file, as RELION wants them. */
export interface Extraction {
  readonly isOpen: Accessor<boolean>;
  setOpen(isOpen: boolean): void;
  readonly scope: Accessor<ExtractionScope>;
  setScope(scope: ExtractionScope): void;
  readonly boxAngstrom: Accessor<number | undefined>;
  /** Undefined: as suits the diameter. */
  setBoxAngstrom(box: number | undefined): void;
  /** On the micrograph on the screen. */
  readonly boxPx: Accessor<number | undefined>;
  readonly binTo: Accessor<number | undefined>;
  setBinTo(side: number | undefined): void;
  readonly inverts: Accessor<boolean>;
  setInverts(inverts: boolean): void;
  readonly normalises: Accessor<boolean>;
  setNormalises(normalises: boolean): void;
  /** Why it can't begin, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  run(): Promise<void>;
}

export interface ExtractionDependencies extends WorkDependencies, PickedDependencies {}

export function createExtraction(dependencies: ExtractionDependencies): Extraction {
  const { compute, document, parameters, picks, tasks, notices } = dependencies;
  const { values } = parameters;
  const [isOpen, setOpen] = createSignal(false);
  const [scope, setScope] = createSignal<ExtractionScope>('shown');
  const [ownBox, setOwnBox] = createSignal<number>();
  const [binTo, setBinTo] = createSignal<number>();
  const [ownInverts, setInverts] = createSignal<boolean>();
  const [normalises, setNormalises] = createSignal(true);

  const boxAngstrom = createMemo(() => {
    const { diameterAngstrom, pixelSizeAngstrom } = values;
    if (ownBox() !== undefined) return ownBox();
    return pixelSizeAngstrom && usualBoxAngstrom(diameterAngstrom, pixelSizeAngstrom);
  });
  const boxPx = createMemo(() => {
    const [box, pixel] = [boxAngstrom(), values.pixelSizeAngstrom];
    return box && pixel ? boxSidePx(box, pixel) : undefined;
  });
  // Particles are to be bright in the end.
  const inverts = (): boolean => ownInverts() ?? !values.brightParticles;
  const problem = createMemo((): string | undefined => {
    const [side, binned] = [boxPx(), binTo()];
    if (side === undefined) return 'Enter the pixel size first: the box is in Å.';
    if (scope() === 'shown' && picks.shown().length === 0) return 'There are no picks to extract.';
    if (binned !== undefined && binned % 2 !== 0) return 'The binned box needs an even number of pixels.';
    if (binned !== undefined && binned > side) return `The box has ${side} px: bin it to fewer.`;
    return undefined;
  });

  const extractOne = async (one: PickedMicrograph, options: JobOptions): Promise<Extracted> => {
    const { pixelSizeAngstrom, byteSign, framesPerFraction } = one.parameters;
    const box = boxAngstrom();
    if (pixelSizeAngstrom === undefined || box === undefined) {
      throw new CryoliteError(
        'unsuitable',
        `The pixel size of ${one.name} is not known: open it and enter it in step 1.`,
      );
    }
    const made = await compute.extractParticles(
      one.file,
      {
        read: { byteSign, framesPerFraction },
        picks: withNames(one.picks, picks.classes),
        pixelSizeAngstrom,
        boxAngstrom: box,
        binTo: binTo(),
        invert: inverts(),
        normalise: normalises(),
      },
      options,
    );
    const { particles, binnedPixelSizeAngstrom, binnedPx, label, stack: content } = made;
    const stack = { pixelSizeAngstrom, binnedPixelSizeAngstrom, boxPx: binnedPx, particles };
    return { particles: stack, content, label };
  };
  const extractAll = async (folder: SaveFolder, options: JobOptions): Promise<readonly ExtractedStack[]> => {
    const failures: string[] = [];
    const onFailure = (sentence: string): void => void failures.push(sentence);
    await folder.checkFree([particlesFile]);
    const found = await micrographsOf(onFailure, options);
    const stacks = await extractInto(folder, found, extractOne, onFailure, options);
    const [first, ...more] = failures;
    if (first) notices.error(more.length > 0 ? `${first} (and ${more.length} more)` : first);
    return stacks;
  };
  const micrographsOf = async (
    onFailure: (sentence: string) => void,
    { signal, onProgress }: JobOptions,
  ): Promise<readonly PickedMicrograph[]> => {
    if (scope() === 'shown') {
      const one = await pickedOnScreen(dependencies);
      return one ? [one] : [];
    }
    const report = (done: number, total: number): void =>
      onProgress?.({ stage: 'Looking for picks on all micrographs', done, total });
    return await pickedOfList(dependencies, { onProgress: report, onFailure, signal });
  };

  return {
    isOpen,
    setOpen,
    scope,
    setScope,
    boxAngstrom,
    setBoxAngstrom: setOwnBox,
    boxPx,
    binTo,
    setBinTo,
    inverts,
    setInverts,
    normalises,
    setNormalises,
    problem,
    run: async () => {
      const opened = document.opened();
      if (!opened || problem() !== undefined) return;
      const archive = scope() === 'shown' ? `${fileStem(opened.name)}_particles.zip` : 'particles.zip';
      try {
        const folder = await chooseSaveFolder(archive);
        if (!folder) return;
        setOpen(false);
        const stacks = await tasks.run('extract', 'Extracting particles', (options) =>
          extractAll(folder, options),
        );
        if (!stacks) return;
        const count = stacks.reduce((sum, { particles }) => sum + particles.length, 0);
        notices.info(
          count === 0
            ? 'No micrograph of the list has picks that could be extracted.'
            : `${count} particles of ${stacks.length} micrograph${stacks.length === 1 ? '' : 's'} were written to ${folder.name}: in RELION's project folder, import ${particlesFile}.`,
        );
      } catch (error) {
        notices.failure(error);
      }
    },
  };
}
