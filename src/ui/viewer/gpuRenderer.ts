import type { Pick } from '../../dataset/picks.ts';
import { viewerShader } from '../../gpu/viewerShaders.ts';
import { configureCanvas } from '../../platform/browser/gpu.ts';
import type { TilePixels } from '../../rpc/contract.ts';
import { type ColourMapName, colourMap, colourSteps } from './colourMaps.ts';
import {
  colourTable,
  leastScreenRadius,
  lookFloats,
  type PickMarks,
  packLook,
  packPicks,
} from './pickStyle.ts';
import type { PaneScene, Renderer, Scene } from './renderer.ts';
import type { StoredTile } from './tileStore.ts';
import { directions } from './transform.ts';

export interface GpuTile extends StoredTile {
  readonly texture: GPUTexture;
  readonly bindGroup: GPUBindGroup;
}

/** Floats in the shader's `Pane`. */
const paneFloats = 44;
/** Uniform offsets must be multiples of 256 bytes: each pane has a buffer of its own size for simplicity. */
const paneBytes = paneFloats * 4;
const placementFloats = 8;
const nothingHighlighted = { pick: undefined, index: -1 } as const;

interface PaneResources {
  readonly uniforms: GPUBuffer;
  placements: GPUBuffer;
  capacity: number;
  tilesGroup: GPUBindGroup;
  picksGroup: GPUBindGroup;
}

/** Draws tiles and picks in one pass. Every tile is a texture of its own, so that it can go by itself. */
export class GpuRenderer implements Renderer<GpuTile> {
  private readonly context: GPUCanvasContext;
  private readonly tiles: GPURenderPipeline;
  private readonly circles: GPURenderPipeline;
  private readonly sampler: GPUSampler;
  private readonly panes: PaneResources[] = [];
  private readonly colours: GPUTexture;
  private shownColours: ColourMapName | undefined;
  /** Of picks and colours of classes, for all panes. */
  private readonly look: GPUBuffer;
  private picks: readonly Pick[] = [];
  private candidates: readonly Pick[] = [];
  private highlighted: { readonly pick: Pick | undefined; readonly index: number } = nothingHighlighted;
  private pickBuffer: GPUBuffer;
  private pickCount = 0;

  /**
   * @param ownsDevice whether the device goes with the renderer; renderers of several canvases share one.
   * @throws GpuUnavailableError when the canvas can't be drawn on.
   */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly device: GPUDevice,
    private readonly ownsDevice = true,
  ) {
    const { context, format } = configureCanvas(canvas, device);
    this.context = context;
    this.tiles = this.pipeline('image/viewer_tiles.wgsl', { format });
    this.circles = this.pipeline('image/viewer_picks.wgsl', {
      format,
      blend: {
        color: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' },
        alpha: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' },
      },
    });
    this.sampler = device.createSampler({ magFilter: 'linear', minFilter: 'linear' });
    this.colours = device.createTexture({
      size: { width: colourSteps, height: 1 },
      format: 'rgba8unorm',
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
    });
    this.pickBuffer = this.storage(16);
    this.look = device.createBuffer({
      size: lookFloats * 4,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  upload(pixels: TilePixels): GpuTile {
    const { width, height, data } = pixels;
    const texture = this.device.createTexture({
      size: { width, height },
      format: 'r16float',
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
    });
    this.device.queue.writeTexture({ texture }, data, { bytesPerRow: width * 2 }, { width, height });
    const bindGroup = this.device.createBindGroup({
      layout: this.tiles.getBindGroupLayout(1),
      entries: [{ binding: 0, resource: texture.createView() }],
    });
    return { texture, bindGroup, bytes: width * height * 2 };
  }

  release(tile: GpuTile): void {
    tile.texture.destroy();
  }

  setPicks(picks: readonly Pick[], candidates: readonly Pick[], marks?: PickMarks): void {
    const packed = packPicks(picks, candidates, marks);
    this.picks = picks;
    this.candidates = candidates;
    this.highlighted = nothingHighlighted;
    this.pickCount = picks.length + candidates.length;
    if (packed.byteLength > this.pickBuffer.size) {
      this.pickBuffer.destroy();
      this.pickBuffer = this.storage(packed.byteLength * 2);
      for (const pane of this.panes) pane.picksGroup = this.picksGroup(pane.uniforms);
    }
    this.device.queue.writeBuffer(this.pickBuffer, 0, packed);
  }

  draw(scene: Scene<GpuTile>): void {
    const { pixelRatio, canvas } = scene;
    const width = Math.max(1, Math.round(canvas.width * pixelRatio));
    const height = Math.max(1, Math.round(canvas.height * pixelRatio));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.showColours(scene.colours);
    const [r, g, b] = scene.background;
    this.device.queue.writeBuffer(this.look, 0, packLook(scene.picks.look));
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        {
          view: this.context.getCurrentTexture().createView(),
          clearValue: { r, g, b, a: 1 },
          loadOp: 'clear',
          storeOp: 'store',
        },
      ],
    });
    scene.panes.forEach((pane, i) => {
      const resources = this.prepare(i, scene, pane, width, height);
      const [left, paneWidth] = part(pane.clip.x, pane.clip.width, pixelRatio, width);
      const [top, paneHeight] = part(pane.clip.y, pane.clip.height, pixelRatio, height);
      pass.setScissorRect(left, top, paneWidth, paneHeight);
      pass.setPipeline(this.tiles);
      pass.setBindGroup(0, resources.tilesGroup);
      pane.tiles.forEach(({ tile }, instance) => {
        pass.setBindGroup(1, tile.bindGroup);
        pass.draw(4, 1, 0, instance);
      });
      if (!scene.picks.visible || this.pickCount === 0) return;
      pass.setPipeline(this.circles);
      pass.setBindGroup(0, resources.picksGroup);
      pass.draw(4, this.pickCount);
    });
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  destroy(): void {
    for (const pane of this.panes) {
      pane.uniforms.destroy();
      pane.placements.destroy();
    }
    this.pickBuffer.destroy();
    this.colours.destroy();
    this.look.destroy();
    this.context.unconfigure();
    if (this.ownsDevice) this.device.destroy();
  }

  private showColours(name: ColourMapName): void {
    if (this.shownColours === name) return;
    this.shownColours = name;
    const size = { width: colourSteps, height: 1 };
    this.device.queue.writeTexture(
      { texture: this.colours },
      colourMap(name),
      { bytesPerRow: colourSteps * 4 },
      size,
    );
  }

  private prepare(
    index: number,
    scene: Scene<GpuTile>,
    pane: PaneScene<GpuTile>,
    width: number,
    height: number,
  ): PaneResources {
    const resources = this.paneResources(index, pane.tiles.length);
    const placements = new Float32Array(Math.max(1, pane.tiles.length) * placementFloats);
    pane.tiles.forEach(({ placement: { rect, uMax, vMax } }, i) => {
      placements.set([rect.x, rect.y, rect.width, rect.height, uMax, vMax, 0, 0], i * placementFloats);
    });
    this.device.queue.writeBuffer(resources.placements, 0, placements);
    const { pixelRatio, picks } = scene;
    const { view } = pane;
    const way = directions(view);
    const highlighted = this.indexOf(picks.highlighted);
    const uniforms = new Float32Array(paneFloats);
    uniforms.set([
      width,
      height,
      (pane.rect.x + pane.rect.width / 2) * pixelRatio,
      (pane.rect.y + pane.rect.height / 2) * pixelRatio,
      view.u,
      view.v,
      view.scale * pixelRatio,
      pixelRatio,
      pane.contrast.black,
      pane.contrast.white,
      scene.inverted ? 1 : 0,
      pane.squares ? 1 : 0,
      picks.radius,
      picks.lineWidth * pixelRatio,
      leastScreenRadius * pixelRatio,
      picks.threshold,
      highlighted,
      way.x,
      way.y,
      1 / scene.gamma,
    ]);
    uniforms.set(colourTable, 20);
    this.device.queue.writeBuffer(resources.uniforms, 0, uniforms);
    return resources;
  }

  /** Of the pick under the cursor: looked for when it becomes another. */
  private indexOf(pick: Pick | undefined): number {
    if (pick === undefined) return -1;
    if (this.highlighted.pick !== pick) {
      const among = this.picks.indexOf(pick);
      const beside = among < 0 ? this.candidates.indexOf(pick) : -1;
      this.highlighted = { pick, index: beside < 0 ? among : this.picks.length + beside };
    }
    return this.highlighted.index;
  }

  private paneResources(index: number, tileCount: number): PaneResources {
    const existing = this.panes[index];
    if (existing && existing.capacity >= tileCount) return existing;
    const capacity = Math.max(64, tileCount * 2);
    const placements = this.storage(capacity * placementFloats * 4);
    const uniforms =
      existing?.uniforms ??
      this.device.createBuffer({ size: paneBytes, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    existing?.placements.destroy();
    const resources: PaneResources = {
      uniforms,
      placements,
      capacity,
      tilesGroup: this.device.createBindGroup({
        layout: this.tiles.getBindGroupLayout(0),
        entries: [
          { binding: 0, resource: { buffer: uniforms } },
          { binding: 1, resource: { buffer: placements } },
          { binding: 2, resource: this.sampler },
          { binding: 3, resource: this.colours.createView() },
        ],
      }),
      picksGroup: this.picksGroup(uniforms),
    };
    this.panes[index] = resources;
    return resources;
  }

  private picksGroup(uniforms: GPUBuffer): GPUBindGroup {
    return this.device.createBindGroup({
      layout: this.circles.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: { buffer: uniforms } },
        { binding: 1, resource: { buffer: this.pickBuffer } },
        { binding: 2, resource: { buffer: this.look } },
      ],
    });
  }

  private storage(size: number): GPUBuffer {
    return this.device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  }

  private pipeline(path: string, target: GPUColorTargetState): GPURenderPipeline {
    const module = this.device.createShaderModule({ label: path, code: viewerShader(path) });
    return this.device.createRenderPipeline({
      label: path,
      layout: 'auto',
      vertex: { module },
      fragment: { module, targets: [target] },
      primitive: { topology: 'triangle-strip' },
    });
  }
}

/** Where a length of CSS px begins on the canvas and how long it is, device px; never empty, never outside. */
function part(start: number, length: number, pixelRatio: number, whole: number): readonly [number, number] {
  const from = Math.min(whole - 1, Math.max(0, Math.round(start * pixelRatio)));
  return [from, Math.min(whole - from, Math.max(1, Math.round(length * pixelRatio)))];
}
