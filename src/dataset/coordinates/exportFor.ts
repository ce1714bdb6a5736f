/**
 * Picks of one micrograph for another program: its files, by its own names and conventions, and what to do there.
 * Menus and options as of RELION 5, cryoSPARC 4, EMAN2 2.99, crYOLO 1.9 and Topaz 0.2.5.
 */

import { writeBoxes, writeHelixBoxes } from '../../formats/box/box.ts';
import { writeCbox } from '../../formats/cbox/cbox.ts';
import type { Coordinate, FilamentEnds } from '../../formats/coordinates.ts';
import { micrographStem } from '../../formats/coordinates.ts';
import { writeCs, writeCsg } from '../../formats/cs/write.ts';
import { writeCsvFilaments, writeCsvPicks } from '../../formats/csv/picks.ts';
import { eman2InfoName, writeEman2Boxes } from '../../formats/eman2/info.ts';
import type { StarDocument } from '../../formats/star/document.ts';
import { editStarPicks } from '../../formats/star/edit.ts';
import { writeStarFilaments } from '../../formats/star/filaments.ts';
import { writeStarParticles } from '../../formats/star/particles.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { writeTopaz } from '../../formats/topaz/table.ts';
import { type Reading, undoReading } from './readings.ts';
import { encode, type NamedBytes, type WrittenFormat } from './write.ts';

export const PROGRAMS = ['relion', 'cryosparc', 'eman2', 'cryolo', 'topaz', 'csv'] as const;
export type Program = (typeof PROGRAMS)[number];

export const PROGRAM_NAMES: Readonly<Record<Program, string>> = {
  relion: 'RELION',
  cryosparc: 'cryoSPARC',
  eman2: 'EMAN2',
  cryolo: 'crYOLO',
  topaz: 'Topaz',
  csv: 'CSV',
};

/** The STAR file that the picks were imported from, to be written back with all it holds. */
export interface StarTemplate {
  readonly document: StarDocument;
  /** The micrograph's name in it; undefined where it names none. */
  readonly micrograph?: string | undefined;
  /** How it was read; undone on the way back. */
  readonly reading?: Reading | undefined;
}

export interface ExportOptions {
  /** The micrograph's file name, with extension. */
  readonly micrographName: string;
  /** Of the micrograph, px. */
  readonly width: number;
  readonly height: number;
  /** Undefined when it is not known. */
  readonly pixelSizeAngstrom: number | undefined;
  readonly diameterAngstrom: number;
  /** Who picked, and how; for formats that have comments. */
  readonly comments?: readonly string[];
  /** For RELION, EMAN2 and CSV, in a file of their own. */
  readonly filaments?: readonly FilamentEnds[] | undefined;
  /** For RELION only. */
  readonly template?: StarTemplate | undefined;
  /** Date and time that stand in the files; now, if not given. */
  readonly created?: Date;
}

export interface ProgramExport {
  readonly files: readonly NamedBytes[];
  /** What to do with them there, in a sentence or two. */
  readonly instruction: string;
}

/** Boxes are this many times the particle's diameter for programs that cut out particles, as their guides say. */
const BOX_PER_DIAMETER = 1.5;

/** Side of a box around a particle, px: an even number. @param pixelSizeAngstrom 1 when not known. */
export function boxSizePx(
  diameterAngstrom: number,
  pixelSizeAngstrom: number | undefined,
  factor = 1,
): number {
  return Math.max(2, 2 * Math.round((factor * diameterAngstrom) / (pixelSizeAngstrom ?? 1) / 2));
}

/** Programs that take ends of filaments; the file of picks is left out where there are filaments alone. */
export const FILAMENT_PROGRAMS: ReadonlySet<Program> = new Set(['relion', 'eman2', 'csv']);

/** @param picks centres in our convention; a pick without a score is a person's. */
export function exportFor(
  program: Program,
  picks: readonly Coordinate[],
  options: ExportOptions,
): ProgramExport {
  const { filaments = [] } = options;
  if (filaments.length === 0 || !FILAMENT_PROGRAMS.has(program)) return picksFor(program, picks, options);
  const own = filamentsFor(program, filaments, options);
  if (picks.length === 0) return own;
  const written = picksFor(program, picks, options);
  return {
    files: [...written.files, ...own.files],
    instruction: `${written.instruction} ${own.instruction}`,
  };
}

function filamentsFor(
  program: Program,
  filaments: readonly FilamentEnds[],
  { micrographName, diameterAngstrom, pixelSizeAngstrom, comments = [] }: ExportOptions,
): ProgramExport {
  const stem = micrographStem(micrographName);
  const file = (suffix: string, content: string, instruction: (name: string) => string): ProgramExport => {
    const name = `${stem}${suffix}`;
    return { files: [{ name, bytes: encode(content) }], instruction: instruction(name) };
  };
  if (program === 'csv')
    return file('_filaments.csv', writeCsvFilaments(filaments), INSTRUCTIONS.csvFilaments);
  if (program === 'eman2') {
    const width = boxSizePx(diameterAngstrom, pixelSizeAngstrom);
    return file('_helix.box', writeHelixBoxes(filaments, width), INSTRUCTIONS.helixBox);
  }
  return file(
    '_helix_manualpick.star',
    writeStarFilaments(filaments, comments),
    INSTRUCTIONS.relionFilaments,
  );
}

function picksFor(program: Program, picks: readonly Coordinate[], options: ExportOptions): ProgramExport {
  const { micrographName, width, height, pixelSizeAngstrom, diameterAngstrom, comments = [] } = options;
  const stem = micrographStem(micrographName);
  const one = { name: micrographName, coordinates: picks, width, height, pixelSizeAngstrom };
  const text = (name: string, content: string): NamedBytes => ({ name, bytes: encode(content) });
  // Boxes of an imported file are that picker's; ours go by the diameter the user set.
  const places = picks.map(({ x, y, score }) => ({ x, y, score }));
  switch (program) {
    case 'relion':
      return options.template
        ? {
            files: [relionTemplate(picks, options.template, options)],
            instruction: INSTRUCTIONS.relionTemplate,
          }
        : {
            files: [text(`${stem}_autopick.star`, writeStarPicks(picks, comments))],
            instruction: INSTRUCTIONS.relion(`${stem}_autopick.star`),
          };
    case 'cryosparc': {
      const [cs, csg, star] = [`${stem}_picks.cs`, `${stem}_picks.csg`, `${stem}_particles.star`];
      const created = (options.created ?? new Date()).toISOString();
      return {
        files: [
          text(star, writeStarParticles([one], { pixelSizeAngstrom, comments, names: false })),
          { name: cs, bytes: writeCs([one]) },
          text(csg, writeCsg(cs, picks.length, created)),
        ],
        instruction: INSTRUCTIONS.cryosparc(star, csg),
      };
    }
    case 'eman2': {
      const size = boxSizePx(diameterAngstrom, pixelSizeAngstrom, BOX_PER_DIAMETER);
      return {
        files: [
          text(eman2InfoName(stem), writeEman2Boxes(picks)),
          text(`${stem}.box`, writeBoxes(places, size)),
        ],
        instruction: INSTRUCTIONS.eman2(eman2InfoName(stem), `${stem}.box`, size),
      };
    }
    case 'cryolo': {
      // crYOLO learns the size of particles from the boxes, so they are as tight as the particle.
      const size = boxSizePx(diameterAngstrom, pixelSizeAngstrom);
      return {
        files: [text(`${stem}.cbox`, writeCbox(places, size)), text(`${stem}.box`, writeBoxes(places, size))],
        instruction: INSTRUCTIONS.cryolo(micrographName, stem),
      };
    }
    case 'topaz':
      return {
        files: [text(`${stem}_topaz.txt`, writeTopaz([one]))],
        instruction: INSTRUCTIONS.topaz(`${stem}_topaz.txt`),
      };
    case 'csv':
      return { files: [text(`${stem}_picks.csv`, writeCsvPicks(picks))], instruction: INSTRUCTIONS.csv };
  }
}

function relionTemplate(
  picks: readonly Coordinate[],
  { document, micrograph, reading }: StarTemplate,
  size: { readonly width: number; readonly height: number },
): NamedBytes {
  const back = reading ? undoReading(picks, reading, size) : picks;
  return { name: document.file, bytes: encode(editStarPicks(document, back, { micrograph }).text) };
}

const INSTRUCTIONS = {
  relionFilaments: (file: string): string =>
    `${file} holds the two ends of each filament, one row after the other: import it like picks, from Micrographs/*_helix_manualpick.star, and run Particle extraction with "Extract helical segments?" Yes and "Coordinates are start-end only?" Yes.`,
  helixBox: (file: string): string =>
    `${file} holds the start (-1) and the end (-2) of each filament as boxes, as EMAN's helix boxer keeps them.`,
  csvFilaments: (file: string): string => `${file} holds both ends of the axis of each filament, in pixels.`,
  relion: (file: string): string =>
    `Put ${file} into the folder of the micrograph. In RELION, run Import, tab Others, with "Import other node types?" Yes, input file Micrographs/*_autopick.star (your folder) and node type "Particle coordinates (*.box, *_pick.star)"; give what it makes to Particle extraction as input coordinates.`,
  relionTemplate:
    'Put the file in place of the one it was read from (keep a copy): all its other columns and blocks are as they were. A new or moved particle has no image yet, so run Particle extraction on the coordinates, with "OR re-extract refined particles?" Yes where it is a particles file.',
  cryosparc: (star: string, csg: string): string =>
    `In cryoSPARC, run Import Particle Stack with ${star} as the particle meta path, "Ignore raw data" on and your micrographs connected as source exposures, then Extract From Micrographs. Or run Import Result Group on ${csg}, with its .cs file beside it, and Reassign Particles to Micrographs before extraction. Look at the picks first: if they are upside down, your micrographs were flipped in y on the way, so export from the flipped one.`,
  eman2: (info: string, box: string, size: number): string =>
    `In the EMAN2 project, put ${info} into the folder info, if there is no such file yet, else run "e2import.py ${box} --import_boxes --box_type=boxes", which keeps what is in it; then "e2boxer.py --allmicrographs --gui --boxsize=${size}" shows the boxes.`,
  cryolo: (micrograph: string, stem: string): string =>
    `To train crYOLO, put ${stem}.box into the folder that its configuration names as train_annot_folder and the micrograph into train_image_folder. To look at the picks, run "napari_boxmanager ${micrograph} ${stem}.cbox".`,
  topaz: (file: string): string =>
    `Run "topaz train --train-images FOLDER --train-targets ${file} --num-particles N"; where the images were made smaller ("topaz preprocess -s 8"), first run "topaz convert -s 8 ${file} -o ${file.replace('.txt', '_8x.txt')}" and train on that. "topaz convert ${file} -o picks.star" makes a STAR file of it.`,
  csv: 'Columns x and y are the particle’s centre in pixels, (0, 0) the centre of the first pixel of the first row in the file; score is the figure of merit.',
} as const;

/** What was written for many micrographs, or for one. */
export interface WrittenCoordinates {
  /** Its name; with "*" where there is one file a micrograph. */
  readonly file: string;
  /** Picks of one micrograph in each file; particles of many, or with all that a table of particles has; a list of files. */
  readonly holds: 'picks' | 'particles' | 'list';
}

/** What to do with files of this format. */
export function instructionFor(format: WrittenFormat, { file, holds }: WrittenCoordinates): string {
  const stem = file.replace(/\.[^.]+$/, '');
  switch (format) {
    case 'star':
    case 'star30':
      if (holds === 'picks') return INSTRUCTIONS.relion(file);
      return holds === 'list'
        ? `In RELION, give ${file} to Particle extraction as input coordinates. The micrographs must be called there as in this list, and its paths count from the folder of the RELION project: run this there, or correct them.`
        : `In RELION, give ${file} to Particle extraction, with "OR re-extract refined particles?" Yes, as the refined particles STAR file; the micrographs must be called there as in this file.`;
    case 'cs':
      return `In cryoSPARC, run Import Result Group on ${stem}.csg, with its .cs file beside it, then Reassign Particles to Micrographs.`;
    case 'box':
      return `In EMAN2, run "e2import.py ${file} --import_boxes --box_type=boxes"; crYOLO takes it into its train_annot_folder as it is.`;
    case 'eman2':
      return `Put ${file} into the folder info of the EMAN2 project and run "e2boxer.py --allmicrographs --gui".`;
    case 'cbox':
      return `Run "napari_boxmanager MICROGRAPH ${file}", or put it into crYOLO's train_annot_folder.`;
    case 'topaz':
      return INSTRUCTIONS.topaz(file);
    case 'csv':
      return INSTRUCTIONS.csv;
  }
}
