import { addSums, emptySums, type RadialSums } from './profile.ts';

/** What is known of one micrograph. */
interface Learnt {
  readonly sums: RadialSums;
  readonly particles: number;
}

/** The particles picked by hand on the micrographs of a data set, as their sums: all that a template needs of them. */
export class TemplateExamples {
  private readonly learnt = new Map<string, Learnt>();

  /**
   * Takes what was picked on a micrograph in place of what was known of it.
   * @param sums undefined when nothing was picked.
   */
  set(micrograph: string, sums: RadialSums | undefined, particles: number): void {
    if (sums && particles > 0) this.learnt.set(micrograph, { sums, particles });
    else this.learnt.delete(micrograph);
  }

  /** The sum over all other micrographs; undefined where there is none. */
  elsewhere(micrograph: string): RadialSums | undefined {
    let all: RadialSums | undefined;
    for (const [name, { sums }] of this.learnt) {
      if (name === micrograph) continue;
      all ??= emptySums(sums.radiusPx);
      addSums(all, sums);
    }
    return all;
  }

  /** Particles that are known, on how many micrographs. */
  get count(): { readonly particles: number; readonly micrographs: number } {
    let particles = 0;
    for (const one of this.learnt.values()) particles += one.particles;
    return { particles, micrographs: this.learnt.size };
  }
}
