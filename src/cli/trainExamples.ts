/** What `cryolite train` learns from: micrographs with picks, made ready one by one. */
import { CryoliteError, UsageError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import { checkDiameter } from '../pipelines/picking/workingImage.ts';
import {
  prepareExample,
  type TrainingExample,
  type WorkingSettings,
} from '../pipelines/training/examples.ts';
import { isFolder, listFiles } from '../platform/node/files.ts';
import type { CommandContext } from './command.ts';
import type { CommandGpu } from './gpu.ts';
import { type MicrographOptions, withMicrograph } from './micrographInput.ts';
import { aboutFile, micrographName } from './outputs.ts';
import type { FindPicks } from './picksOfMicrographs.ts';

/** Of the command line, what examples depend on. */
export interface ExampleOptions extends MicrographOptions {
  readonly picks: readonly string[];
  readonly diameter: number;
  readonly brightParticles: boolean;
}

/** Of pictures, in a folder. */
const EXTENSIONS = ['.mrc', '.map', '.tif', '.tiff', '.eer', '.dm3', '.dm4', '.png', '.jpg', '.jpeg'];

/** @throws UsageError where there are none. */
export async function micrographFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths)
    files.push(...((await isFolder(path)) ? await listFiles(path, EXTENSIONS) : [path]));
  if (files.length > 0) return files;
  throw new UsageError(`--micrographs ${paths.join(' ')} holds no micrographs: give their folder.`);
}

/** Those with picks, on the CPU, at the network's scale. */
export async function examplesOf(
  context: CommandContext,
  gpu: CommandGpu,
  files: readonly string[],
  findPicks: FindPicks,
  settings: WorkingSettings,
  options: ExampleOptions,
): Promise<TrainingExample[]> {
  const examples: TrainingExample[] = [];
  const taken = new Map<string, string>();
  for (const [i, file] of files.entries()) {
    const job = context.job(`${i + 1}/${files.length} ${file}`);
    job.signal?.throwIfAborted();
    const example = await aboutFile(file, () =>
      withMicrograph(context, file, options, async ({ micrograph, pixelSizeAngstrom, loaded }) => {
        const found = await findPicks(file, micrograph).catch((error: unknown) => {
          if (error instanceof CryoliteError && error.code === 'no-picks') return undefined;
          throw error;
        });
        if (!found || found.picks.length === 0) return undefined;
        const key = `${found.file} ${JSON.stringify(found.picks.map(({ x, y }) => [x, y]))}`;
        const other = taken.get(key);
        if (other !== undefined) {
          throw new UsageError(
            `${found.file} holds the picks of one micrograph, but would serve ${other} too: give a file for each.`,
          );
        }
        taken.set(key, file);
        const { width, height } = micrograph;
        checkDiameter(options.diameter, pixelSizeAngstrom, width, height);
        const diameterPx = options.diameter / pixelSizeAngstrom;
        const { brightParticles } = options;
        return await gpu.run((gpuContext) =>
          loaded(gpuContext, job, (picture) =>
            prepareExample(
              gpuContext,
              picture,
              micrographName(file),
              found.picks,
              diameterPx,
              brightParticles,
              settings,
            ),
          ),
        );
      }),
    );
    if (example) examples.push(example);
  }
  if (examples.length > 0) return examples;
  throw new UsageError(
    `None of the ${files.length} micrographs has picks in --picks ${options.picks.join(' ')}.`,
  );
}

/** So many labels of all micrographs, each as likely as any other. */
export function drawLabels(
  examples: readonly TrainingExample[],
  count: number | undefined,
  seed: number,
): readonly TrainingExample[] {
  const all = examples.flatMap(({ labels }, example) => labels.map((_, label) => `${example} ${label}`));
  if (count === undefined || count >= all.length) return examples;
  if (count === 0) throw new UsageError('--labels 0 leaves nothing to learn from.');
  const random = createRandom(seed);
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [all[i], all[j]] = [all[j] ?? '', all[i] ?? ''];
  }
  const kept = new Set(all.slice(0, count));
  return examples
    .map((example, i) => ({ ...example, labels: example.labels.filter((_, j) => kept.has(`${i} ${j}`)) }))
    .filter(({ labels }) => labels.length > 0);
}
