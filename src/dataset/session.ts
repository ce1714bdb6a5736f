import type { ByteSign } from '../formats/image.ts';
import type { SavedMask } from './contaminationMask.ts';
import type { Reading } from './coordinates/readings.ts';
import type { FrameRange, GainOperation, GainOrientation } from './exposure.ts';
import type { PickClass } from './pickClasses.ts';
import type { Filament, Pick, Place } from './picks.ts';

/** Picks by the diameter alone. */
export type UnaidedMethod = 'cnn' | 'log';

/**
 * `template` searches for what looks like the particles that the user has picked, `matching` for what looks like references from a
 * file; `consensus` is what several methods agree on.
 */
export type PickMethod = UnaidedMethod | 'template' | 'matching' | 'consensus';

/** The gain reference a movie was corrected with, to be known again; the reference itself is not kept. */
export interface GainNote {
  readonly name: string;
  readonly operation: GainOperation;
  readonly orientation: GainOrientation;
}

/**
 * How a file is read and what is summed of it, as far as the user has said so. Every field may be absent: sessions
 * of earlier versions have none of them.
 */
export interface ReadingParameters {
  /** MRC mode 0; without it as the file says. */
  readonly byteSign?: ByteSign | undefined;
  /** EER; a default from the data without it. */
  readonly framesPerFraction?: number | undefined;
  /** Frames of a movie that are summed; all without it. */
  readonly range?: FrameRange | undefined;
  /** True without it. */
  readonly removeHotPixels?: boolean | undefined;
  readonly gain?: GainNote | undefined;
}

/** A network from a file of the user's, to be known again. */
export interface ModelNote {
  /** The file's name. */
  readonly name: string;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
}

/** What makes the filtered picture: a band-pass of two lengths, other filters, or a denoising network of the user's. */
export type FilterMethod = 'lengths' | 'gaussian' | 'wiener' | 'nlm' | 'unet' | 'network';

/** What the user can set for one micrograph. `undefined` lengths mean "off" or "not known". */
export interface MicrographParameters extends ReadingParameters {
  readonly frame: number;
  readonly pixelSizeAngstrom: number | undefined;
  readonly diameterAngstrom: number;
  /** Set by hand on this micrograph: a batch goes by it and leaves it. */
  readonly hasOwnDiameter?: boolean | undefined;
  readonly lowpassAngstrom: number | undefined;
  readonly highpassAngstrom: number | undefined;
  /** A band-pass without it, as in sessions of earlier versions. */
  readonly filterMethod?: FilterMethod | undefined;
  /** Standard deviation of the Gaussian; a default by the diameter without it, as for detail and strength. */
  readonly sigmaAngstrom?: number | undefined;
  /** Underfocus for the Wiener filter and the U-Net; looked for in the spectrum without it. */
  readonly defocusAngstrom?: number | undefined;
  /** Of the microscope, for all that knows of its transfer function; 300 without it. */
  readonly voltageKilovolt?: number | undefined;
  /** Finest detail of non-local means, and how smooth they make. */
  readonly detailAngstrom?: number | undefined;
  readonly strength?: number | undefined;
  readonly denoiser?: ModelNote | undefined;
  readonly method: PickMethod;
  /** The network that picks; Cryolite's own without it. */
  readonly pickModel?: ModelNote | undefined;
  readonly threshold: number;
  /** Particles brighter than their surroundings, as in negative stain. */
  readonly brightParticles: boolean;
}

/** Where results came from; written beside them. */
export interface Provenance {
  readonly program: string;
  readonly version: string;
  readonly adapter: string;
  readonly method: PickMethod;
  /** SHA-256 of the weights file, hex, for the network. */
  readonly weightsHash?: string;
  /** Its file's name, where it is not Cryolite's own. */
  readonly weightsName?: string;
  /** File pixels per pixel of the picture that the network was shown. */
  readonly scale?: number;
  /** What the template was made of. */
  readonly examples?: { readonly particles: number; readonly micrographs: number };
  /** What was matched. */
  readonly reference?: ReferenceNote;
  /** What a consensus combines, in words, and how many of them had to agree. */
  readonly combined?: { readonly methods: readonly string[]; readonly least: number };
  readonly diameterAngstrom: number;
  readonly pixelSizeAngstrom: number;
}

/** References that were matched, to be known again. */
export interface ReferenceNote {
  /** The file's name. */
  readonly name: string;
  readonly kind: 'averages' | 'volume';
  readonly angularStepDegrees: number;
  /** Underfocus of the transfer function that was put on them; undefined where they were taken as they are. */
  readonly defocusAngstrom: number | undefined;
}

/** Letters; larger STAR files are not kept to be rewritten for a pick. */
export const mostStarLetters = 2 ** 24;

/**
 * The STAR file that picks were imported from, to be written back with all it holds: a pick's `row` counts in its table.
 * Its text is kept beside the sessions, once for all micrographs that are in it.
 */
export interface StarNote {
  /** SHA-256 of the text, hex: what the text is kept under. */
  readonly hash: string;
  /** The file's name. */
  readonly name: string;
  /** The micrograph's name in it; undefined where it names none. */
  readonly micrograph: string | undefined;
  /** How it was read. */
  readonly reading: Reading;
}

/** All that survives a reload about one micrograph; plain data, no pixels. Stored under the fingerprint. */
export interface MicrographSession {
  readonly fingerprint: string;
  readonly name: string;
  readonly parameters: MicrographParameters;
  readonly picks: readonly Pick[];
  readonly provenance: Provenance | undefined;
  /** Absent in sessions of earlier versions. */
  readonly star?: StarNote | undefined;
  /** Places of candidates that the user has turned down; absent in sessions of earlier versions. */
  readonly rejected?: readonly Place[] | undefined;
  /** Absent in sessions of earlier versions. */
  readonly filaments?: readonly Filament[] | undefined;
  /** What picks and filaments can be of; absent where there is only one class. */
  readonly classes?: readonly PickClass[] | undefined;
  /** Absent where nothing is masked, and in sessions of earlier versions. */
  readonly mask?: SavedMask | undefined;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

/** What stands for or against a micrograph, said by the user. */
export type Acceptance = 'accepted' | 'rejected';

/** What is known of an item of the list, whether it was opened or not. */
export interface ItemNote {
  /** Of the item in the list: its source, folder and name. */
  readonly key: string;
  /** Folder and name inside the source: "Grid3/raw/a.mrc". With the size it tells a file on another machine. */
  readonly path?: string | undefined;
  /** Of the first image; see `dataset/fingerprint.ts`. */
  readonly fingerprint?: string | undefined;
  /** Bytes, and milliseconds since 1970: another of either, and the file may have changed. */
  readonly size?: number | undefined;
  readonly modified?: number | undefined;
  readonly acceptance?: Acceptance | undefined;
  /** 0 to 1, what weighs most ("rough-ice"), and one sentence. */
  readonly quality?: { readonly score: number; readonly mark: string; readonly reason: string } | undefined;
  readonly pickCount?: number | undefined;
  /** 0 to 1: how much of what is seen is ice's. */
  readonly ice?: number | undefined;
  readonly defocusAngstrom?: number | undefined;
}

/** A micrograph on which somebody has picked particles by hand: enough to find its session and its file again. */
export interface LabelledNote {
  readonly fingerprint: string;
  readonly name: string;
  /** Of the file, as the list of micrographs has it. */
  readonly folder: string;
  readonly frame: number;
  /** Of its raw picture. */
  readonly version: string;
}

/** A session: the work on a set of micrographs, under one name. */
export interface SessionInfo {
  readonly id: string;
  readonly name: string;
  /** Whether the user has named it; otherwise it is called by what was opened first. */
  readonly hasOwnName: boolean;
  /** Milliseconds since 1970, as the others. */
  readonly createdAt: number;
  readonly usedAt: number;
  /** Deleted, but still to be had back. */
  readonly deletedAt: number | undefined;
}
