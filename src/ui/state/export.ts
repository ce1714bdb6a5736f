import { type Accessor, createSignal } from 'solid-js';
import {
  type ExportOptions,
  exportFor,
  FILAMENT_PROGRAMS,
  PROGRAMS,
  type Program,
  type StarTemplate,
} from '../../dataset/coordinates/exportFor.ts';
import type { StarNote } from '../../dataset/session.ts';
import { readStarDocument } from '../../formats/star/document.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import { type MadeKind, madeKindOf } from '../../rpc/contract.ts';
import { kindToSave } from './beside.ts';
import {
  asRows,
  countedWere,
  filamentEnds,
  instructionWith,
  isArchived,
  packed,
  provenanceComments,
  suggestedName,
  withFigures,
} from './exportFiles.ts';
import type { PicksState } from './picks.ts';
import type { Stars } from './stars.ts';
import { localTexts } from './texts.ts';
import type { WorkDependencies } from './work.ts';

/** What was written last, and what to do with it. */
export interface WrittenPicks {
  /** "284 picks were written to a.star." */
  readonly news: string;
  readonly instruction: string;
}

/** Results on their way to files. */
export interface Export {
  /** The program to export for: the last one chosen, over reloads, too. */
  readonly program: Accessor<Program>;
  setProgram(program: Program): void;
  /** The STAR file whose other columns and blocks will come back; undefined where there is none, or it is not wanted. */
  readonly template: Accessor<StarNote | undefined>;
  readonly keepsColumns: Accessor<boolean>;
  setKeepsColumns(keeps: boolean): void;
  /** Undefined once it is put away. */
  readonly written: Accessor<WrittenPicks | undefined>;
  dismissWritten(): void;
  picks(): Promise<void>;
  /** What `saveFiltered` would write; undefined where nothing was made. */
  readonly madePicture: Accessor<MadeKind | undefined>;
  saveFiltered(): Promise<void>;
}

const mrcType = { description: 'MRC image', accept: { 'application/octet-stream': ['.mrc'] } } as const;

export function createExport(dependencies: WorkDependencies & { readonly stars: Stars }): Export {
  const { compute, document, parameters, picks, view, tasks, notices, stars } = dependencies;
  const [program, setProgram] = createSignal<Program>(storedProgram() ?? 'relion');
  const [keepsColumns, setKeepsColumns] = createSignal(true);
  const [written, setWritten] = createSignal<WrittenPicks>();
  const template = (): StarNote | undefined =>
    program() === 'relion' && keepsColumns() ? picks.star() : undefined;

  const madePicture = (): MadeKind | undefined =>
    kindToSave(
      view.mode(),
      (kind) => document.made(kind) !== undefined,
      madeKindOf(parameters.values.filterMethod ?? 'lengths'),
    );

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    }
  };
  const loadTemplate = async (note: StarNote): Promise<StarTemplate | undefined> => {
    const text = await stars.load(note.hash);
    if (text === undefined) {
      notices.info(
        `${note.name} is no longer kept here, so its other columns are left out: import it again to have them.`,
      );
      return undefined;
    }
    const { micrograph, reading } = note;
    return { document: readStarDocument(note.name, text), micrograph, reading };
  };

  return {
    program,
    setProgram: (next) => {
      setProgram(next);
      storeProgram(next);
    },
    template,
    keepsColumns,
    setKeepsColumns,
    written,
    dismissWritten: () => setWritten(undefined),
    picks: () =>
      attempt(async () => {
        const opened = document.opened();
        if (!opened) return;
        const shown = picks.shown();
        const filaments = filamentEnds(picks.shownFilaments(), picks.classes);
        const isAboutFilaments = FILAMENT_PROGRAMS.has(program()) && filaments.length > 0;
        if (shown.length === 0 && !isAboutFilaments) {
          notices.info(
            'There are no picks to export: pick particles, add some by hand, or lower the threshold.',
          );
          return;
        }
        const forProgram = program();
        const note = template();
        const kept = note && (await loadTemplate(note));
        const { pixelSizeAngstrom, diameterAngstrom } = parameters.values;
        const options: ExportOptions = {
          micrographName: opened.name,
          width: opened.width,
          height: opened.height,
          pixelSizeAngstrom,
          diameterAngstrom,
          comments: provenanceComments(opened.name, parameters.values, document.provenance()),
          filaments,
          template: kept,
        };
        const places = kept ? asRows(shown, picks.classes) : withFigures(shown, picks.all(), picks.classes);
        const made = exportFor(forProgram, places, options);
        const name = suggestedName(forProgram, opened.name, made);
        const target = await chooseSaveTarget(name, fileType(name, isArchived(made)));
        if (!target) return;
        await target.write(new Blob([packed(made)], { type: mimeOf(name) }));
        const count = countedWere(shown.length, isAboutFilaments ? filaments.length : 0);
        setWritten({
          news: `${count} written to ${target.name}${kept ? withColumns(kept, hiddenRows(picks)) : ''}.`,
          instruction: instructionWith(made, target.name),
        });
      }),
    madePicture,
    saveFiltered: () =>
      attempt(async () => {
        const opened = document.opened();
        const kind = madePicture();
        if (!opened || !kind) return;
        const target = await chooseSaveTarget(`${fileStem(opened.name)}_${kind}.mrc`, mrcType);
        if (!target) return;
        const blob = await tasks.run('export', `Writing ${target.name}`, (options) =>
          compute.exportFiltered(opened.id, kind, options),
        );
        if (!blob) return;
        await target.write(blob);
        notices.info(`The ${kind} micrograph was written to ${target.name}.`);
      }),
  };
}

/** Rows of the file that picks came from which the threshold hides now. */
function hiddenRows(picks: PicksState): number {
  const shown = new Set(picks.shown());
  return picks.all().filter((pick) => pick.row !== undefined && !shown.has(pick)).length;
}

function withColumns({ document }: StarTemplate, hidden: number): string {
  const rows = hidden === 1 ? '1 row that the threshold hides' : `${hidden} rows that the threshold hides`;
  return `, with the other columns of ${document.file}${hidden === 0 ? '' : `, but without ${rows}`}`;
}

function fileType(name: string, isZip: boolean): FilePickerType {
  const extension = /\.[a-z0-9]+$/i.exec(name)?.[0].toLowerCase() ?? '.txt';
  const description = isZip ? 'Archive of coordinate files' : 'Coordinate file';
  return { description, accept: { [mimeOf(name)]: [extension] } };
}

function mimeOf(name: string): string {
  if (/\.zip$/i.test(name)) return 'application/zip';
  return /\.csv$/i.test(name) ? 'text/csv' : 'text/plain';
}

const key = 'cryolite-export';

function storedProgram(): Program | undefined {
  const stored = localTexts.getItem(key);
  return PROGRAMS.find((one) => one === stored);
}

function storeProgram(program: Program): void {
  localTexts.setItem(key, program);
}
