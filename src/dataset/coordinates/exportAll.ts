/**
 * Picks of many micrographs as the folder that another program wants, and what to do with it there. Menus and options as of
 * RELION 5, cryoSPARC 4 and EMAN2 2.99.
 */
import { UsageError } from '../../core/errors.ts';
import { writeHelixBoxes } from '../../formats/box/box.ts';
import type { FilamentEnds, MicrographCoordinates } from '../../formats/coordinates.ts';
import { micrographStem } from '../../formats/coordinates.ts';
import { writeCs, writeCsg } from '../../formats/cs/write.ts';
import { writeCsvFilamentTable, writeCsvTable } from '../../formats/csv/picks.ts';
import { eman2InfoName, writeEman2Boxes } from '../../formats/eman2/info.ts';
import { writeStarFilaments } from '../../formats/star/filaments.ts';
import { writeCoordinateFiles, writeStarParticles } from '../../formats/star/particles.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { boxSizePx, FILAMENT_PROGRAMS, type ProgramExport } from './exportFor.ts';
import { encode, type NamedBytes } from './write.ts';

/** Programs that a whole data set can be laid out for. */
export const LAYOUTS = ['relion', 'cryosparc', 'eman2', 'csv'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** One micrograph of the data set. */
export interface LaidOutMicrograph extends MicrographCoordinates {
  /** Its file's name, with extension. */
  readonly name: string;
  /** Folders above it, as the other program reaches it: "Micrographs"; empty for none. */
  readonly folder: string;
  readonly width: number;
  readonly height: number;
  readonly filaments?: readonly FilamentEnds[] | undefined;
  /** Of particles, and of filaments across; wanted where there are some. */
  readonly diameterAngstrom?: number | undefined;
}

export interface LayoutOptions {
  readonly comments?: readonly string[];
  /** Date and time that stand in the files; now, if not given. */
  readonly created?: Date;
}

/** Where RELION's lists are, from its project's folder. */
export const RELION_LIST = 'AutoPick/cryolite/autopick.star';
export const RELION_HELIX_LIST = 'ManualPick/cryolite_helices/manualpick.star';
const relionJob = 'AutoPick/cryolite';
const relionHelixJob = 'ManualPick/cryolite_helices';

/**
 * All files, their names with folders. Filaments are in files of their own, for the programs that take their ends.
 * @throws UsageError where two micrographs would be written to one file.
 */
export function exportAll(
  layout: Layout,
  micrographs: readonly LaidOutMicrograph[],
  options: LayoutOptions = {},
): ProgramExport {
  const some = micrographs.filter(({ filaments = [] }) => filaments.length > 0);
  if (some.length === 0) return picksFor(layout, micrographs, options);
  if (!takesFilaments(layout)) {
    const { files, instruction } = picksFor(layout, micrographs, options);
    return { files, instruction: `Filaments were left out: ${noFilaments} ${instruction}` };
  }
  const own = filamentsFor(layout, some, options);
  if (micrographs.every(({ coordinates }) => coordinates.length === 0)) return own;
  const { files, instruction } = picksFor(layout, micrographs, options);
  return { files: [...files, ...own.files], instruction: `${instruction} ${own.instruction}` };
}

/** Whether a program takes the ends of filaments. */
export function takesFilaments(layout: Layout): boolean {
  return FILAMENT_PROGRAMS.has(layout);
}

const noFilaments = 'cryoSPARC takes no ends of filaments, but traces them itself.';

function picksFor(
  layout: Layout,
  micrographs: readonly LaidOutMicrograph[],
  { comments = [], created = new Date() }: LayoutOptions,
): ProgramExport {
  switch (layout) {
    case 'relion':
      return relion(micrographs, comments);
    case 'cryosparc': {
      const named = micrographs.map((one) => ({ ...one, name: pathOf(one) }));
      const count = micrographs.reduce((sum, { coordinates }) => sum + coordinates.length, 0);
      return {
        files: [
          // Its reader parts lines at blanks, which a name may have.
          text('particles.star', writeStarParticles(named, { comments, names: false })),
          { name: 'picks.cs', bytes: writeCs(named) },
          text('picks.csg', writeCsg('picks.cs', count, created.toISOString())),
        ],
        instruction:
          'In cryoSPARC, run Import Particle Stack with particles.star as the particle meta path, "Ignore raw data" on and your micrographs connected as source exposures, then Extract From Micrographs. Or run Import Result Group on picks.csg, with picks.cs beside it, and Reassign Particles to Micrographs before extraction. Look at some picks first: if they are upside down, your micrographs were flipped in y on the way.',
      };
    }
    case 'eman2': {
      const files = micrographs.map(({ name, coordinates }) =>
        text(`info/${eman2InfoName(micrographStem(name))}`, writeEman2Boxes(coordinates)),
      );
      refuseDoubles(files);
      return {
        files,
        instruction:
          'Put the folder info into the EMAN2 project, whose micrographs have these names; where there is such a file already, this one replaces it with all that it holds. "e2boxer.py --allmicrographs --gui" shows the boxes.',
      };
    }
    case 'csv':
      return {
        files: [text('picks.csv', writeCsvTable(micrographs.map((one) => ({ ...one, name: pathOf(one) }))))],
        instruction:
          'Columns x and y are the particle’s centre in pixels, (0, 0) the centre of the first pixel of the first row in the file; score is the figure of merit.',
      };
  }
}

/** @param micrographs with filaments. */
function filamentsFor(
  layout: Layout,
  micrographs: readonly LaidOutMicrograph[],
  { comments = [] }: LayoutOptions,
): ProgramExport {
  const named = micrographs.map(({ filaments = [], ...one }) => ({ one, name: pathOf(one), filaments }));
  if (layout === 'csv') {
    return {
      files: [text('filaments.csv', writeCsvFilamentTable(named))],
      instruction: 'filaments.csv holds both ends of the axis of each filament, in pixels.',
    };
  }
  if (layout === 'eman2') {
    const files = named.map(({ one, filaments }) => {
      const { diameterAngstrom, pixelSizeAngstrom } = one;
      // Where nobody knows how wide they are, a box that can be seen.
      const width = diameterAngstrom === undefined ? 40 : boxSizePx(diameterAngstrom, pixelSizeAngstrom);
      return text(`helices/${micrographStem(one.name)}_helix.box`, writeHelixBoxes(filaments, width));
    });
    refuseDoubles(files);
    return {
      files,
      instruction:
        'helices/*_helix.box hold the start (-1) and the end (-2) of each filament as boxes, as EMAN’s helix boxer keeps them.',
    };
  }
  const entries = named.map(({ one, name, filaments }) => {
    const folder = one.folder ? `${one.folder}/` : '';
    const coordinates = `${relionHelixJob}/${folder}${micrographStem(one.name)}_manualpick.star`;
    return { micrograph: name, coordinates, filaments };
  });
  const files = entries.map(({ coordinates, filaments }) =>
    text(coordinates, writeStarFilaments(filaments, comments)),
  );
  refuseDoubles(files);
  return {
    files: [...files, text(RELION_HELIX_LIST, writeCoordinateFiles(entries))],
    instruction: `For the filaments, put the folder ManualPick there, too, and give ${RELION_HELIX_LIST} to a Particle extraction of its own, with "Extract helical segments?" Yes and "Coordinates are start-end only?" Yes.`,
  };
}

/** As RELION's Auto-picking job leaves it: a list, and beside it the micrographs' folders with one file each. */
function relion(micrographs: readonly LaidOutMicrograph[], comments: readonly string[]): ProgramExport {
  const entries = micrographs.map((one) => {
    const folder = one.folder ? `${one.folder}/` : '';
    const coordinates = `${relionJob}/${folder}${micrographStem(one.name)}_autopick.star`;
    return { one, micrograph: pathOf(one), coordinates };
  });
  const files = entries.map(({ one, coordinates }) =>
    text(coordinates, writeStarPicks(one.coordinates, comments)),
  );
  refuseDoubles(files);
  return {
    files: [...files, text(RELION_LIST, writeCoordinateFiles(entries))],
    instruction: `Put the folder AutoPick into RELION's project folder. In RELION 4 and 5, give ${RELION_LIST} to Particle extraction as input coordinates; in 3.1, Import the *_autopick.star files beside the micrographs, with node type "Particle coordinates". The micrographs have to be called in the project as in this list, such as ${entries[0]?.micrograph ?? 'Micrographs/a.mrc'}.`,
  };
}

function pathOf({ folder, name }: Pick<LaidOutMicrograph, 'folder' | 'name'>): string {
  return folder ? `${folder}/${name}` : name;
}

/** Programs that go by the name alone can't tell two micrographs of one name apart. */
function refuseDoubles(files: readonly NamedBytes[]): void {
  const taken = new Set<string>();
  const doubled = files.find(({ name }) => taken.size === taken.add(name).size);
  if (doubled) {
    throw new UsageError(
      `Two micrographs would both be written to ${doubled.name}: rename one, or leave one of them out.`,
    );
  }
}

function text(name: string, content: string): NamedBytes {
  return { name, bytes: encode(content) };
}
