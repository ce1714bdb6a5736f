import type { StepReport } from '../nn/train/trainer.ts';
import type { HeldOutScore } from '../pipelines/training/heldOut.ts';
import type { HeldOutReport, PickerTraining } from '../pipelines/training/pickerTraining.ts';
import type { TrainingEvent, TrainingLook, TrainingScore } from '../rpc/training.ts';

/** What a training tells the page while it runs. */
export interface TrainingEvents {
  prepared(particlesPerMicrograph: number): void;
  step(report: StepReport): void;
  look(report: HeldOutReport): void;
  checkpoint(step: number, bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** Losses go out about so often: a curve that grows more smoothly than that is not seen to. */
const pauseMilliseconds = 200;
/** Steps over which the time of one is averaged. */
const timed = 20;

export function trainingEvents(port: MessagePort, training: PickerTraining): TrainingEvents {
  let losses: number[] = [];
  let first = 0;
  let sent = 0;
  const ends: number[] = [];
  const post = (event: TrainingEvent, transfer: Transferable[] = []): void =>
    port.postMessage(event, transfer);
  const flush = (): void => {
    if (losses.length === 0) return;
    const [oldest = 0, newest = 0] = [ends[0], ends.at(-1)];
    const secondsPerStep = ends.length > 1 ? (newest - oldest) / 1000 / (ends.length - 1) : 0;
    post({ kind: 'steps', first, losses, secondsPerStep });
    first += losses.length;
    losses = [];
    sent = performance.now();
  };
  return {
    prepared: (particlesPerMicrograph) => {
      const { network, template } = training.baselines;
      first = training.step;
      post({
        kind: 'prepared',
        step: training.step,
        particlesPerMicrograph,
        network: network && scoreOf(network),
        template: template && scoreOf(template),
        looks: training.history.map(lookOf),
      });
    },
    step: ({ loss }) => {
      const now = performance.now();
      ends.push(now);
      if (ends.length > timed) ends.shift();
      losses.push(loss);
      if (now - sent >= pauseMilliseconds) flush();
    },
    look: (look) => {
      flush();
      post({ kind: 'look', look: lookOf(look) });
      // A look takes its time, which is no step's.
      ends.length = 0;
    },
    checkpoint: (step, { buffer }) => post({ kind: 'checkpoint', step, bytes: buffer }, [buffer]),
    close: () => {
      flush();
      port.close();
    },
  };
}

/** Without what the page has no use for. */
export function lookOf(look: HeldOutReport): TrainingLook {
  return { step: look.step, ...scoreOf(look), isKept: look.isKept };
}

function scoreOf({ averagePrecision, curve, heldOut }: HeldOutScore): TrainingScore {
  const points = curve.map(({ recall, precision }) => ({ recall, precision }));
  return { averagePrecision, curve: points, heldOut };
}
