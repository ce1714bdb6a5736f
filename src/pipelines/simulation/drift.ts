import { createRandom } from '../../core/random.ts';

/** How far what a frame shows lies from where it is on average, px: a particle at (x, y) is seen at (x + dx, y + dy). */
export interface FrameShift {
  readonly x: number;
  readonly y: number;
}

/** The specimen has gone this part of its way, but for 1/e³, after the exposure: fast at first, as beam-induced motion is. */
const timeConstants = 3;
/** How far the path bends to the side, and how it trembles, as parts of its length. */
const bend = 0.15;
const tremor = 0.01;

/**
 * A path of the specimen during the exposure, drawn from the seed: from the first to the last frame it goes `lengthPx`
 * in a straight line (tremor aside). Its mean is 0, so that sums of all frames show particles where the truth says.
 */
export function driftPath(seed: number, frames: number, lengthPx: number): FrameShift[] {
  const random = createRandom(seed);
  const angle = random.between(0, 2 * Math.PI);
  const side = random.uniform() < 0.5 ? -bend : bend;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const path = Array.from({ length: frames }, (_, frame) => {
    const time = frames === 1 ? 0 : frame / (frames - 1);
    const way = (1 - Math.exp(-timeConstants * time)) / (1 - Math.exp(-timeConstants));
    const inside = frame > 0 && frame < frames - 1 ? tremor : 0;
    const along = lengthPx * (way + inside * random.normal());
    const across = lengthPx * (side * Math.sin(Math.PI * way) + inside * random.normal());
    return { x: along * cos - across * sin, y: along * sin + across * cos };
  });
  const mean = (axis: 'x' | 'y'): number => path.reduce((sum, shift) => sum + shift[axis], 0) / frames;
  const [x, y] = [mean('x'), mean('y')];
  return path.map((shift) => ({ x: shift.x - x, y: shift.y - y }));
}

/** Frames from 1, shifts in px. */
export function driftCsv(path: readonly FrameShift[]): string {
  const lines = path.map(({ x, y }, frame) => `${frame + 1},${x.toFixed(4)},${y.toFixed(4)}`);
  return `frame,shift_x_px,shift_y_px\n${lines.join('\n')}\n`;
}
