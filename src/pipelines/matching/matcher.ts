import type { JobOptions } from '../../core/progress.ts';
import type { Release } from '../../fft/spectrum.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import { Recorder } from '../../gpu/recorder.ts';
import { freeGround, type Ground, type LocalMean, openGround, type Pass } from '../template/ground.ts';
import { reachOf } from '../template/inside.ts';
import type { Picture } from '../template/profile.ts';
import {
  type Comparison,
  correlations,
  keepBest,
  templateSpectra,
  uploadTables,
  type Variant,
} from './passes.ts';
import { discTemplate, type Template } from './templates.ts';

/** What is searched for. Template i as variant v has number i · variants + v. */
export interface TemplateSource {
  readonly count: number;
  readonly variants: readonly Variant[];
  make(index: number): Template;
}

/** Results at every pixel of the picture, on the GPU; whoever asked for them frees them. */
export interface MatchMaps {
  /** Highest normalised cross-correlation of all templates. */
  readonly best: Plane;
  /** The same of the templates in opposite contrast. */
  readonly inverse: Plane;
  /** Number of the template that gave the highest, u32. */
  readonly which: GPUBuffer;
  /** The same of opposite contrast. */
  readonly whichInverse: GPUBuffer;
}

/** Gives the results of a search back. */
export function freeMaps(context: GpuContext, { best, inverse, which, whichInverse }: MatchMaps): void {
  context.free(best.buffer, inverse.buffer, which, whichInverse);
}

/** The same beside the processor, while a search goes on. */
interface Checkpoint {
  readonly templates: number;
  readonly best: Float32Array<ArrayBuffer>;
  readonly inverse: Float32Array<ArrayBuffer>;
  readonly which: Uint32Array<ArrayBuffer>;
  readonly whichInverse: Uint32Array<ArrayBuffer>;
}

/** What is kept when a job starts again on a new device. */
export interface MatchResume {
  finished?: Checkpoint | undefined;
}

/** Memory for the spectra of one batch; as much again is needed three times. */
const batchBytes = 1 << 24;
const largestBatch = 32;
/** Results are brought over this often, ms: what a lost device costs. */
const checkpointMs = 5000;

/**
 * A micrograph ready to be compared with templates of one radius. Spectrum, mean and contrast around each pixel stay on the
 * GPU; a template takes one transform, and another one for every variant. The score is the normalised cross-correlation of
 * what lies inside the picture (Lewis 1995; under a mask, Roseman 2003), −1 to 1, in a disc with a fading edge.
 */
export class ReferenceMatcher {
  private constructor(
    private readonly context: GpuContext,
    private readonly picture: Picture,
    private readonly ground: Ground,
    readonly radiusPx: number,
  ) {}

  /** @param picture standardised, so that the variance of its ground is about 1. */
  static async open(context: GpuContext, picture: Picture, radiusPx: number): Promise<ReferenceMatcher> {
    const { width, height } = picture;
    const buffer = context.upload('matching', picture.data);
    try {
      const ground = await openGround(context, { buffer, width, height }, radiusPx, rasterMean(radiusPx));
      return new ReferenceMatcher(context, picture, ground, radiusPx);
    } finally {
      context.free(buffer);
    }
  }

  /** Operations that a search takes: transforms at 2.5·n·log₂ n for n real values, products and comparisons. */
  flops({ count, variants }: TemplateSource): number {
    const { width, height } = this.ground.spectrum;
    const n = width * height;
    const transform = 2.5 * n * Math.log2(n);
    return count * (transform + variants.length * (transform + 4 * n + 4 * this.picture.data.length));
  }

  /** Compares every place with every template. Cancelled and resumed between batches. */
  async search(
    source: TemplateSource,
    { signal, onProgress }: JobOptions = {},
    resume: MatchResume = {},
  ): Promise<MatchMaps> {
    const { context } = this;
    const { spectrum } = this.ground;
    const { count } = source;
    const bytes = FourierTransforms.spectrumBytes(spectrum.width, spectrum.height);
    const atOnce = Math.max(1, Math.min(largestBatch, Math.floor(batchBytes / bytes)));
    const found = this.begin(resume.finished);
    let checkpoint = performance.now();
    try {
      for (let first = resume.finished?.templates ?? 0; first < count; first += atOnce) {
        signal?.throwIfAborted();
        onProgress?.({ stage: 'Matching references', done: first, total: count });
        const end = Math.min(count, first + atOnce);
        await this.compare(source, first, end, found);
        // Waits, so that no queue grows and a cancelled search stops.
        await context.finish();
        if (performance.now() - checkpoint < checkpointMs || end === count) continue;
        resume.finished = await this.checkpoint(end, found);
        checkpoint = performance.now();
      }
      onProgress?.({ stage: 'Matching references', done: count, total: count });
      return mapsOf(found);
    } catch (error) {
      freeMaps(context, mapsOf(found));
      throw error;
    }
  }

  destroy(): void {
    freeGround(this.context, this.ground);
  }

  private async compare(
    source: TemplateSource,
    first: number,
    end: number,
    found: Comparison,
  ): Promise<void> {
    const { context } = this;
    const { transforms, spectrum } = this.ground;
    const templates = Array.from({ length: end - first }, (_, i) => source.make(first + i));
    const reach = reachOf(this.radiusPx);
    const step = source.variants.length;
    const spent: GPUBuffer[] = [];
    const release: Release = (...buffers) => void spent.push(...buffers);
    try {
      const recorder = new Recorder(context);
      const pass: Pass = { context, transforms, recorder, release };
      const tables = uploadTables(context, templates);
      release(tables);
      const spectra = await templateSpectra(pass, templates, spectrum);
      release(spectra.buffer);
      for (const [v, variant] of source.variants.entries()) {
        const planes = await correlations(pass, spectrum, spectra, variant);
        const number = { first: first * step + v, step };
        try {
          await keepBest(pass, found, planes, tables, reach, variant, number);
          // One variant at a time, so that the planes of one are all that is held.
          recorder.submit();
        } finally {
          context.free(planes.buffer);
        }
      }
    } finally {
      context.free(...spent);
    }
  }

  private begin(known: Checkpoint | undefined): Comparison {
    const { context, ground, picture } = this;
    const { means, contrast } = ground;
    const { width, height } = picture;
    const uploaded: GPUBuffer[] = [];
    const upload = (values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer => {
      const buffer = context.upload('matching', values);
      uploaded.push(buffer);
      return buffer;
    };
    const nothing = (): Float32Array<ArrayBuffer> => new Float32Array(width * height).fill(-1);
    const first = (): Uint32Array<ArrayBuffer> => new Uint32Array(width * height);
    try {
      const best = upload(known?.best ?? nothing());
      const inverse = upload(known?.inverse ?? nothing());
      const which = upload(known?.which ?? first());
      const whichInverse = upload(known?.whichInverse ?? first());
      return { width, height, means, contrast, best, which, inverse, whichInverse };
    } catch (error) {
      context.free(...uploaded);
      throw error;
    }
  }

  private async checkpoint(
    templates: number,
    { width, height, best, which, inverse, whichInverse }: Comparison,
  ): Promise<Checkpoint> {
    const { context } = this;
    const bytes = width * height * 4;
    return {
      templates,
      best: new Float32Array(await context.read(best, bytes)),
      inverse: new Float32Array(await context.read(inverse, bytes)),
      which: new Uint32Array(await context.read(which, bytes)),
      whichInverse: new Uint32Array(await context.read(whichInverse, bytes)),
    };
  }
}

function mapsOf({ width, height, best, inverse, which, whichInverse }: Comparison): MatchMaps {
  const plane = (buffer: GPUBuffer): Plane => ({ buffer, width, height });
  return { best: plane(best), inverse: plane(inverse), which, whichInverse };
}

/** The disc on a raster, like the templates. */
function rasterMean(radiusPx: number): LocalMean {
  const disc = discTemplate(radiusPx);
  return {
    area: disc.area,
    prepare: async (pass, size) => {
      const weights = await templateSpectra(pass, [disc], size);
      pass.release(weights.buffer);
      return async (spectrum) => (await correlations(pass, spectrum, weights, asMade)).buffer;
    },
  };
}

const asMade: Variant = { turned: false, mirrored: false };
