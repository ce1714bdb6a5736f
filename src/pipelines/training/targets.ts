import { edgeDiameters } from '../picking/candidates.ts';
import type { Point } from '../template/profile.ts';
import { type Band, isInBand } from './split.ts';

/** A place where a particle may be, px of the picture. */
export interface Spot extends Point {
  /** That a particle is there, 0 to 1. */
  readonly chance: number;
}

/** What a network should say of a picture, for each of its cells. */
export interface TargetMap {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  /** For cross-entropy a chance; for the expected count 1 for a labelled particle, 0, or −1 for what is not looked at. */
  readonly target: Float32Array;
  readonly weights: Float32Array;
}

/** Width of a spot, cells: as the general network learnt them. */
const sigmaCells = 1.5;
/** A target of 1 counts for this many of 0 more. */
const positiveWeight = 2;
/** Cells around a label that are one particle to the expected count. */
const labelRadiusCells = 1.5;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Gaussian spots as high as the chance of a particle, for weighted cross-entropy. */
export function chanceMap(
  size: Size,
  spots: readonly Spot[],
  stride: number,
  diameterPx: number,
  keptBack?: Band,
): TargetMap {
  const map = emptyMap(size, stride, diameterPx, keptBack);
  const { target, weights } = map;
  for (const spot of spots) {
    eachCell(map, spot, 4 * sigmaCells, (cell, squared) => {
      const value = spot.chance * Math.exp(-squared / (2 * sigmaCells * sigmaCells));
      target[cell] = Math.max(target[cell] ?? 0, value);
    });
  }
  for (let i = 0; i < target.length; i++)
    weights[i] = (weights[i] ?? 0) * (1 + positiveWeight * (target[i] ?? 0));
  return map;
}

/** Labels among cells of which nothing is known, for the expected count. */
export function labelMap(
  size: Size,
  labels: readonly Point[],
  rejected: readonly Point[],
  stride: number,
  diameterPx: number,
  keptBack?: Band,
): TargetMap {
  const map = emptyMap(size, stride, diameterPx, keptBack);
  const { target, weights } = map;
  for (let i = 0; i < target.length; i++) if (weights[i] === 0) target[i] = -1;
  for (const label of labels)
    eachCell(map, label, labelRadiusCells, (cell) => {
      if (target[cell] === 0) target[cell] = 1;
    });
  // To the expected count, what is known to be none is as little as what is not there.
  for (const place of rejected)
    eachCell(map, place, labelRadiusCells, (cell) => {
      target[cell] = -1;
    });
  return map;
}

/** Cells that one particle has in a label map, in the mean. */
export const cellsPerLabel = Math.PI * labelRadiusCells * labelRadiusCells;

function emptyMap(
  { width, height }: Size,
  stride: number,
  diameterPx: number,
  keptBack: Band = { top: 0, bottom: 0 },
): TargetMap {
  const [columns, rows] = [Math.ceil(width / stride), Math.ceil(height / stride)];
  const weights = new Float32Array(columns * rows);
  // What is not to be picked is not learnt either.
  const margin = edgeDiameters * diameterPx;
  const isInside = (cell: number, length: number): boolean => {
    const px = stride * cell + (stride - 1) / 2;
    return px >= margin && px <= length - 1 - margin;
  };
  for (let y = 0; y < rows; y++) {
    if (isInBand({ x: 0, y: stride * y + (stride - 1) / 2 }, keptBack)) continue;
    for (let x = 0; x < columns; x++)
      if (isInside(x, width) && isInside(y, height)) weights[y * columns + x] = 1;
  }
  return { width: columns, height: rows, stride, target: new Float32Array(columns * rows), weights };
}

function eachCell(
  { width, height, stride }: TargetMap,
  place: Point,
  radius: number,
  visit: (cell: number, squaredDistance: number) => void,
): void {
  const [x, y] = [place.x, place.y].map((px) => (px - (stride - 1) / 2) / stride) as [number, number];
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(height - 1, y + radius); row++)
    for (
      let column = Math.max(0, Math.ceil(x - radius));
      column <= Math.min(width - 1, x + radius);
      column++
    ) {
      const squared = (column - x) ** 2 + (row - y) ** 2;
      if (squared <= radius * radius) visit(row * width + column, squared);
    }
}
