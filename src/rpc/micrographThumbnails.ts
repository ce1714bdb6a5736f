/** Small pictures of whole micrographs: what crosses the worker boundary. */
import type { JobOptions } from '../core/progress.ts';
import type { ThumbnailFacts } from '../tiles/thumbnailCache.ts';

export type { ThumbnailFacts } from '../tiles/thumbnailCache.ts';

/** A grey picture, row-major, one byte a pixel. */
export interface GreyThumbnail {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What a file looks like, and what its header says. */
export interface MicrographLook {
  readonly facts: ThumbnailFacts;
  /** Where it was asked for. */
  readonly picture: GreyThumbnail | undefined;
}

/** The part of `ComputeApi` that makes thumbnails. */
export interface MicrographThumbnailApi {
  /**
   * Opens a file lightly, makes its thumbnail and keeps it under the file's name, size and date; one that is kept is not made again.
   * @param wantsPicture without it the thumbnail is only made and kept
   * @throws FormatError as an Error with our sentence.
   */
  lookAtFile(file: File, wantsPicture: boolean, job: MessagePort): Promise<MicrographLook>;
}

/** The same as the page sees it. */
export interface MicrographThumbnailClient {
  lookAtFile(file: File, wantsPicture: boolean, options?: JobOptions): Promise<MicrographLook>;
}
