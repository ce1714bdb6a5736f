/** Extracted particles into a folder or an archive: a stack of each micrograph, and one STAR file of them all. */
import type { JobOptions } from '../../core/progress.ts';
import { type ExtractedStack, writeExtractedParticles } from '../../formats/star/extracted.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import type { SaveFolder } from '../../platform/browser/saveFolder.ts';
import { failureWords, type PickedMicrograph } from './pickedMicrographs.ts';

/** What lists the particles. */
export const particlesFile = 'particles.star';

/** The boxes of one micrograph before they are written. */
export interface Extracted {
  /** All of the stack but the name of its file. */
  readonly particles: Omit<ExtractedStack, 'micrograph' | 'stack'>;
  readonly content: Blob;
  /** How it was made, for the STAR file. */
  readonly label: string;
}

/** The part of a row that is no name is shorter. */
const bytesOfNumbers = 200;

/**
 * Extracts one micrograph after the other. What can't be extracted is left out; where the folder takes no more, the stacks
 * that are in it get their STAR file; a job that is given up leaves nothing.
 * @param onFailure hears why something is missing, in sentences.
 * @throws CryoliteError 'exists' before the first pixel, where a file is in the way; what the folder throws of the STAR file.
 */
export async function extractInto(
  folder: SaveFolder,
  micrographs: readonly PickedMicrograph[],
  extract: (one: PickedMicrograph, options: JobOptions) => Promise<Extracted>,
  onFailure: (sentence: string) => void,
  { signal, onProgress }: JobOptions,
): Promise<readonly ExtractedStack[]> {
  const names = new Set([particlesFile]);
  const wanted = micrographs.map((one) => ({ one, stack: freeName(fileStem(one.name), names) }));
  await folder.checkFree([...names]);
  const isAlone = wanted.length === 1;
  const stacks: ExtractedStack[] = [];
  let label = '';
  let starBytes = 0;
  try {
    for (const [i, { one, stack }] of wanted.entries()) {
      signal?.throwIfAborted();
      if (!isAlone) onProgress?.({ stage: `Extracting from ${one.name}`, done: i, total: wanted.length });
      let extracted: Extracted;
      try {
        extracted = await extract(one, isAlone ? { signal, onProgress } : { signal });
      } catch (error) {
        signal?.throwIfAborted();
        onFailure(failureWords(one.name, error));
        continue;
      }
      signal?.throwIfAborted();
      const { particles } = extracted.particles;
      starBytes += particles.length * (bytesOfNumbers + 3 * (stack.length + one.name.length));
      try {
        await folder.write(stack, extracted.content, starBytes);
      } catch (error) {
        // Where one can't be written the next can't be.
        onFailure(failureWords(stack, error, 'written'));
        break;
      }
      stacks.push({ ...extracted.particles, micrograph: one.name, stack });
      label = extracted.label;
    }
    signal?.throwIfAborted();
    if (stacks.length > 0) {
      await folder.write(particlesFile, new Blob([writeExtractedParticles(stacks, undefined, [label])]));
      await folder.close();
    }
  } catch (error) {
    // Stacks that no STAR file tells of are of no use, and would be in the way the next time.
    await folder.discard();
    throw error;
  }
  return stacks;
}

/** Two micrographs of one name lie in two folders: the second one's stack gets a number. */
function freeName(stem: string, taken: Set<string>): string {
  let name = `${stem}.mrcs`;
  for (let i = 2; taken.has(name); i++) name = `${stem}_${i}.mrcs`;
  taken.add(name);
  return name;
}
