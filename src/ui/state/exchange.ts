import { FormatError } from '../../core/errors.ts';
import type { Pick } from '../../dataset/picks.ts';
import { readPicksFile } from '../../dataset/picksFile.ts';
import { type Coordinate, coordinateSuffix } from '../../formats/coordinates.ts';
import { writeCsvPicks } from '../../formats/csv/picks.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import type { WorkDependencies } from './jobs.ts';

/** Files of results, in and out. */
export interface Exchange {
  exportPicks(format: 'star' | 'csv'): Promise<void>;
  saveFiltered(): Promise<void>;
  importPicks(file: File): Promise<void>;
  /**
   * Imports what was dropped together with micrographs, now that one of them is shown: the files that go by its name,
   * or the only one that came with it.
   */
  importDropped(files: readonly File[], micrographs: readonly string[]): Promise<void>;
}

const starType = { description: 'RELION STAR', accept: { 'text/plain': ['.star'] } } as const;
const csvType = { description: 'Comma-separated values', accept: { 'text/csv': ['.csv'] } } as const;
const mrcType = { description: 'MRC image', accept: { 'application/octet-stream': ['.mrc'] } } as const;

/** Coordinate files that `importPicks` reads. */
export const picksFileName = /\.(star|csv|tsv|txt)$/i;

export function createExchange(dependencies: WorkDependencies): Exchange {
  const { compute, document, parameters, picks, view, tasks, notices } = dependencies;

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    }
  };

  const importPicks = (file: File): Promise<void> =>
    attempt(async () => {
      const opened = document.opened();
      if (!opened) {
        notices.info(`Open a micrograph first: ${file.name} holds picks that belong on one.`);
        return;
      }
      const found = await readPicksFile(browserFileSource(file), opened.name);
      if (found.length === 0) throw new FormatError('empty', file.name, 'holds no picks.');
      const inside = found.filter(
        ({ x, y }) => x >= -0.5 && y >= -0.5 && x <= opened.width - 0.5 && y <= opened.height - 0.5,
      );
      const left = found.length - inside.length;
      // A few at the edge may lie outside; if most do, those inside are there by chance.
      if (left > inside.length) {
        throw new FormatError(
          'bad-csv',
          file.name,
          `has ${left} of its ${found.length} picks outside ${opened.name} (${opened.width} × ${opened.height}): it belongs to another micrograph or binning.`,
        );
      }
      // An import is shown whole: the user has chosen these picks.
      const scored = inside.filter(({ origin }) => origin !== 'manual');
      const { threshold } = parameters.values;
      picks.import(
        inside,
        scored.reduce((low, { score }) => Math.min(low, score), threshold),
      );
      view.setPicksVisible(true);
      notices.info(
        `${inside.length === 1 ? '1 pick was' : `${inside.length} picks were`} imported from ${file.name}${left > 0 ? `; ${left} outside the micrograph were left out` : ''}.`,
      );
    });

  return {
    exportPicks: (format) =>
      attempt(async () => {
        const opened = document.opened();
        if (!opened) return;
        const shown = picks.shown();
        if (shown.length === 0) {
          notices.info(
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
        notices.info(
          `${shown.length === 1 ? '1 pick was' : `${shown.length} picks were`} written to ${target.name}.`,
        );
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
    importPicks,
    importDropped: async (files, micrographs) => {
      const name = document.opened()?.name ?? '';
      const isAlone = files.length === 1 && micrographs.length === 1 && micrographs[0] === name;
      const ours = files.filter((file) => isAlone || goByOneName(file.name, name));
      for (const file of ours) await importPicks(file);
      const [first] = files.filter((file) => !ours.includes(file));
      if (first) {
        const more = files.length - ours.length - 1;
        const what = more > 0 ? `${first.name} and ${more} more were` : `${first.name} was`;
        notices.info(`${what} not imported: open the micrograph, then drop its picks on it.`);
      }
    },
  };
}

/** Picks as files want them: manual ones are the user's word, so they get the best figure of merit, at least 1. */
export function withFigures(shown: readonly Pick[], all: readonly Pick[]): Coordinate[] {
  const best = all.reduce((top, pick) => (pick.origin === 'manual' ? top : Math.max(top, pick.score)), 1);
  return shown.map(({ x, y, score, origin }) => ({ x, y, score: origin === 'manual' ? best : score }));
}

function provenanceComments(name: string, { document, parameters }: WorkDependencies): string[] {
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

/** Whether a file of picks and a micrograph go by one name, but for what programs put behind it: a.star, a_avg.mrc. */
export function goByOneName(picksFile: string, micrograph: string): boolean {
  const a = picksFile.replace(/\.[a-z]+$/i, '').replace(coordinateSuffix, '');
  const b = stem(micrograph);
  return a === b || b.startsWith(`${a}_`) || a.startsWith(`${b}_`);
}

function stem(name: string): string {
  return name.replace(/\.(mrcs?|map|ccp4|rec|st|ali|preali)$/i, '');
}
