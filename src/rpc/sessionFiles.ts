/** Whole sessions as files: what crosses the worker boundary. */
import type { JobOptions } from '../core/progress.ts';
import type { ItemNote, MicrographSession, SessionInfo } from '../dataset/session.ts';

export interface SessionExportRequest {
  readonly session: SessionInfo;
  /** What is not in the database, and newer than what is there: full disks, private windows. */
  readonly micrographs: readonly MicrographSession[];
  readonly items: readonly ItemNote[];
}

export interface ExportedSession {
  readonly file: Blob;
  readonly micrographs: number;
  /** Names of networks and STAR files that are not kept any more, and are not in the file. */
  readonly missing: readonly string[];
}

export interface ImportedSession {
  readonly id: string;
  readonly name: string;
  readonly micrographs: number;
  /** Networks that could not be kept, in sentences. */
  readonly problems: readonly string[];
}

/** The part of `ComputeApi` about session files. */
export interface SessionFileApi {
  exportSession(request: SessionExportRequest, job: MessagePort): Promise<ExportedSession>;
  /**
   * Makes a new session of a file.
   * @throws FormatError 'bad-session' as an Error with our sentence; nothing of it is kept then.
   */
  importSession(file: File, job: MessagePort): Promise<ImportedSession>;
}

/** The same as the page sees it. */
export interface SessionFileClient {
  exportSession(request: SessionExportRequest, options?: JobOptions): Promise<ExportedSession>;
  importSession(file: File, options?: JobOptions): Promise<ImportedSession>;
}
