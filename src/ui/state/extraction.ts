import { type Accessor, createMemo, createSignal } from 'solid-js';
import { CryoliteError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { type ExtractedStack, writeExtractedParticles } from '../../formats/star/extracted.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import { chooseSaveFolder, type SaveFolder } from '../../platform/browser/saveFolder.ts';
import { boxSidePx, usualBoxAngstrom } from './boxSize.ts';
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

const STAR = 'particles.star';

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

  const extractOne = async (
    one: PickedMicrograph,
    stackName: string,
    folder: SaveFolder,
    options: JobOptions,
  ): Promise<{ readonly stack: ExtractedStack; readonly label: string }> => {
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
        picks: one.picks,
        pixelSizeAngstrom,
        boxAngstrom: box,
        binTo: binTo(),
        invert: inverts(),
        normalise: normalises(),
      },
      options,
    );
    options.signal?.throwIfAborted();
    await folder.write(stackName, made.stack);
    const { particles, binnedPixelSizeAngstrom, binnedPx, label } = made;
    const names = { micrograph: one.name, stack: stackName };
    return {
      stack: { ...names, pixelSizeAngstrom, binnedPixelSizeAngstrom, boxPx: binnedPx, particles },
      label,
    };
  };
  const extractAll = async (folder: SaveFolder, options: JobOptions): Promise<readonly ExtractedStack[]> => {
    const stacks: ExtractedStack[] = [];
    const names = new Set<string>([STAR]);
    const failures: string[] = [];
    let label = '';
    const take = async (one: PickedMicrograph, job: JobOptions): Promise<void> => {
      const extracted = await extractOne(one, freeName(fileStem(one.name), names), folder, job);
      stacks.push(extracted.stack);
      label = extracted.label;
    };
    if (scope() === 'shown') {
      const one = await pickedOnScreen(dependencies);
      if (one) await take(one, options);
    } else {
      let stage = '';
      const onProgress = (done: number, total: number): void =>
        options.onProgress?.({ stage: stage || 'Extracting particles', done, total });
      for await (const one of pickedOfList(dependencies, onProgress, options.signal)) {
        stage = `Extracting from ${one.name}`;
        try {
          await take(one, { signal: options.signal });
        } catch (error) {
          // One that can't be used must not keep the others from being so; of a folder that is full none can.
          if (!(error instanceof Error) || options.signal?.aborted) throw error;
          failures.push(error.message);
        }
      }
    }
    if (stacks.length > 0) {
      await folder.write(STAR, new Blob([writeExtractedParticles(stacks, undefined, [label])]));
      await folder.close();
    }
    const [first, ...more] = failures;
    if (first) notices.error(more.length > 0 ? `${first} (and ${more.length} more)` : first);
    return stacks;
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
            : `${count} particles of ${stacks.length} micrograph${stacks.length === 1 ? '' : 's'} were written to ${folder.name}: in RELION's project folder, import ${STAR}.`,
        );
      } catch (error) {
        notices.failure(error);
      }
    },
  };
}

/** Two micrographs of one name lie in two folders: the second one's stack gets a number. */
function freeName(stem: string, taken: Set<string>): string {
  let name = `${stem}.mrcs`;
  for (let i = 2; taken.has(name); i++) name = `${stem}_${i}.mrcs`;
  taken.add(name);
  return name;
}
