import { FormatError } from '../../core/errors.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { Coordinate } from '../../formats/coordinates.ts';
import { readCsvPicks, writeCsvPicks } from '../../formats/csv/picks.ts';
import { picksOfMicrograph, readStarPicks, writeStarPicks } from '../../formats/star/picks.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import type { JobsDependencies } from './jobs.ts';

/** Files of results, in and out. */
export interface Exchange {
  exportPicks(format: 'star' | 'csv'): Promise<void>;
  saveFiltered(): Promise<void>;
  importPicks(file: File): Promise<void>;
}

const starType = { description: 'RELION STAR', accept: { 'text/plain': ['.star'] } } as const;
const csvType = { description: 'Comma-separated values', accept: { 'text/csv': ['.csv'] } } as const;
const mrcType = { description: 'MRC image', accept: { 'application/octet-stream': ['.mrc'] } } as const;

/** Coordinate files that `importPicks` reads. */
export const picksFileName = /\.(star|csv|tsv|txt)$/i;

export function createExchange(dependencies: JobsDependencies): Exchange {
  const { compute, document, parameters, picks, tasks, notices } = dependencies;

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    }
  };

  return {
    exportPicks: (format) =>
      attempt(async () => {
        const opened = document.opened();
        if (!opened) return;
        const shown = picks.shown();
        if (shown.length === 0) {
          notices.error(
            'There are no picks to export: pick particles, add some by hand, or lower the threshold.',
          );
          return;
        }
        const coordinates = withFigures(shown, picks.all());
        const comments = provenanceComments(opened.name, dependencies);
        const text = format === 'star' ? writeStarPicks(coordinates, comments) : writeCsvPicks(coordinates);
        const name =
          format === 'star' ? `${stem(opened.name)}_autopick.star` : `${stem(opened.name)}_picks.csv`;
        const target = await chooseSaveTarget(name, format === 'star' ? starType : csvType);
        if (!target) return;
        await target.write(new Blob([text], { type: format === 'star' ? 'text/plain' : 'text/csv' }));
        notices.info(`${shown.length} picks were written to ${target.name}.`);
      }),
    saveFiltered: () =>
      attempt(async () => {
        const opened = document.opened();
        if (!opened || !document.filtered()) return;
        const target = await chooseSaveTarget(`${stem(opened.name)}_filtered.mrc`, mrcType);
        if (!target) return;
        const blob = await tasks.run('export', `Writing ${target.name}`, (options) =>
          compute.exportFiltered(opened.id, options),
        );
        if (!blob) return;
        await target.write(blob);
        notices.info(`The filtered micrograph was written to ${target.name}.`);
      }),
    importPicks: (file) =>
      attempt(async () => {
        const opened = document.opened();
        if (!opened) {
          notices.error(`Open a micrograph first: ${file.name} holds picks that belong on one.`);
          return;
        }
        const text = await file.text();
        const isStar = /\.star$/i.test(file.name);
        const all = isStar ? readStarPicks(file.name, text) : readCsvPicks(file.name, text);
        const found = isStar ? picksOfMicrograph(readStarPicks(file.name, text), opened.name) : all;
        if (found.length === 0) {
          throw new FormatError(
            'bad-star',
            file.name,
            all.length === 0
              ? 'holds no picks.'
              : `holds ${all.length} picks of other micrographs, but none of ${opened.name}.`,
          );
        }
        const inside = found.filter(
          ({ x, y }) => x >= -0.5 && y >= -0.5 && x <= opened.width - 0.5 && y <= opened.height - 0.5,
        );
        if (inside.length === 0) {
          throw new FormatError(
            'bad-csv',
            file.name,
            `has all its picks outside ${opened.name} (${opened.width} × ${opened.height}): it belongs to another micrograph or binning.`,
          );
        }
        const imported = asPicks(inside, parameters.values.threshold);
        picks.import(imported);
        // An import is shown whole: the user has chosen these picks.
        const lowest = imported.reduce((low, pick) => Math.min(low, pick.score), Number.POSITIVE_INFINITY);
        if (lowest < parameters.values.threshold) parameters.set({ threshold: lowest });
        const left = found.length - inside.length;
        notices.info(
          `${imported.length} picks were imported from ${file.name}${left > 0 ? `; ${left} outside the micrograph were left out` : ''}.`,
        );
      }),
  };
}

/** Picks as files want them: manual ones are the user's word, so they get the best figure of merit, at least 1. */
export function withFigures(shown: readonly Pick[], all: readonly Pick[]): Coordinate[] {
  const best = all.reduce((top, pick) => (pick.origin === 'manual' ? top : Math.max(top, pick.score)), 1);
  return shown.map(({ x, y, score, origin }) => ({ x, y, score: origin === 'manual' ? best : score }));
}

/** Imported coordinates without a score stay above any threshold in use. */
function asPicks(coordinates: readonly Coordinate[], threshold: number): Pick[] {
  const unscored = Math.max(1, threshold);
  return coordinates.map(({ x, y, score }) => ({ x, y, score: score ?? unscored, origin: 'imported' }));
}

function provenanceComments(name: string, { document, parameters }: JobsDependencies): string[] {
  const provenance = document.provenance();
  const comments = [`Picks of ${name}, shown at threshold ${parameters.values.threshold}`];
  if (provenance) {
    const { program, version, adapter, method, weightsHash, diameterAngstrom, pixelSizeAngstrom } =
      provenance;
    comments.push(
      `${program} ${version}, ${method === 'cnn' ? 'network' : 'LoG'}, diameter ${diameterAngstrom} A, pixel size ${pixelSizeAngstrom} A, on ${adapter}`,
    );
    if (weightsHash) comments.push(`weights SHA-256 ${weightsHash}`);
  }
  return comments;
}

function stem(name: string): string {
  return name.replace(/(\.(mrcs?|map|rec|st|ali|preali))?(\.(gz|bz2))?$/i, '');
}
