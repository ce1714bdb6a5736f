import { conv } from '../../../nn/build.ts';
import type { Conv, Graph } from '../../../nn/layers.ts';
import type { WeightTensor, WeightTensors } from '../../../nn/network.ts';
import { type RadialTemplate, templateAt } from '../../template/profile.ts';

export const filterName = 'matched';
export const filterTensor = `${filterName}.weight`;

/** The comparison with the mean particle as a network of one convolution, on cells of a stride. */
export function filterNetwork(
  template: RadialTemplate,
  stride: number,
): { readonly graph: Graph; readonly tensors: WeightTensors } {
  const { layer, tensor } = filterOf(template, stride);
  const graph: Graph = { name: 'matched filter', channels: 1, layers: [layer] };
  return { graph, tensors: new Map([[filterTensor, tensor]]) };
}

/** A square of an even side has its middle between pixels, where the cells of stride 2 lie; one of an odd side on a pixel. */
export function filterOf(
  template: RadialTemplate,
  stride: number,
): { readonly layer: Conv; readonly tensor: WeightTensor } {
  const side = 2 * Math.ceil(template.radiusPx) + ((stride + 1) % 2 === 0 ? 1 : 0);
  const middle = (side - 1) / 2;
  const data = new Float32Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const radius = Math.hypot(x - middle, y - middle);
      if (radius < template.radiusPx) data[y * side + x] = templateAt(template, radius);
    }
  // Cell i lies at stride · i + (stride − 1) / 2.
  const before = middle - (stride - 1) / 2;
  const after = side - stride - before;
  const padding = { left: before, right: after, top: before, bottom: after };
  const layer = conv(filterName, 'input', 1, 1, side, { stride, padding, bias: false });
  return { layer, tensor: { shape: [1, 1, side, side], data } };
}
