import { isAbort } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import { checkDiameter } from '../pipelines/picking/workingImage.ts';
import {
  pickerCheckpointBytes,
  readPickerCheckpoint,
  trainingHash,
} from '../pipelines/training/checkpointFile.ts';
import { exampleOf, prepareWorkingPicture, type WorkingPicture } from '../pipelines/training/examples.ts';
import { labelsOf, pickerModelBytes } from '../pipelines/training/modelFile.ts';
import { type JudgedPicker, PickerTraining } from '../pipelines/training/pickerTraining.ts';
import type { ComputeApi } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type {
  TrainingApi,
  TrainingOutcome,
  TrainingPicture,
  TrainingRequest,
  TrainingStart,
} from '../rpc/training.ts';
import type { ServiceParts } from './serviceParts.ts';
import { lookOf, trainingEvents } from './trainingEvents.ts';
import { questionsOf, settingsFor, startingPoint, type TrainingOrigin } from './trainingParts.ts';

/** The part of the contract that trains a picker on the picks of the user. */
export function trainService(parts: ServiceParts): Pick<ComputeApi, keyof TrainingApi> {
  const { gpu, documents, platform } = parts;
  /** Small pictures on the CPU, those of the last training: answers are learnt without reading any file again. */
  const kept = new Map<string, WorkingPicture>();
  const origin = (start: TrainingStart, seed = 0): Promise<TrainingOrigin> =>
    startingPoint(parts, start, seed);

  const run = async (
    request: TrainingRequest,
    checkpoint: ArrayBuffer | undefined,
    eventPort: MessagePort,
    { signal, onProgress }: JobOptions,
  ): Promise<TrainingOutcome> => {
    const { micrographs, steps, seed } = request;
    const { point, hash: startedFrom } = await origin(request.start, seed);
    const keys = micrographs.map(({ picture }) => keyOf(picture, point.settings));
    for (const key of [...kept.keys()]) if (!keys.includes(key)) kept.delete(key);
    const pictures = keys.map((key) => kept.get(key));
    const examples = micrographs.map(({ picture, name, labels, rejected }, i) => {
      const working = pictures[i];
      if (!working) throw new Error(`${name} was not made ready: open it and train again.`);
      return {
        fingerprint: picture.fingerprint,
        working,
        example: exampleOf(working, name, labels, rejected),
      };
    });
    const settings = settingsFor(request);
    const plain = examples.map(({ example }) => example);
    const hash = await trainingHash(plain, settings, startedFrom);
    const known = checkpoint && readPickerCheckpoint('the training', new Uint8Array(checkpoint), hash);
    let adapter = '';
    const device = {
      acquire: () => gpu.acquire(),
      run: <T>(work: Parameters<typeof gpu.run<T>>[1]) =>
        gpu.run<T>({ onProgress }, (context) => {
          adapter = context.adapterName;
          return work(context);
        }),
    };
    onProgress?.({ stage: 'Looking at your picks', done: 0, total: 1 });
    const training = await PickerTraining.begin(device, plain, point, settings, known, {
      signal,
      onProgress,
    });
    const events = trainingEvents(eventPort, training);
    try {
      const particlesPerMicrograph = training.expectedCount / training.names.length;
      events.prepared(particlesPerMicrograph);
      let isStopped = false;
      try {
        await training.run({
          signal,
          onStep: (report) => {
            events.step(report);
            onProgress?.({ stage: 'Training', done: report.step + 1, total: steps });
          },
          onHeldOut: (look) => {
            events.look(look);
            // The trainer's own checkpoint is of this look.
            const { checkpoint: now } = training;
            if (now) events.checkpoint(look.step, pickerCheckpointBytes(now, hash));
          },
        });
      } catch (error) {
        // Stopped before the first look there is nothing to keep.
        if (!isAbort(error) || training.history.length === 0) throw error;
        isStopped = true;
      }
      const goOn = isStopped ? training.checkpoint : undefined;
      onProgress?.({ stage: 'Turning scores into chances', done: 0, total: 1 });
      await training.lookAtLast(events.look);
      const picker = await training.picker();
      const { bestStep, step, flopsPerStep, history } = training;
      const file = pickerModelBytes('picker trained in the page', picker, {
        program: `Cryolite ${__CRYOLITE_VERSION__}`,
        seed,
        steps: bestStep,
        ...(await labelsOf(plain)),
        startedFrom,
        diameterAngstrom: micrographs[0]?.picture.diameterAngstrom ?? 0,
      }).buffer;
      const goOnBytes = goOn && pickerCheckpointBytes(goOn, hash).buffer;
      const outcome: TrainingOutcome = {
        file,
        step,
        bestStep,
        isFinished: !isStopped,
        looks: history.map(lookOf),
        particlesPerMicrograph,
        threshold: picker.threshold,
        questions: questionsOf(asked(picker), point.settings.workingDiameterPx),
        checkpoint: goOnBytes,
        flops: flopsPerStep * step,
        adapter,
      };
      return platform.transfer(outcome, [file, ...(goOnBytes ? [goOnBytes] : [])]);
    } finally {
      events.close();
      training.dispose();
    }

    function asked({ candidates, threshold }: JudgedPicker) {
      // The training sees only those with labels.
      const learnt = examples.filter(({ example }) => example.labels.length > 0);
      return {
        threshold,
        micrographs: learnt.map((one, i) => ({ ...one, candidates: candidates[i] ?? [] })),
      };
    }
  };

  return {
    missingForTraining: async (pictures, start) => {
      const { point } = await origin(start);
      return pictures.filter((picture) => !kept.has(keyOf(picture, point.settings)));
    },
    keepForTraining: (id, picture, start, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { diameterAngstrom, pixelSizeAngstrom, brightParticles } = picture;
        const { settings } = (await origin(start)).point;
        const working = await documents.using(id, async (image) => {
          const { width, height } = image.micrograph;
          checkDiameter(diameterAngstrom, pixelSizeAngstrom, width, height);
          const diameterPx = diameterAngstrom / pixelSizeAngstrom;
          return await gpu.run(options, (context) =>
            image.withRaw(context, options, (loaded) =>
              prepareWorkingPicture(context, loaded, diameterPx, brightParticles, settings),
            ),
          );
        });
        kept.set(keyOf(picture, settings), working);
      }),
    train: (request, checkpoint, events, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        return await run(request, checkpoint, events, options);
      }),
  };
}

/** All that a prepared picture depends on. */
function keyOf(picture: TrainingPicture, settings: TrainingOrigin['point']['settings']): string {
  const { fingerprint, version, pixelSizeAngstrom, diameterAngstrom, brightParticles } = picture;
  const { workingDiameterPx, highpassDiameters, clip } = settings;
  return JSON.stringify([
    ...[fingerprint, version, pixelSizeAngstrom, diameterAngstrom, brightParticles],
    ...[workingDiameterPx, highpassDiameters, clip],
  ]);
}
