import type { PyramidShape } from '../../rpc/contract.ts';
import { clamp, type Rect, type Size } from './transform.ts';

export interface TileAddress {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** Where a tile lies on the image, cut at its border, and how much of the tile's texture that is (0 to 1). */
export interface TilePlacement {
  readonly rect: Rect;
  readonly uMax: number;
  readonly vMax: number;
}

/** What to draw now, coarse before fine, and what to ask for, most wanted first. */
export interface TilePlan {
  readonly level: number;
  readonly draw: readonly TileAddress[];
  readonly wanted: readonly TileAddress[];
  /** How many of the tiles that the view needs are still to come. */
  readonly missing: number;
}

/** Pixels of one pyramid level. */
export function levelSize(image: Size, level: number): Size {
  return { width: Math.ceil(image.width / 2 ** level), height: Math.ceil(image.height / 2 ** level) };
}

/** The level whose pixels come nearest to device pixels. @param scale device pixels per image pixel. */
export function levelFor(scale: number, pyramid: PyramidShape): number {
  return clamp(Math.round(Math.log2(1 / scale)), 0, pyramid.levels - 1);
}

export function placeTile(address: TileAddress, image: Size, pyramid: PyramidShape): TilePlacement {
  const step = 2 ** address.level;
  const size = levelSize(image, address.level);
  const x = address.column * pyramid.tileSize * step;
  const y = address.row * pyramid.tileSize * step;
  // In level pixels; the last one of an odd level reaches over the image's border and is cut there.
  const tileWidth = Math.min(pyramid.tileSize, size.width - address.column * pyramid.tileSize);
  const tileHeight = Math.min(pyramid.tileSize, size.height - address.row * pyramid.tileSize);
  const width = Math.min(tileWidth * step, image.width - x);
  const height = Math.min(tileHeight * step, image.height - y);
  return {
    rect: { x, y, width, height },
    uMax: width / (tileWidth * step),
    vMax: height / (tileHeight * step),
  };
}

/** Where tiles beside each other lie that are one texture. @param size of the texture, px of the level. */
export function placeBlock(
  { level, column, row }: TileAddress,
  size: Size,
  image: Size,
  pyramid: PyramidShape,
): TilePlacement {
  const step = 2 ** level;
  const x = column * pyramid.tileSize * step;
  const y = row * pyramid.tileSize * step;
  const width = Math.min(size.width * step, image.width - x);
  const height = Math.min(size.height * step, image.height - y);
  return {
    rect: { x, y, width, height },
    uMax: width / (size.width * step),
    vMax: height / (size.height * step),
  };
}

/** Tiles of a level that meet a part of the image, nearest to its middle first. */
export function tilesInRect(part: Rect, level: number, image: Size, pyramid: PyramidShape): TileAddress[] {
  const edge = pyramid.tileSize * 2 ** level;
  const left = Math.max(0, part.x);
  const top = Math.max(0, part.y);
  const right = Math.min(image.width, part.x + part.width);
  const bottom = Math.min(image.height, part.y + part.height);
  if (!(right > left && bottom > top)) return [];
  const tiles: { readonly address: TileAddress; readonly distance: number }[] = [];
  const centreX = (left + right) / 2 / edge - 0.5;
  const centreY = (top + bottom) / 2 / edge - 0.5;
  for (let row = Math.floor(top / edge); row < Math.ceil(bottom / edge); row++) {
    for (let column = Math.floor(left / edge); column < Math.ceil(right / edge); column++) {
      tiles.push({ address: { level, column, row }, distance: Math.hypot(column - centreX, row - centreY) });
    }
  }
  return tiles.sort((a, b) => a.distance - b.distance).map((tile) => tile.address);
}

/** The coarser tile that covers this one, `up` levels above. */
export function ancestor(address: TileAddress, up: number): TileAddress {
  return { level: address.level + up, column: address.column >> up, row: address.row >> up };
}

/** The up to four finer tiles under this one. */
export function children(address: TileAddress, image: Size, pyramid: PyramidShape): TileAddress[] {
  if (address.level === 0) return [];
  const level = address.level - 1;
  const size = levelSize(image, level);
  const found: TileAddress[] = [];
  for (const row of [address.row * 2, address.row * 2 + 1]) {
    for (const column of [address.column * 2, address.column * 2 + 1]) {
      const inside = column * pyramid.tileSize < size.width && row * pyramid.tileSize < size.height;
      if (inside) found.push({ level, column, row });
    }
  }
  return found;
}

/**
 * Plans one pane. Where a tile is missing, its nearest coarser ancestor stands in, with finer tiles over it if they
 * are there from an earlier zoom. The coarsest level is asked for first (it is one or a few tiles and covers
 * everything), then the view from its middle outwards, then a ring around it for the next pan.
 * @param part the visible part of the image, image px.
 * @param scale device pixels per image pixel.
 */
export function planTiles(
  part: Rect,
  scale: number,
  image: Size,
  pyramid: PyramidShape,
  has: (address: TileAddress) => boolean,
  hasFailed: (address: TileAddress) => boolean = () => false,
): TilePlan {
  const level = levelFor(scale, pyramid);
  const top = pyramid.levels - 1;
  const needed = tilesInRect(part, level, image, pyramid);
  const draw = new Map<string, TileAddress>();
  const wanted = new Map<string, TileAddress>();
  const want = (address: TileAddress): void => {
    if (!has(address)) wanted.set(tileKey(address), address);
  };
  for (const address of tilesInRect(part, top, image, pyramid)) want(address);
  let missing = 0;
  for (const address of needed) {
    if (has(address)) {
      draw.set(tileKey(address), address);
      continue;
    }
    if (!hasFailed(address)) missing++;
    want(address);
    for (let up = 1; level + up <= top; up++) {
      const coarse = ancestor(address, up);
      if (!has(coarse)) continue;
      draw.set(tileKey(coarse), coarse);
      break;
    }
    for (const fine of children(address, image, pyramid)) {
      if (has(fine)) draw.set(tileKey(fine), fine);
    }
  }
  const ring = (pyramid.tileSize * 2 ** level) / 2;
  const wide = {
    x: part.x - ring,
    y: part.y - ring,
    width: part.width + 2 * ring,
    height: part.height + 2 * ring,
  };
  for (const address of tilesInRect(wide, level, image, pyramid)) want(address);
  return {
    level,
    draw: [...draw.values()].sort((a, b) => b.level - a.level),
    wanted: [...wanted.values()],
    missing,
  };
}

export function tileKey(address: TileAddress): string {
  return `${address.level}/${address.column}/${address.row}`;
}
