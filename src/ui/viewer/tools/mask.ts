import type { Press, ToolDrag, ToolSurface } from './tool.ts';

/** Paints the contamination mask. @param isOpposite by the other button, which does the opposite. */
export function paintMask({ app, pixelAt }: ToolSurface, { point }: Press, isOpposite: boolean): ToolDrag {
  const { mask, view } = app;
  mask.begin((view.tool() === 'mask-add') === !isOpposite ? 'add' : 'erase', pixelAt(point));
  return { move: (to) => mask.extend(pixelAt(to)), end: mask.end, cancel: mask.end };
}
