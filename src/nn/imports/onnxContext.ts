import type { Axis } from '../../gpu/ops/window.ts';
import type { Upsample } from '../layers.ts';
import type { Known } from './onnxConstants.ts';
import type { NodeFields } from './onnxModel.ts';

/** What a node is read with. */
export interface NodeContext {
  readonly fields: NodeFields;
  /** Of the layer that it becomes. */
  readonly name: string;
  /** The layer's name of a picture that is an input; refuses what is no picture. */
  picture(index: number): string;
  channels(index: number): number;
  /** What is known of an input before the network runs; undefined where it is left out or not known. */
  list(index: number): readonly Known[] | undefined;
  /** The shape of a constant. */
  shape(index: number): readonly number[];
  /** The name and shape of a tensor; undefined where the input is left out; refuses what is none. */
  tensor(index: number): { readonly name: string; readonly shape: readonly number[] } | undefined;
  /** A new tensor for each channel. */
  perChannel(what: string, values: readonly number[]): string;
  /** The layer's name of the value with a size. */
  layerOf(value: string): string;
  /** The width or height of a picture in an export of fixed size, px; undefined where it is free. */
  lengthOf(index: number, axis: Axis): number | undefined;
  /** For an export of fixed size: by what to enlarge a picture of a channel to a size, or what it shall be as large as. */
  enlarge(index: number, height: number, width: number): Upsample['to'];
}
