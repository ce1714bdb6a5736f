import type { Pick } from '../../dataset/picks.ts';
import { shaderSource } from '../../gpu/shaders.ts';
import { configureCanvas } from '../../platform/browser/gpu.ts';
import type { TilePixels } from '../../rpc/contract.ts';
import { colourTable, leastScreenRadius, packPicks } from './pickStyle.ts';
import { type PaneScene, type Renderer, type Scene, showsPixels } from './renderer.ts';
import type { StoredTile } from './tileStore.ts';

export interface GpuTile extends StoredTile {
  readonly texture: GPUTexture;
  readonly bindGroup: GPUBindGroup;
}

/** Floats in the shader's `Pane`. */
const paneFloats = 44;
/** Uniform offsets must be multiples of 256 bytes: each pane has a buffer of its own size for simplicity. */
const paneBytes = paneFloats * 4;
const placementFloats = 8;

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
  private readonly indices = new Map<Pick, number>();
  private pickBuffer: GPUBuffer;
  private pickCount = 0;

  /** @throws GpuUnavailableError when the canvas can't be drawn on. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly device: GPUDevice,
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
    this.pickBuffer = this.storage(16);
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

  setPicks(picks: readonly Pick[], candidates: readonly Pick[]): void {
    const packed = packPicks(picks, candidates);
    const all = [...picks, ...candidates];
    this.indices.clear();
    all.forEach((pick, i) => {
      this.indices.set(pick, i);
    });
    this.pickCount = all.length;
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
    const [r, g, b] = scene.background;
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
      const left = Math.min(width - 1, Math.round(pane.clip.x * pixelRatio));
      const paneWidth = Math.min(width - left, Math.max(1, Math.round(pane.clip.width * pixelRatio)));
      pass.setScissorRect(left, 0, paneWidth, height);
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
    this.context.unconfigure();
    this.device.destroy();
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
    const { pixelRatio, view, picks } = scene;
    const highlighted = picks.highlighted ? (this.indices.get(picks.highlighted) ?? -1) : -1;
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
      showsPixels(view, pixelRatio) ? 1 : 0,
      picks.radius,
      picks.lineWidth * pixelRatio,
      leastScreenRadius * pixelRatio,
      picks.threshold,
      highlighted,
      0,
      0,
      0,
    ]);
    uniforms.set(colourTable, 20);
    this.device.queue.writeBuffer(resources.uniforms, 0, uniforms);
    return resources;
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
      ],
    });
  }

  private storage(size: number): GPUBuffer {
    return this.device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  }

  private pipeline(path: string, target: GPUColorTargetState): GPURenderPipeline {
    const module = this.device.createShaderModule({ label: path, code: shaderSource(path) });
    return this.device.createRenderPipeline({
      label: path,
      layout: 'auto',
      vertex: { module },
      fragment: { module, targets: [target] },
      primitive: { topology: 'triangle-strip' },
    });
  }
}
