import { type Accessor, createMemo, createSignal } from 'solid-js';
import { FormatError } from '../../core/errors.ts';
import { PROBLEMS } from '../../dataset/coordinates/detect.ts';
import {
  applyReading,
  evenSample,
  MOST_JUDGED,
  ownReading,
  type Reading,
  readingsOf,
} from '../../dataset/coordinates/readings.ts';
import { classIdToKeep, MOST_CLASSES } from '../../dataset/pickClasses.ts';
import { requireMicrograph, splitFilaments, toPicks } from '../../dataset/picksFile.ts';
import type { StarNote } from '../../dataset/session.ts';
import type { CoordinateFormat, MicrographCoordinates } from '../../formats/coordinates.ts';
import type { OpenedMicrograph, ReadCoordinates } from '../../rpc/contract.ts';
import { countedWere } from './exportFiles.ts';
import { readAmong, sortFiles } from './importFiles.ts';
import {
  diameterOf,
  fitsPicture,
  isInside,
  isMostlyInside,
  JUDGED_PARTS,
  type JudgedReading,
  meaning,
  mostTelling,
  ranked,
  verdictOf,
  withoutQuestion,
} from './importReadings.ts';
import { nextTask } from './nextTask.ts';
import { defaultDiameterAngstrom } from './parameters.ts';
import type { References } from './references.ts';
import type { Stars } from './stars.ts';
import type { WorkDependencies } from './work.ts';

/** What becomes of a file's coordinates: picks, or the reference that picks are judged by. */
export type ImportUse = 'picks' | 'reference';

/** A file of picks laid on the micrograph in several ways, for the user to choose one. */
export interface ImportOffer {
  readonly use: ImportUse;
  readonly file: ReadCoordinates;
  readonly micrograph: MicrographCoordinates;
  readonly opened: OpenedMicrograph;
  /** How its program means it. */
  readonly own: Reading;
  /** Best first. */
  readonly readings: readonly JudgedReading[];
  readonly verdict: string;
}

export interface ImportChoice {
  readonly reading: Reading;
  /** Other files of the program are read the same way, as long as it fits. */
  readonly forAll: boolean;
  /** The particle's diameter as the file's boxes have it, if it is to be taken over. */
  readonly diameterAngstrom: number | undefined;
}

/** Coordinate files of other programs, on their way to picks. */
export interface Import {
  /** Undefined when there is nothing to choose. */
  readonly offer: Accessor<ImportOffer | undefined>;
  /** Imports files that the user means for the micrograph on the screen, one after another. */
  files(files: readonly File[], use?: ImportUse): Promise<void>;
  /** Imports what was dropped together with micrographs, now that one of them is shown. */
  dropped(files: readonly File[], micrographs: readonly string[]): Promise<void>;
  /** Lays the picks on the micrograph in a way that was not offered. */
  judge(reading: Reading): Promise<JudgedReading | undefined>;
  accept(choice: ImportChoice): void;
  cancel(): void;
}

/** Without a pixel size or boxes: particles of this share of the picture's width. */
const USUAL_SHARE = 1 / 24;

export interface ImportDependencies extends WorkDependencies {
  readonly stars: Stars;
  readonly references: References;
}

export function createImport(dependencies: ImportDependencies): Import {
  const { compute, document, parameters, picks, view, tasks, notices, stars, references } = dependencies;
  const [asked, setAsked] = createSignal<ImportOffer>();
  /** What the user has chosen once for all files of a program. */
  const agreed = new Map<CoordinateFormat, string>();
  let answer: (choice: ImportChoice | undefined) => void = () => {};

  // Of a micrograph that has left the screen nothing is to be chosen any more.
  const offer = createMemo(() => (asked()?.opened.id === document.opened()?.id ? asked() : undefined));
  const settle = (choice: ImportChoice | undefined): void => {
    setAsked(undefined);
    answer(choice);
  };
  const ask = (next: ImportOffer): Promise<ImportChoice | undefined> => {
    settle(undefined);
    return new Promise((done) => {
      answer = done;
      setAsked(next);
    });
  };

  const judge = async (
    { micrograph, opened }: Pick<ImportOffer, 'micrograph' | 'opened'>,
    readings: readonly Reading[],
    name: string,
  ): Promise<JudgedReading[] | undefined> => {
    const told = evenSample(micrograph.coordinates, MOST_JUDGED);
    const laid = readings.map((reading) => {
      return { reading, places: applyReading(told, reading, opened) };
    });
    const { pixelSizeAngstrom, diameterAngstrom } = parameters.values;
    const wished = pixelSizeAngstrom === undefined ? undefined : diameterAngstrom / pixelSizeAngstrom;
    const boxes = laid[0] && diameterOf(laid[0]);
    const isChosen = diameterAngstrom !== defaultDiameterAngstrom;
    const diameterPx = (isChosen ? (wished ?? boxes) : (boxes ?? wished)) ?? opened.width * USUAL_SHARE;
    const sets = laid.map(({ places }) => places.map(({ x, y }) => ({ x, y })));
    const scores = await tasks.runOrThrow('import', `Laying ${name} on the micrograph`, async (options) => {
      const sizes = [];
      for (const part of JUDGED_PARTS) {
        sizes.push(await compute.scorePlaces(opened.id, sets, part * diameterPx, options));
      }
      return mostTelling(sizes);
    });
    return scores?.flatMap((score, i) => {
      const one = laid[i];
      return one ? [{ ...one, score }] : [];
    });
  };

  /** @returns what was done, in a sentence; undefined when the user has changed their mind. */
  const importOne = async (
    source: File,
    among: readonly File[],
    opened: OpenedMicrograph,
    use: ImportUse,
  ): Promise<string | undefined> => {
    const file = await readAmong(compute, source, among);
    const micrograph = requireMicrograph(file, opened.name);
    const count = micrograph.coordinates.length;
    if (count === 0) throw new FormatError('empty', file.name, 'holds no picks.');
    // Of 50,000 picks each step of what follows takes a while: the page answers in between.
    await nextTask();
    const own = ownReading(file);
    const possible = readingsOf(file, micrograph, opened);
    await nextTask();
    const all = await judge({ micrograph, opened }, possible, file.name);
    if (!all) return undefined;
    const judged = all.filter(({ places }) => isMostlyInside(places, opened));
    if (judged.length === 0) {
      const [{ reading } = { reading: own }] = all;
      const places = applyReading(micrograph.coordinates, reading, opened);
      const outside = places.filter((place) => !isInside(place, opened)).length;
      throw new FormatError(
        PROBLEMS[file.format],
        file.name,
        `has ${outside} of its ${count} picks outside ${opened.name} (${opened.width} × ${opened.height}): it belongs to another micrograph or binning.`,
      );
    }
    const sure = withoutQuestion(file, judged, own.id, agreed.get(file.format));
    const readings = ranked(judged);
    const verdict = verdictOf(readings, own.id);
    const found = { use, file, micrograph, opened, own, readings, verdict };
    const choice = sure
      ? { reading: sure.reading, forAll: false, diameterAngstrom: undefined }
      : await ask(found);
    const done = choice && (await (use === 'picks' ? take(found, choice) : refer(found, choice, among)));
    const isDoubtful = sure && sure.score.judged > 0 && !fitsPicture(sure);
    return done !== undefined && isDoubtful
      ? `${done} They do not stand out of the picture: check that the file belongs to ${opened.name}.`
      : done;
  };

  const take = async (
    { file, micrograph, opened, own }: ImportOffer,
    choice: ImportChoice,
  ): Promise<string | undefined> => {
    const { reading, forAll, diameterAngstrom } = choice;
    if (forAll) agreed.set(file.format, reading.id);
    const note = await noteOf(file, micrograph, reading);
    const placed = applyReading(micrograph.coordinates, reading, opened);
    await nextTask();
    const inside = placed.filter((place) => isInside(place, opened));
    await nextTask();
    if (document.opened()?.fingerprint !== opened.fingerprint) return undefined;
    const { classes } = picks;
    const without = new Set<string>();
    const classOf = (name: string): string | undefined => {
      const id = classes.named(name);
      if (id === undefined) without.add(name);
      return id === undefined ? undefined : classIdToKeep(id);
    };
    const { places, filaments } = splitFilaments(inside, classOf);
    const imported = toPicks(places, classOf);
    await nextTask();
    if (document.opened()?.fingerprint !== opened.fingerprint) return undefined;
    // Rows that are ends of filaments are no picks: writing into the file would lose them.
    const star = filaments.length > 0 ? undefined : note;
    // An import is shown whole: the user has chosen these picks.
    const scored = imported.filter(({ origin }) => origin !== 'manual');
    const threshold = scored.reduce((low, { score }) => Math.min(low, score), parameters.values.threshold);
    picks.import(imported, threshold, star, filaments);
    if (diameterAngstrom !== undefined) parameters.set({ diameterAngstrom });
    view.setPicksVisible(true);
    const left = micrograph.coordinates.length - inside.length;
    const sentences = [
      `${countedWere(imported.length, filaments.length)} imported from ${file.name}`,
      reading.id === own.id ? '' : `, read as: ${meaning(reading)}`,
      left > 0 ? `; ${left} outside the micrograph were left out.` : '.',
      ...file.warnings.map((text) => ` ${text}`),
      withoutClass([...without], classes.list()[0]?.name ?? ''),
      file.isTable && !note
        ? ` ${file.name} is larger than 16 MB, so its other columns will not be kept.`
        : '',
    ];
    return sentences.join('');
  };

  /** Other micrographs of the list get theirs from the same files. */
  const refer = async (
    { file, micrograph, opened, own }: ImportOffer,
    { reading, forAll, diameterAngstrom }: ImportChoice,
    among: readonly File[],
  ): Promise<string | undefined> => {
    if (forAll) agreed.set(file.format, reading.id);
    if (document.opened()?.fingerprint !== opened.fingerprint) return undefined;
    const places = applyReading(micrograph.coordinates, reading, opened).filter((place) =>
      isInside(place, opened),
    );
    references.set({ label: file.name, places: places.map(({ x, y }) => ({ x, y })) });
    if (diameterAngstrom !== undefined) parameters.set({ diameterAngstrom });
    const { taken, failures } = await references.takeOthers(among, reading);
    const meant = reading.id === own.id ? '' : `, read as: ${meaning(reading)}`;
    const more =
      taken === 0 ? '' : ` ${taken} more of the list ${taken === 1 ? 'has its' : 'have their'} own, too.`;
    const [first, ...rest] = failures;
    const without = first ? ` Left out: ${first}${rest.length > 0 ? ` (and ${rest.length} more)` : ''}` : '';
    return `The picks are judged by ${places.length} particles of ${file.name}${meant}.${more}${without}`;
  };

  const noteOf = async (
    { name, starText }: ReadCoordinates,
    micrograph: MicrographCoordinates,
    reading: Reading,
  ): Promise<StarNote | undefined> => {
    const hash = starText === undefined ? undefined : await stars.keep(starText);
    return hash === undefined ? undefined : { hash, name, micrograph: micrograph.name, reading };
  };

  const run = async (files: readonly File[], isMeant: boolean, use: ImportUse): Promise<void> => {
    const opened = document.opened();
    const [any] = files;
    if (!any) return;
    if (!opened) {
      notices.info(`Open a micrograph first: ${any.name} holds picks that belong on one.`);
      return;
    }
    const { ours, left } = await sortFiles(compute, files, opened.name, isMeant);
    const news: string[] = [];
    // A reference is one set of places: of several files of one name the first.
    for (const file of use === 'picks' ? ours : ours.slice(0, 1)) {
      try {
        const done = await importOne(file, files, opened, use);
        // A change of mind is about all of them.
        if (done === undefined) break;
        news.push(done);
      } catch (error) {
        // One bad file does not keep the others from being imported.
        notices.failure(error);
      }
    }
    const [first] = left;
    if (first && (use === 'picks' || ours.length === 0)) {
      const what = left.length > 1 ? `${first.name} and ${left.length - 1} more were` : `${first.name} was`;
      news.push(`${what} not imported: open the micrograph, then drop its picks on it.`);
    }
    if (news.length > 0) notices.info(news.join(' '));
  };

  return {
    offer,
    // Of several files, some may be the references of other micrographs only.
    files: (files, use = 'picks') => run(files, use === 'picks' || files.length === 1, use),
    dropped: async (files, micrographs) => {
      const isAlone = micrographs.length === 1 && micrographs[0] === document.opened()?.name;
      await run(files, isAlone && files.length === 1, 'picks');
    },
    judge: async (reading) => {
      const current = asked();
      if (!current) return undefined;
      try {
        // Whether particles are dark or bright shows in the best of all readings, so that comes along.
        const company = current.readings.slice(0, 1).map((one) => one.reading);
        return (await judge(current, [reading, ...company], current.file.name))?.[0];
      } catch (error) {
        notices.failure(error);
        return undefined;
      }
    },
    accept: (choice) => settle(choice),
    cancel: () => settle(undefined),
  };
}

/** Names of a file that there was no class left for. @param instead what their picks are now. */
function withoutClass([first, ...rest]: readonly string[], instead: string): string {
  if (first === undefined) return '';
  const what = rest.length > 0 ? `${first} and ${rest.length} more` : first;
  return ` Picks called ${what} are ${instead} now: there can be ${MOST_CLASSES} classes.`;
}
