/**
 * Electrons counted fast: half a thousand million pixels of a movie take seconds, not minutes. Counts come from tables of
 * the Poisson distribution by inversion, with no function called for a pixel.
 */

/** Steps from 0 to the highest mean: with 4096, a mean is off by 0.02 % of the highest at most. */
const meanSteps = 4096;
/** Where the table of a mean is entered, by the first bits of a random number. */
const guideBits = 6;

/** Beyond it the tables would outgrow the caches, and no frame of a movie has so many electrons on a pixel. */
export const highestCountedMean = 1000;

/** Draws Poisson counts for means up to the one it was made for. */
export class ElectronCounter {
  /** The most that a pixel can count: a chance of 2⁻³² is left out. */
  readonly most: number;
  private readonly stepsPerElectron: number;
  /** For each mean, the 32-bit number up to which each count is drawn. */
  private readonly limits: Uint32Array;
  /** For each mean, the first count that a random number with these leading bits can mean. */
  private readonly guide: Uint16Array;
  private state = { a: 0, b: 0, c: 0, d: 0 };

  /** @param highestMean above 0, at most `highestCountedMean`. */
  constructor(highestMean: number) {
    this.stepsPerElectron = meanSteps / highestMean;
    this.most = mostOf(highestMean);
    const row = this.most + 1;
    this.limits = new Uint32Array((meanSteps + 1) * row);
    this.guide = new Uint16Array((meanSteps + 1) << guideBits);
    for (let step = 0; step <= meanSteps; step++) {
      const limits = this.limits.subarray(step * row, (step + 1) * row);
      fillLimits(limits, (step / meanSteps) * highestMean);
      const guide = this.guide.subarray(step << guideBits, (step + 1) << guideBits);
      for (let entry = 0, count = 0; entry < guide.length; entry++) {
        const first = (entry << (32 - guideBits)) >>> 0;
        while ((limits[count] ?? 0) < first) count++;
        guide[entry] = count;
      }
    }
  }

  /** Begins the random numbers of two seeds, such as a movie's and a frame's. */
  restart(seed: number, frame: number): void {
    this.state = { a: seed >>> 0, b: frame >>> 0, c: 0x243f6a88, d: 1 };
    // sfc32 mixes its seeds over all bits within 12 numbers.
    const none = new Float32Array(16);
    this.count(none, none);
  }

  /**
   * Draws a count for each mean. Means above the highest are taken as it, negative ones as 0.
   * @param out as long as `means`; may be the same.
   */
  count(means: Float32Array, out: Float32Array): void {
    const { limits, guide, stepsPerElectron } = this;
    const row = this.most + 1;
    // Small fast counter (Doty-Humphrey's sfc32, of PractRand): four additions and two shifts a number.
    let { a, b, c, d } = this.state;
    for (let i = 0; i < means.length; i++) {
      const sum = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      const drawn = sum >>> 0;
      const nearest = ((means[i] ?? 0) * stepsPerElectron + 0.5) | 0;
      const step = nearest < 0 ? 0 : nearest > meanSteps ? meanSteps : nearest;
      let count = guide[(step << guideBits) | (drawn >>> (32 - guideBits))] ?? 0;
      for (let entry = step * row + count; (limits[entry] ?? 0) < drawn; entry++) count++;
      out[i] = count;
    }
    this.state = { a, b, c, d };
  }
}

/** The smallest count that is exceeded with a chance of less than 2⁻³². */
function mostOf(mean: number): number {
  const limits = new Uint32Array(Math.ceil(mean + 8 * Math.sqrt(mean) + 40));
  fillLimits(limits, mean);
  return limits.indexOf(0xffffffff);
}

/** The distribution function of the Poisson distribution, as 32-bit numbers; the last is always the highest. */
function fillLimits(limits: Uint32Array, mean: number): void {
  let sum = 0;
  for (let count = 0; count < limits.length; count++) {
    // By logarithms, since exp(−mean) is 0 from a mean of 745 on.
    sum += mean === 0 ? (count === 0 ? 1 : 0) : Math.exp(count * Math.log(mean) - mean - logFactorial(count));
    limits[count] = Math.min(0xffffffff, Math.max(0, Math.round(sum * 2 ** 32) - 1));
  }
  limits[limits.length - 1] = 0xffffffff;
}

const logFactorials: number[] = [0];

function logFactorial(n: number): number {
  for (let k = logFactorials.length; k <= n; k++)
    logFactorials.push((logFactorials[k - 1] ?? 0) + Math.log(k));
  return logFactorials[n] ?? 0;
}
