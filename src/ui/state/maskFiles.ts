import { fileStem } from '../../platform/browser/fileNames.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import type { Mask } from './mask.ts';
import type { WorkDependencies } from './work.ts';

/** Masks from files and to files. */
export interface MaskFiles {
  open(file: File): Promise<void>;
  save(): Promise<void>;
}

const mrcType = { description: 'MRC image', accept: { 'application/octet-stream': ['.mrc'] } } as const;

export function createMaskFiles(
  dependencies: Pick<WorkDependencies, 'compute' | 'document' | 'parameters' | 'tasks' | 'notices'> & {
    readonly mask: Mask;
  },
): MaskFiles {
  const { compute, document, parameters, tasks, notices, mask } = dependencies;
  return {
    open: async (file) => {
      const opened = document.opened();
      if (!opened) return;
      const { width, height } = opened;
      const grid = await tasks.run('mask', `Opening ${file.name}`, (options) =>
        compute.openMask(file, { width, height }, options),
      );
      // The user may have gone on to another micrograph.
      if (!grid || document.opened()?.fingerprint !== opened.fingerprint) return;
      mask.setFromFile(grid, file.name);
      mask.setVisible(true);
    },
    save: async () => {
      const [opened, bitmap] = [document.opened(), mask.bitmap()];
      if (!opened || !bitmap) return;
      try {
        const target = await chooseSaveTarget(`${fileStem(opened.name)}_mask.mrc`, mrcType);
        if (!target) return;
        const { name, width, height } = opened;
        const { pixelSizeAngstrom } = parameters.values;
        await target.write(await compute.exportMask(bitmap, { width, height }, pixelSizeAngstrom, name));
        notices.info(`The mask was written to ${target.name}: 1 is contaminated, at the micrograph’s size.`);
      } catch (error) {
        notices.failure(error);
      }
    },
  };
}
