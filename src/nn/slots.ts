/** Which groups of values take turns in one buffer. */

/** A group's life, in steps: written at `born` first, read at `dies` last. */
export interface Life {
  readonly group: string;
  readonly born: number;
  readonly dies: number;
  readonly bytes: number;
}

export interface Slots {
  readonly bytes: readonly number[];
  readonly slotOf: ReadonlyMap<string, number>;
}

/**
 * Gives every group a slot, so that no two that live at the same step share one. The largest come first, each into the
 * first slot that is free all its life: no slot ever has to grow, and the sum stays near the most that lives at once.
 */
export function assignSlots(lives: readonly Life[]): Slots {
  const slots: { readonly bytes: number; readonly lives: Life[] }[] = [];
  const slotOf = new Map<string, number>();
  const bySize = [...lives].sort((a, b) => b.bytes - a.bytes || a.born - b.born);
  for (const life of bySize) {
    let slot = slots.findIndex((one) =>
      one.lives.every(({ born, dies }) => dies < life.born || life.dies < born),
    );
    if (slot < 0) slot = slots.push({ bytes: life.bytes, lives: [] }) - 1;
    slots[slot]?.lives.push(life);
    slotOf.set(life.group, slot);
  }
  return { bytes: slots.map(({ bytes }) => bytes), slotOf };
}
