import { type Accessor, batch, createEffect, createMemo, createSignal, on } from 'solid-js';
import { FormatError } from '../../core/errors.ts';
import { PROBLEMS } from '../../dataset/coordinates/detect.ts';
import { type CoordinateFile, findMicrograph } from '../../dataset/coordinates/read.ts';
import { applyReading, ownReading, type Reading } from '../../dataset/coordinates/readings.ts';
import { fingerprint } from '../../dataset/fingerprint.ts';
import { openMicrograph } from '../../dataset/open.ts';
import type { Place, PlaceSet } from '../../dataset/picks.ts';
import type { Coordinate } from '../../formats/coordinates.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import type { KeptReferences, ReferenceStore } from '../../platform/browser/references.ts';
import type { Document } from './document.ts';
import { type CoordinateReader, goByOneName, readAmong } from './importFiles.ts';
import { isInside, isMostlyInside } from './importReadings.ts';
import type { Library } from './library.ts';
import type { Notices } from './notices.ts';
import { failureWords } from './pickedMicrographs.ts';

/** What the picks on the micrographs are set beside: true particles, or the picks of before. */
export interface References {
  /** Of the micrograph on the screen. */
  readonly current: Accessor<PlaceSet | undefined>;
  /** Picks of before, on the micrograph on the screen. */
  readonly remembered: Accessor<PlaceSet | undefined>;
  /** Changes with the reference of any micrograph. */
  readonly version: Accessor<number>;
  /** Of a micrograph that need not be on the screen. */
  of(fingerprint: string): Promise<PlaceSet | undefined>;
  /** For the micrograph on the screen; undefined takes it away. */
  set(reference: PlaceSet | undefined): void;
  remember(picks: PlaceSet | undefined): void;
  /**
   * Gives the other micrographs of the list what the files hold for them.
   * @param reading how a file of its format is meant; others are taken as their programs mean them.
   * @returns how many got theirs, and why others did not, in sentences.
   */
  takeOthers(
    files: readonly File[],
    reading: Reading,
  ): Promise<{ readonly taken: number; readonly failures: readonly string[] }>;
}

export interface ReferencesDependencies {
  readonly compute: CoordinateReader;
  readonly document: Document;
  readonly library: Library;
  readonly notices: Notices;
  readonly store: Promise<ReferenceStore>;
}

const nothing = { reference: undefined, remembered: undefined };

export function createReferences(dependencies: ReferencesDependencies): References {
  const { compute, document, library, notices, store } = dependencies;
  const [current, setCurrent] = createSignal<PlaceSet>();
  const [remembered, setRemembered] = createSignal<PlaceSet>();
  const [version, setVersion] = createSignal(0);
  let warned = false;

  const load = async (of: string): Promise<KeptReferences> => {
    try {
      return (await (await store).load(of)) ?? { fingerprint: of, ...nothing };
    } catch {
      // A database that can't be read is the same as none.
      return { fingerprint: of, ...nothing };
    }
  };
  const write = async (of: string, next: Partial<KeptReferences>): Promise<void> => {
    try {
      await (await store).save({ ...(await load(of)), ...next });
    } catch {
      if (!warned)
        notices.error(
          'The reference can’t be kept over a reload here: the browser’s storage is full or refused.',
        );
      warned = true;
    }
  };
  let written = Promise.resolve();
  /** One after another, as each changes a part of what is there. */
  const change = (of: string, next: Partial<KeptReferences>): Promise<void> => {
    written = written.then(() => write(of, next));
    return written;
  };
  // A movie that is summed anew is the same file.
  const shown = createMemo(() => document.opened()?.fingerprint);
  /** What the user has set since the micrograph came: what was kept before comes too late then. */
  const touched = new Set<'reference' | 'remembered'>();
  createEffect(
    on(shown, async (of) => {
      batch(() => {
        setCurrent(undefined);
        setRemembered(undefined);
      });
      touched.clear();
      if (of === undefined) return;
      const kept = await load(of);
      if (document.opened()?.fingerprint !== of) return;
      batch(() => {
        if (!touched.has('reference')) setCurrent(kept.reference);
        if (!touched.has('remembered')) setRemembered(kept.remembered);
      });
    }),
  );

  return {
    current,
    remembered,
    version,
    of: async (of) => (of === document.opened()?.fingerprint ? current() : (await load(of)).reference),
    set: (reference) => {
      const of = document.opened()?.fingerprint;
      if (of === undefined) return;
      touched.add('reference');
      setCurrent(reference);
      setVersion((count) => count + 1);
      void change(of, { reference });
    },
    remember: (picks) => {
      const of = document.opened()?.fingerprint;
      if (of === undefined) return;
      touched.add('remembered');
      setRemembered(picks);
      void change(of, { remembered: picks });
    },
    takeOthers: async (files, reading) => {
      const failures: string[] = [];
      const read = await readAll(compute, files, failures);
      let taken = 0;
      for (const { key, name } of library.plain()) {
        const found = key === document.key() ? undefined : coordinatesFor(read, name);
        if (!found) continue;
        try {
          const file = await library.file(key)?.getFile();
          if (!file) continue;
          const places = await placesOn(file, found, reading);
          const of = await fingerprint(browserFileSource(file), 0);
          await change(of, { reference: { label: found.file.name, places } });
          taken++;
        } catch (error) {
          // One that can't be read does not keep the others from getting theirs.
          failures.push(failureWords(name, error));
        }
      }
      if (taken > 0) setVersion((count) => count + 1);
      return { taken, failures };
    },
  };
}

interface Found {
  readonly file: CoordinateFile;
  readonly coordinates: readonly Coordinate[];
}

async function readAll(
  compute: CoordinateReader,
  files: readonly File[],
  failures: string[],
): Promise<CoordinateFile[]> {
  const read: CoordinateFile[] = [];
  for (const file of files) {
    try {
      read.push(await readAmong(compute, file, files));
    } catch (error) {
      failures.push(failureWords(file.name, error));
    }
  }
  return read;
}

/** A file of the micrograph's own name, else a table that has it among others. */
function coordinatesFor(read: readonly CoordinateFile[], micrograph: string): Found | undefined {
  const own = read.find((file) => file.micrographs.length === 1 && goByOneName(file.name, micrograph));
  const file = own ?? read.find((one) => one.micrographs.length > 1 && findMicrograph(one, micrograph));
  const coordinates = file && findMicrograph(file, micrograph)?.coordinates;
  return file && coordinates && { file, coordinates };
}

/**
 * Inside the micrograph.
 * @throws FormatError where most of them lie outside.
 */
async function placesOn(file: File, { file: from, coordinates }: Found, reading: Reading): Promise<Place[]> {
  const meant = reading.format === from.format ? reading : ownReading(from);
  const size = await openMicrograph(browserFileSource(file));
  const laid = applyReading(coordinates, meant, size);
  const inside = laid.filter((place) => isInside(place, size));
  if (!isMostlyInside(laid, size)) {
    throw new FormatError(
      PROBLEMS[from.format],
      from.name,
      `has ${laid.length - inside.length} of its ${laid.length} picks outside ${file.name} (${size.width} × ${size.height}): it belongs to another micrograph or binning.`,
    );
  }
  return inside.map(({ x, y }) => ({ x, y }));
}

/** Stands in where the browser refuses storage. */
export function memoryReferenceStore(): ReferenceStore {
  const all = new Map<string, KeptReferences>();
  return {
    load: async (of) => all.get(of),
    save: async (kept) => {
      all.set(kept.fingerprint, kept);
    },
  };
}
