/**
 * Particles of a micrograph as one arrangement: which places are taken is asked of all places at once, since of two that lie in each
 * other only one can be, and the place of one is as doubtful as whether it is there.
 *
 * Arrangements are a Strauss process with a hard core (Strauss 1975) under the evidence of the picture, and are drawn by births, deaths
 * and moves (Geyer and Møller 1994). The part of the drawn ones in which a cell is taken is the chance that a particle lies there.
 */
import { createRandom, type Random } from '../../../core/random.ts';

/** Evidence of each cell of a grid, row-major. */
export interface EvidenceGrid {
  readonly width: number;
  readonly height: number;
  /** Logarithm of how many particles a cell would have if no other were near; −∞ where there can be none. */
  readonly logIntensity: Float64Array;
}

/** How much less frequent pairs of particles are than by chance. */
export interface PairLaw {
  /** Cells within which there is none. */
  readonly core: number;
  /** Cells beyond which others make no difference; at least `core`. */
  readonly reach: number;
  /** Rate of pairs at a distance of so many cells, as a part of those by chance. */
  readonly rate: (cells: number) => number;
}

export interface SamplingOptions {
  readonly sweeps?: number;
  readonly seed?: number;
  /** Called after each part of the work, which it may hold up or end by throwing. */
  readonly pause?: (done: number, total: number) => Promise<void>;
}

const usualSweeps = 300;
/** Of the sweeps, those that forget how they began. */
const burnInPart = 1 / 6;
/** Proposals of a sweep for each place that the picture has for a particle. */
const movesPerSite = 26;
/** A move's longest step along an axis, as a part of the reach. */
const stepPart = 0.27;
/** Births are proposed in proportion to the evidence, but no more often than at its best place among so many. */
const cappedPart = 0.04;
/** Proposals between pauses: some tenths of a second. */
const movesPerPause = 500_000;

/** @returns for each cell the part of the arrangements in which it is taken. */
export async function sampleArrangements(
  grid: EvidenceGrid,
  law: PairLaw,
  { sweeps = usualSweeps, seed = 1, pause }: SamplingOptions = {},
): Promise<Float64Array> {
  const chain = new Chain(grid, law, createRandom(seed));
  const taken = new Float64Array(grid.width * grid.height);
  const burnIn = Math.ceil(burnInPart * sweeps);
  const sites = taken.length / Math.max(1, law.reach) ** 2;
  const moves = Math.ceil(movesPerSite * Math.max(8, sites));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let move = 0; move < moves; move++) {
      if ((sweep * moves + move) % movesPerPause === 0) await pause?.(sweep, sweeps);
      chain.step();
    }
    if (sweep < burnIn) continue;
    for (const cell of chain.places) taken[cell] = (taken[cell] ?? 0) + 1;
  }
  return taken.map((times) => times / Math.max(1, sweeps - burnIn));
}

class Chain {
  /** Cells that are taken. */
  readonly places: number[] = [];
  /** Where in `places` a cell stands; −1 for a free one. */
  private readonly slots: Int32Array;
  private readonly proposals: Proposals;
  /** Logarithm of the rate by squared distance. */
  private readonly logRates: Float64Array;
  private readonly bins: readonly number[][];
  private readonly binSide: number;
  private readonly columns: number;
  private readonly rows: number;
  private readonly step0: number;

  constructor(
    private readonly grid: EvidenceGrid,
    { core, reach, rate }: PairLaw,
    private readonly random: Random,
  ) {
    const { width, height, logIntensity } = grid;
    this.slots = new Int32Array(width * height).fill(-1);
    this.proposals = proposalsOf(logIntensity);
    this.binSide = Math.max(1, Math.ceil(reach));
    this.logRates = Float64Array.from({ length: this.binSide ** 2 }, (_, squared) => {
      const cells = Math.sqrt(squared);
      return cells < core ? Number.NEGATIVE_INFINITY : cells < reach ? Math.log(rate(cells)) : 0;
    });
    this.columns = Math.ceil(width / this.binSide);
    this.rows = Math.ceil(height / this.binSide);
    this.bins = Array.from({ length: this.columns * this.rows }, () => []);
    this.step0 = Math.max(1, Math.round(stepPart * reach));
  }

  /** One proposal: a birth, a death, a small step or a leap. */
  step(): void {
    const what = this.random.uniform();
    if (what < 0.25) this.birth();
    else if (this.places.length === 0) return;
    else if (what < 0.5) this.death();
    else this.move(what < 0.9);
  }

  private birth(): void {
    const cell = this.drawn();
    if (cell < 0 || this.isTaken(cell)) return;
    const odds = this.logGain(cell) + this.interaction(cell, -1) - Math.log(this.places.length + 1);
    if (this.accepts(odds)) this.take(cell);
  }

  private death(): void {
    const cell = this.anyPlace();
    const odds = Math.log(this.places.length) - this.logGain(cell) - this.interaction(cell, cell);
    if (this.accepts(odds)) this.free(cell);
  }

  private move(isNear: boolean): void {
    const from = this.anyPlace();
    const to = isNear ? this.neighbour(from) : this.drawn();
    if (to < 0 || this.isTaken(to)) return;
    // A leap is proposed as often as a birth is.
    const gain = isNear
      ? (this.grid.logIntensity[to] ?? 0) - (this.grid.logIntensity[from] ?? 0)
      : this.logGain(to) - this.logGain(from);
    if (!this.accepts(gain + this.interaction(to, from) - this.interaction(from, from))) return;
    this.free(from);
    this.take(to);
  }

  /** Evidence of a cell over how often it is proposed. */
  private logGain(cell: number): number {
    const { weights, total } = this.proposals;
    return (this.grid.logIntensity[cell] ?? 0) + Math.log(total / (weights[cell] ?? 1));
  }

  private accepts(logOdds: number): boolean {
    return logOdds >= 0 || this.random.uniform() < Math.exp(logOdds);
  }

  /** A cell by the weights of the proposals; −1 where there is none. */
  private drawn(): number {
    const { sums, total } = this.proposals;
    if (!(total > 0)) return -1;
    const wanted = this.random.uniform() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private anyPlace(): number {
    return this.places[this.random.integer(this.places.length)] ?? 0;
  }

  /** A cell a few steps away; −1 beyond the picture, or where no particle can be. */
  private neighbour(cell: number): number {
    const { width, height, logIntensity } = this.grid;
    const away = (): number => this.random.integer(2 * this.step0 + 1) - this.step0;
    const [x, y] = [(cell % width) + away(), Math.floor(cell / width) + away()];
    if (x < 0 || y < 0 || x >= width || y >= height) return -1;
    const to = y * width + x;
    return logIntensity[to] === Number.NEGATIVE_INFINITY ? -1 : to;
  }

  /** Logarithm of the rates of all pairs of a cell with the places, but for one. */
  private interaction(cell: number, except: number): number {
    const { width } = this.grid;
    const [x, y] = [cell % width, Math.floor(cell / width)];
    const [column, row] = [Math.floor(x / this.binSide), Math.floor(y / this.binSide)];
    const lastRow = Math.min(this.rows - 1, row + 1);
    const lastColumn = Math.min(this.columns - 1, column + 1);
    let sum = 0;
    for (let r = Math.max(0, row - 1); r <= lastRow; r++)
      for (let c = Math.max(0, column - 1); c <= lastColumn; c++)
        for (const other of this.bins[r * this.columns + c] ?? []) {
          if (other === except) continue;
          const [dx, dy] = [(other % width) - x, Math.floor(other / width) - y];
          sum += this.logRates[dx * dx + dy * dy] ?? 0;
        }
    return sum;
  }

  private isTaken(cell: number): boolean {
    return (this.slots[cell] ?? -1) >= 0;
  }

  private take(cell: number): void {
    this.slots[cell] = this.places.length;
    this.places.push(cell);
    this.binOf(cell).push(cell);
  }

  private free(cell: number): void {
    const slot = this.slots[cell] ?? 0;
    const last = this.places.pop() ?? cell;
    if (last !== cell) {
      this.places[slot] = last;
      this.slots[last] = slot;
    }
    this.slots[cell] = -1;
    const bin = this.binOf(cell);
    const lastInBin = bin.pop() ?? cell;
    if (lastInBin !== cell) bin[bin.indexOf(cell)] = lastInBin;
  }

  private binOf(cell: number): number[] {
    const { width } = this.grid;
    const column = Math.floor((cell % width) / this.binSide);
    const row = Math.floor(Math.floor(cell / width) / this.binSide);
    return this.bins[row * this.columns + column] ?? [];
  }
}

/** How often a cell is proposed, and sums of that from the first cell on. */
interface Proposals {
  readonly weights: Float64Array;
  readonly sums: Float64Array;
  readonly total: number;
}

/** One place of overwhelming evidence would be proposed all the time: it is once taken, and others have to be asked, too. */
function proposalsOf(logIntensity: Float64Array): Proposals {
  // Impossible cells come first.
  const sorted = logIntensity.slice().sort();
  const impossible = sorted.lastIndexOf(Number.NEGATIVE_INFINITY) + 1;
  const cap = sorted[impossible + Math.floor((1 - cappedPart) * (sorted.length - impossible - 1))] ?? 0;
  const weights = logIntensity.map((value) => Math.exp(Math.min(0, value - cap)));
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (const [cell, weight] of weights.entries()) {
    total += weight;
    sums[cell] = total;
  }
  return { weights, sums, total };
}
