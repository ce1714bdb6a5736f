import { requestViewerDevice } from '../../../platform/browser/gpu.ts';
import { CanvasRenderer } from '../canvasRenderer.ts';
import { GpuRenderer } from '../gpuRenderer.ts';
import type { Renderer } from '../renderer.ts';
import type { StoredTile } from '../tileStore.ts';

/** What draws the cells: one device for all of them, or none. */
export interface CellRenderers {
  /** Calls `use` with a renderer of whichever kind, which differ in their tiles. */
  make<R>(canvas: HTMLCanvasElement, use: <T extends StoredTile>(renderer: Renderer<T>) => R): R;
  readonly kind: 'webgpu' | 'canvas';
  /** Resolves when the device is gone. */
  readonly lost: Promise<unknown>;
  destroy(): void;
}

/** Asks for a device; where there is none the cells are drawn without. */
export async function openCellRenderers(): Promise<CellRenderers> {
  try {
    const device = await requestViewerDevice();
    return {
      make: (canvas, use) => use(new GpuRenderer(canvas, device, false)),
      kind: 'webgpu',
      lost: device.lost,
      destroy: () => device.destroy(),
    };
  } catch {
    return canvasRenderers();
  }
}

export function canvasRenderers(): CellRenderers {
  return {
    make: (canvas, use) => use(new CanvasRenderer(canvas)),
    kind: 'canvas',
    lost: new Promise(() => {}),
    destroy: () => {},
  };
}
