import { FourierTransforms, type PlaneStack, type Release } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { f32, groups, Recorder, u32 } from '../../gpu/recorder.ts';
import { VolumeSpectrum } from './projector.ts';
import { canvasSide, marginOf, sceneRandom, seenParticles, smearDoubtDiameters } from './sceneCanvas.ts';
import { drawContents } from './sceneContents.ts';
import { drawImaging } from './sceneImaging.ts';
import { addProtein } from './sceneMaps.ts';
import { contaminantDefines, type DrawnScene, packScenes } from './sceneRecords.ts';
import type { SceneSettings, TrainingScene } from './scenes.ts';

/** Scenes a batch: enough to fill a large GPU; 240² pixels each take 5 MB there. */
const usualBatch = 16;
const owner = 'training scenes';

/**
 * Training scenes whose pixels are made on the GPU, in batches; what is in them is drawn on the processor, and the same as in
 * `TrainingScenes`. Scene n is a pure function of the settings and n on an adapter: its noise comes from a counter.
 */
export class GpuScenes {
  private readonly transforms: FourierTransforms;
  private readonly side: number;
  /** Transforms serve one job at a time: a batch is recorded when the one before has been sent off. */
  private before: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly context: GpuContext,
    readonly settings: SceneSettings,
    /** Transforms are planned for all of a batch at once, so another number may give other last bits. */
    readonly atOnce = usualBatch,
  ) {
    this.transforms = new FourierTransforms(context);
    this.side = canvasSide(settings);
  }

  /** Scenes from number · atOnce on. */
  async batch(number: number): Promise<TrainingScene[]> {
    return await this.imaged(
      Array.from({ length: this.atOnce }, (_, i) => this.drawn(number * this.atOnce + i)),
    );
  }

  /** What a scene is made from. */
  drawn(index: number): DrawnScene {
    const { settings, side } = this;
    const random = sceneRandom(settings, index);
    const contents = drawContents(random, settings, side);
    return { index, contents, imaging: drawImaging(random, settings, contents, side) };
  }

  /** The scenes of what was drawn. @throws GpuLimitError, DeviceLostError. */
  async imaged(drawn: readonly DrawnScene[]): Promise<TrainingScene[]> {
    const { context, settings } = this;
    const spent: GPUBuffer[] = [];
    const release: Release = (...buffers) => void spent.push(...buffers);
    try {
      const recorded = this.before.then(() => this.record(drawn, release));
      this.before = recorded.catch(() => {});
      const { patches, labels } = await recorded;
      const [pictures, marks] = await Promise.all([
        context.read(patches, patches.size),
        context.read(labels, labels.size),
      ]);
      return drawn.map((one, i) =>
        sceneOf(settings, one, { pictures, marks, first: i, pictureCount: this.pictureCount }),
      );
    } finally {
      context.free(...spent);
    }
  }

  destroy(): void {
    this.transforms.destroy();
  }

  private get pictureCount(): number {
    return this.settings.withClean ? 3 : 2;
  }

  /** Sends all kernels of a batch off. */
  private async record(drawn: readonly DrawnScene[], release: Release) {
    const { context, settings, side, transforms, pictureCount } = this;
    const { sizePx } = settings;
    const count = drawn.length;
    const area = side * side;
    const recorder = new Recorder(context);
    const kept = (buffer: GPUBuffer): GPUBuffer => {
      release(buffer);
      return buffer;
    };
    const floats = (length: number): GPUBuffer => kept(context.buffer(owner, 4 * length));
    const upload = (data: Uint32Array<ArrayBuffer>): GPUBuffer => kept(context.upload(owner, data));
    const stack = (buffer: GPUBuffer, planes: number): PlaneStack => ({
      buffer,
      width: side,
      height: side,
      count: planes * count,
    });
    const size = u32(side);
    const patch = [size, u32(marginOf(settings)), u32(sizePx)];
    const pixels = [groups(side, 16), groups(side, 16), count] as const;
    const frequencies = [groups(Math.floor(side / 2) + 1, 64), side, count] as const;
    const PICTURES = pictureCount;
    const pipeline = (name: string, defines = {}) => context.pipeline(`simulation/${name}.wgsl`, defines);

    const records = packScenes(drawn, settings.seed);
    const scenes = upload(records.scenes);
    const measured = floats(8 * count);
    const marks = floats(area * count);
    const losses = floats(area * count);
    const phases = floats(2 * area * count);
    this.uploadVolumes(drawn, phases);
    const particles = [scenes, upload(records.copies), upload(records.blobs), phases, marks];
    recorder.dispatch(await pipeline('protein'), [size], particles, pixels);
    const others = [scenes, upload(records.contaminants), phases, losses, marks];
    recorder.dispatch(await pipeline('contaminants', contaminantDefines), [size], others, pixels);
    recorder.dispatch(await pipeline('powers'), [size], [scenes, measured], [count, 1, 1]);

    const spectra = await transforms.forward(recorder, stack(phases, 2), release);
    release(spectra.buffer);
    const shaped = kept(context.buffer(owner, FourierTransforms.spectrumBytes(side, side, 4 * count)));
    recorder.dispatch(
      await pipeline('shape'),
      [size],
      [scenes, measured, spectra.buffer, shaped],
      frequencies,
    );
    const fields = kept((await transforms.backward(recorder, stack(shaped, 4), release)).buffer);
    recorder.dispatch(await pipeline('strength'), patch, [scenes, fields, marks, measured], [count, 1, 1]);

    const exposed = floats(PICTURES * area * count);
    const exposure = [scenes, measured, fields, losses, exposed];
    recorder.dispatch(await pipeline('expose', { PICTURES }), [size], exposure, pixels);
    const counted = await transforms.forward(recorder, stack(exposed, PICTURES), release);
    const highpassPx = settings.highpassDiameters * settings.workingDiameterPx;
    recorder.dispatch(
      await pipeline('finish', { PICTURES }),
      [size, f32(highpassPx)],
      [scenes, counted.buffer],
      frequencies,
    );
    const pictures = kept((await transforms.backward(recorder, counted, release)).buffer);
    recorder.dispatch(await pipeline('scale', { PICTURES }), [size], [pictures, measured], [count, 1, 1]);

    const patches = floats(PICTURES * sizePx * sizePx * count);
    const words = Math.ceil((sizePx * sizePx) / 4);
    const labels = floats(words * count);
    recorder.dispatch(
      await pipeline('cut', { PICTURES }),
      [...patch, f32(settings.clip), f32(smearDoubtDiameters * settings.workingDiameterPx)],
      [scenes, measured, pictures, marks, patches, labels],
      [groups(words, 64), count, 1],
    );
    recorder.submit();
    return { patches, labels };
  }

  /** Projections of density maps are slices of spectra, made on the processor; those of blobs are added to them. */
  private uploadVolumes(drawn: readonly DrawnScene[], planes: GPUBuffer): void {
    const { context, side } = this;
    const isVolume = (density: unknown): boolean => density instanceof VolumeSpectrum;
    drawn.forEach(({ contents }, i) => {
      if (!contents.copies.some(({ density }) => isVolume(density))) return;
      const map = new Float32Array(side * side);
      addProtein(map, contents, side, isVolume);
      context.device.queue.writeBuffer(planes, 2 * i * map.byteLength, map);
    });
  }
}

interface ReadBack {
  readonly pictures: ArrayBuffer;
  readonly marks: ArrayBuffer;
  /** Of the batch. */
  readonly first: number;
  readonly pictureCount: number;
}

function sceneOf(
  settings: SceneSettings,
  { contents, imaging }: DrawnScene,
  { pictures, marks, first, pictureCount }: ReadBack,
): TrainingScene {
  const { sizePx } = settings;
  const pixels = sizePx * sizePx;
  // Copies, so that a scene that is kept does not keep its batch.
  const picture = (i: number): Float32Array<ArrayBuffer> =>
    new Float32Array(pictures, 4 * pixels * (first * pictureCount + i), pixels).slice();
  const bits = new Uint8Array(marks, 4 * Math.ceil(pixels / 4) * first, pixels);
  return {
    sizePx,
    image: picture(0),
    second: picture(1),
    clean: pictureCount > 2 ? picture(2) : undefined,
    contamination: bits.map((value) => value & 1),
    ignore: bits.map((value) => value >> 1),
    particles: seenParticles(contents.particles, imaging.border, settings),
    signalToNoise: imaging.signalToNoise,
    protein: contents.protein,
    extentPx: contents.extentPx,
    pixelSizeAngstrom: contents.pixelSizeAngstrom,
    defocusAngstrom: contents.optics.defocusAngstrom,
    optics: contents.optics,
  };
}
