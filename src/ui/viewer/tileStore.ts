import type { ShownKind, TilePixels } from '../../rpc/contract.ts';
import { type TileAddress, tileKey } from './tileGrid.ts';

/** Which picture a tile is of. `version` changes when the picture is computed anew. */
export interface ImageSource {
  readonly id: number;
  readonly kind: ShownKind;
  readonly version: string;
}

export interface TileRequest {
  readonly source: ImageSource;
  readonly address: TileAddress;
}

/** A tile as the renderer holds it. */
export interface StoredTile {
  readonly bytes: number;
}

export interface TileStoreOptions<T extends StoredTile> {
  readonly fetch: (request: TileRequest) => Promise<TilePixels>;
  readonly upload: (pixels: TilePixels) => T;
  readonly release: (tile: T) => void;
  readonly budgetBytes: number;
  /** Few enough that a change of view is answered soon, enough to keep the worker busy. */
  readonly maxInFlight?: number;
  readonly onArrival: () => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Tiles on their way and on the GPU. The queue is thrown away and made anew with every change of view, so nothing
 * stale is ever asked for; what is already under way is kept when it arrives, as the user often comes back. The
 * least recently drawn tiles go when the budget is full, never those of the last request.
 */
export class TileStore<T extends StoredTile> {
  private readonly tiles = new Map<string, T>();
  private readonly inFlight = new Set<string>();
  private readonly failed = new Set<string>();
  private queue: readonly TileRequest[] = [];
  private bytesHeld = 0;
  private generation = 0;

  constructor(private readonly options: TileStoreOptions<T>) {}

  get bytes(): number {
    return this.bytesHeld;
  }

  get count(): number {
    return this.tiles.size;
  }

  has(source: ImageSource, address: TileAddress): boolean {
    return this.tiles.has(requestKey({ source, address }));
  }

  hasFailed(source: ImageSource, address: TileAddress): boolean {
    return this.failed.has(requestKey({ source, address }));
  }

  /** The tile, and a mark that it was used now. */
  use(source: ImageSource, address: TileAddress): T | undefined {
    const key = requestKey({ source, address });
    const tile = this.tiles.get(key);
    if (!tile) return undefined;
    // A Map remembers the order of insertion: the first key is the least recently used.
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    return tile;
  }

  /** Replaces everything still queued; most wanted first. */
  request(wanted: readonly TileRequest[]): void {
    this.queue = wanted.filter((request) => !this.failed.has(requestKey(request)));
    this.pump();
  }

  /** Forgets every tile, and lets those under way fall on the floor. */
  clear(): void {
    this.generation++;
    for (const tile of this.tiles.values()) this.options.release(tile);
    this.tiles.clear();
    this.inFlight.clear();
    this.failed.clear();
    this.queue = [];
    this.bytesHeld = 0;
  }

  private pump(): void {
    const limit = this.options.maxInFlight ?? 6;
    let next = 0;
    while (this.inFlight.size < limit && next < this.queue.length) {
      const request = this.queue[next++];
      if (!request) break;
      const key = requestKey(request);
      if (!this.inFlight.has(key) && !this.tiles.has(key)) void this.load(key, request);
    }
    this.queue = this.queue.slice(next);
  }

  private async load(key: string, request: TileRequest): Promise<void> {
    const generation = this.generation;
    this.inFlight.add(key);
    try {
      const pixels = await this.options.fetch(request);
      if (generation !== this.generation) return;
      this.keep(key, this.options.upload(pixels));
    } catch (error) {
      if (generation !== this.generation) return;
      this.failed.add(key);
      this.options.onFailure(error);
    }
    this.inFlight.delete(key);
    this.options.onArrival();
    this.pump();
  }

  private keep(key: string, tile: T): void {
    this.tiles.set(key, tile);
    this.bytesHeld += tile.bytes;
    for (const [oldest, old] of this.tiles) {
      if (this.bytesHeld <= this.options.budgetBytes || oldest === key) break;
      this.tiles.delete(oldest);
      this.bytesHeld -= old.bytes;
      this.options.release(old);
    }
  }
}

function requestKey({ source, address }: TileRequest): string {
  return `${source.id}/${source.kind}/${source.version}/${tileKey(address)}`;
}
