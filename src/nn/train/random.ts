const mask = (1n << 64n) - 1n;

/**
 * Random numbers whose whole state is 64 bits that can be written down: SplitMix64 (Steele, Lea and Flood 2014). For drawing
 * samples, crops and turns; where millions are needed, seed a `createRandom` with one of these.
 */
export class TrainingRandom {
  constructor(private state: bigint) {
    this.state = BigInt.asUintN(64, state);
  }

  /** From 16 hexadecimal digits, as `hex` writes them; undefined for anything else. */
  static fromHex(text: string): TrainingRandom | undefined {
    return /^[0-9a-f]{16}$/.test(text) ? new TrainingRandom(BigInt(`0x${text}`)) : undefined;
  }

  /** The state: a generator made from it goes on where this one stands. */
  get hex(): string {
    return this.state.toString(16).padStart(16, '0');
  }

  private next(): bigint {
    this.state = (this.state + 0x9e3779b97f4a7c15n) & mask;
    let z = this.state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  }

  /** In [0, 1), 53 bits. */
  uniform(): number {
    return Number(this.next() >> 11n) / 2 ** 53;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Whole, in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A generator of its own, seeded by this one's next number. */
  fork(): TrainingRandom {
    return new TrainingRandom(this.next());
  }
}
