/** Which picks belong to which truth, by name, since programs add words to the names of their files. */

export interface NamePair {
  /** The micrograph's name, as the truth has it. */
  readonly name: string;
  /** The picks' name of it; undefined when there is none. */
  readonly other: string | undefined;
}

export interface Pairing {
  readonly pairs: readonly NamePair[];
  /** Names of picks that belong to no truth. */
  readonly unused: readonly string[];
}

/**
 * Each name with the same one on the other side; else with the only one that goes on with "_" after it (truth `mic_01`,
 * picks `mic_01_avg`) and is nobody else's, or that it goes on from. A single one on either side belongs to the other's.
 */
export function pairNames(names: readonly string[], others: readonly string[]): Pairing {
  const [only, onlyOther] = [names[0], others[0]];
  if (names.length === 1 && others.length === 1 && only !== undefined) {
    return { pairs: [{ name: only, other: onlyOther }], unused: [] };
  }
  const [own, all] = [new Set(names), new Set(others)];
  const used = new Set<string>();
  const pairs = names.map((name): NamePair => {
    const longer = others.filter((other) => other.startsWith(`${name}_`) && !own.has(other));
    const shorter = others.filter((other) => name.startsWith(`${other}_`) && !own.has(other));
    const similar = longer.length > 0 ? longer : shorter;
    const other = all.has(name) ? name : similar.length === 1 ? similar[0] : undefined;
    if (other !== undefined) used.add(other);
    return { name, other };
  });
  return { pairs, unused: others.filter((other) => !used.has(other)) };
}
