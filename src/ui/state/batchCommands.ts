import type { BatchItem } from '../../dataset/batch/queue.ts';
import type { App } from './app.ts';
import type { Command } from './keys.ts';

/** Shows a micrograph of the batch. */
export function openBatchItem(app: App, item: BatchItem): void {
  const key = app.batch.keyOf(item);
  if (key === undefined) {
    app.notices.info(`${item.name} is not in the list: open its folder again.`);
    return;
  }
  app.stage.show('picture');
  void app.document.select(key);
}

const needsQueue = (isFit: boolean, reason: string): string | undefined => (isFit ? undefined : reason);

/** What is done with many micrographs. */
export const batchCommands: readonly Command[] = [
  {
    id: 'batch.toggle',
    keys: 'Shift+B',
    label: 'Batch: work on all micrographs',
    group: 'Batch',
    blocked: ({ library, batch }) =>
      needsQueue(library.items.length + batch.queue.items.length > 0, 'Open micrographs first'),
    run: (app) => app.stage.toggle('batch'),
  },
  {
    id: 'batch.pause',
    label: 'Batch: pause, or resume',
    group: 'Batch',
    blocked: ({ batch: { queue } }) =>
      needsQueue(
        queue.isRunning() || queue.items.some(({ state }) => state === 'waiting'),
        'There is no batch to go on with',
      ),
    run: ({ batch: { queue } }) => void (queue.isRunning() ? queue.pause() : queue.resume(true)),
  },
  {
    id: 'batch.retry',
    label: 'Batch: retry all that failed',
    group: 'Batch',
    blocked: ({ batch: { queue } }) =>
      needsQueue(
        queue.items.some(({ state }) => state === 'failed'),
        'Nothing has failed',
      ),
    run: ({ batch }) => void batch.queue.retryFailed(),
  },
  {
    id: 'batch.export',
    label: 'Batch: export all picks for a program',
    group: 'Batch',
    blocked: ({ batch }) =>
      needsQueue(
        batch.queue.items.some(({ result }) => result !== undefined),
        'There is no micrograph that a batch has done',
      ),
    run: (app) => {
      app.stage.show('batch');
      void app.batch.exports.run();
    },
  },
];
