import type { JobOptions } from '../../core/progress.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { TrainingPicture, TrainingRequest } from '../../rpc/contract.ts';
import type { Document } from './document.ts';
import { type Gain, gainUse } from './gain.ts';
import type { LabelledMicrograph, Labels } from './labels.ts';
import type { Library } from './library.ts';
import { openRequest } from './reading.ts';

export interface PicturesDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly library: Library;
  readonly gain: Gain;
  readonly labels: Labels;
}

/**
 * Makes the pictures of a training ready in the worker, one by one; those that it has from the training before are not read again.
 * @throws a sentence where a micrograph is not in the list any more, or is another one by now.
 */
export async function makePicturesReady(
  dependencies: PicturesDependencies,
  { micrographs, start }: TrainingRequest,
  options: JobOptions,
): Promise<void> {
  const { compute, document, labels } = dependencies;
  const missing = await compute.missingForTraining(
    micrographs.map(({ picture }) => picture),
    start,
  );
  for (const [done, picture] of missing.entries()) {
    options.signal?.throwIfAborted();
    const name = micrographs.find((one) => one.picture.fingerprint === picture.fingerprint)?.name ?? '';
    options.onProgress?.({ stage: `Reading ${name}`, done, total: missing.length });
    const opened = document.opened();
    if (opened?.fingerprint === picture.fingerprint) {
      await compute.keepForTraining(opened.id, picture, start, options);
      continue;
    }
    const known = labels.all().find(({ note }) => note.fingerprint === picture.fingerprint);
    if (!known) throw new Error(`${name} is not in the list any more: open it again to train on its picks.`);
    await readElsewhere(dependencies, known, picture, start, options);
  }
}

/** A micrograph that is not on the screen: opened, made ready and closed. */
async function readElsewhere(
  { compute, library, gain, labels }: PicturesDependencies,
  { note, parameters }: LabelledMicrograph,
  picture: TrainingPicture,
  start: TrainingRequest['start'],
  options: JobOptions,
): Promise<void> {
  const file = library.file(labels.keyOf(note) ?? '');
  if (!file)
    throw new Error(`${note.name} is not in the list any more: open it again to train on its picks.`);
  const isCorrected = parameters.gain !== undefined;
  const request = openRequest(note.frame, parameters, isCorrected ? gainUse(gain.chosen()) : undefined);
  const { signal } = options;
  const opened = await compute.open(await file.getFile(), request, { signal });
  try {
    if (opened.fingerprint !== note.fingerprint) {
      throw new Error(`${note.name} has changed since it was picked on: open it and pick anew.`);
    }
    await compute.keepForTraining(opened.id, picture, start, { signal });
  } finally {
    await compute.close(opened.id);
  }
}
