/**
 * One step of maximum-likelihood classification as its definition says, picture by picture, in 64 bits: log-posteriors of all
 * classes, shifts and angles, and the weighted sums of the turned pictures.
 */

export interface ClassProblem {
  readonly pictures: readonly Float32Array[];
  readonly side: number;
  readonly rings: number;
  readonly angles: number;
  readonly modes: number;
  readonly shifts: readonly { readonly x: number; readonly y: number }[];
  /** Of each class: (re, im) by ring and mode. */
  readonly references: readonly Float32Array[];
  /** By class and shift. */
  readonly levels: readonly (readonly number[])[];
}

/** (re, im) by ring and mode of a picture about a centre. */
function seriesOf(
  { side, rings, angles, modes }: ClassProblem,
  picture: Float32Array,
  shift: { readonly x: number; readonly y: number },
): Float64Array {
  const pixel = (x: number, y: number): number =>
    picture[Math.min(side - 1, Math.max(0, y)) * side + Math.min(side - 1, Math.max(0, x))] ?? 0;
  const series = new Float64Array(rings * modes * 2);
  for (let ring = 0; ring < rings; ring++) {
    const radius = ring + 0.5;
    for (let a = 0; a < angles; a++) {
      const turn = (2 * Math.PI * a) / angles;
      const x = side / 2 + shift.x + radius * Math.cos(turn);
      const y = side / 2 + shift.y + radius * Math.sin(turn);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      let value = 0;
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const weight = (1 - Math.abs(x - left - dx)) * (1 - Math.abs(y - top - dy));
        value += weight * pixel(left + dx, top + dy);
      }
      for (let m = 0; m < modes; m++) {
        const at = (ring * modes + m) * 2;
        const scale = Math.sqrt(2 * Math.PI * radius) / angles;
        series[at] = (series[at] ?? 0) + scale * value * Math.cos(m * turn);
        series[at + 1] = (series[at + 1] ?? 0) - scale * value * Math.sin(m * turn);
      }
    }
  }
  return series;
}

/** A series whose values at an angle are those of the old one at that angle + `turn`. */
function turned(series: Float64Array, modes: number, turn: number): Float64Array {
  return series.map((value, i) => {
    const m = Math.floor(i / 2) % modes;
    const [c, s] = [Math.cos(m * turn), Math.sin(m * turn)];
    return i % 2 === 0 ? value * c - (series[i + 1] ?? 0) * s : (series[i - 1] ?? 0) * s + value * c;
  });
}

export interface ClassStep {
  /** Of each class: the sums by ring and mode, then (members, 0). */
  readonly sums: readonly Float64Array[];
  /** Of each picture: class, shift and angle (by their numbers) of the highest posterior. */
  readonly best: readonly { readonly class: number; readonly shift: number; readonly angle: number }[];
}

export function classStep(problem: ClassProblem): ClassStep {
  const { pictures, angles, modes, rings, shifts, references, levels } = problem;
  const size = rings * modes * 2;
  const sums = references.map(() => new Float64Array(size + 2));
  const best = pictures.map((picture) => {
    const places = shifts.flatMap((shift, s) => {
      const series = seriesOf(problem, picture, shift);
      return Array.from({ length: angles }, (_, angle) => ({
        shift: s,
        angle,
        series: turned(series, modes, (2 * Math.PI * angle) / angles),
      }));
    });
    const all = references.flatMap((reference, k) =>
      places.map((place) => {
        let score = levels[k]?.[place.shift] ?? 0;
        for (let i = 0; i < size; i++) {
          const weight = Math.floor(i / 2) % modes === 0 ? 1 : 2;
          score += weight * (place.series[i] ?? 0) * (reference[i] ?? 0);
        }
        return { ...place, class: k, score };
      }),
    );
    const top = all.reduce((a, b) => (b.score > a.score ? b : a));
    const whole = all.reduce((sum, { score }) => sum + Math.exp(score - top.score), 0);
    for (const { class: k, score, series } of all) {
      const weight = Math.exp(score - top.score) / whole;
      const sum = sums[k];
      if (!sum) continue;
      for (let i = 0; i < size; i++) sum[i] = (sum[i] ?? 0) + weight * (series[i] ?? 0);
      sum[size] = (sum[size] ?? 0) + weight;
    }
    return { class: top.class, shift: top.shift, angle: top.angle };
  });
  return { sums, best };
}
