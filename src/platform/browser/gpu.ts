import { GpuUnavailableError, messageOf } from '../../core/errors.ts';

/**
 * A device for drawing on canvases; the compute worker has its own.
 * @throws GpuUnavailableError with a sentence that says what is missing.
 */
export async function requestViewerDevice(): Promise<GPUDevice> {
  if (!('gpu' in navigator)) {
    throw new GpuUnavailableError('This browser has no WebGPU.');
  }
  try {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('the browser offers no graphics adapter');
    return await adapter.requestDevice({ label: 'viewer' });
  } catch (cause) {
    throw new GpuUnavailableError(`WebGPU can't be used for drawing: ${messageOf(cause)}.`, { cause });
  }
}

/** The canvas's WebGPU context, ready to draw. @throws GpuUnavailableError when the canvas can't have one. */
export function configureCanvas(
  canvas: HTMLCanvasElement,
  device: GPUDevice,
): { readonly context: GPUCanvasContext; readonly format: GPUTextureFormat } {
  const context = canvas.getContext('webgpu');
  if (!context) throw new GpuUnavailableError('The canvas can’t be drawn on by WebGPU.');
  const format = navigator.gpu.getPreferredCanvasFormat();
  context.configure({ device, format, alphaMode: 'opaque' });
  return { context, format };
}
