import { CryoliteError } from '../core/errors.ts';
import type { Gain } from '../dataset/gain.ts';
import type { ImageFormat } from '../formats/image.ts';
import type { GainUse } from '../rpc/contract.ts';
import type { LaidGain } from './moviePicture.ts';

/** A gain reference in memory. */
export interface HeldGain {
  readonly gain: Gain;
  readonly format: ImageFormat;
  readonly fingerprint: string;
}

/** The gain references that the page has opened. */
export class Gains {
  private readonly held = new Map<number, HeldGain>();
  private next = 1;

  add(gain: HeldGain): number {
    const id = this.next++;
    this.held.set(id, gain);
    return id;
  }

  /** Movies that use it keep it. */
  close(id: number): void {
    this.held.delete(id);
  }

  /** @throws CryoliteError when it was closed. */
  find(id: number): HeldGain {
    const held = this.held.get(id);
    if (!held) throw new CryoliteError('closed', 'This gain reference is not open any more; open it again.');
    return held;
  }

  lay(use: GainUse | undefined): LaidGain | undefined {
    if (!use) return undefined;
    const { gain, fingerprint } = this.find(use.gain);
    return { gain, fingerprint, operation: use.operation, orientation: use.orientation };
  }
}
