import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import { memorySink } from '../../core/bytes.ts';
import type { Pick } from '../../dataset/picks.ts';
import { writeMrc } from '../../formats/mrc/write.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import type { ClassResult } from '../../rpc/contract.ts';
import type { Gallery } from './gallery.ts';
import type { WorkDependencies } from './work.ts';

export const classLimits = { min: 2, max: 8 } as const;

/** Picks of the gallery averaged into a few classes: junk comes together, and can be thrown out together. */
export interface Classes {
  readonly count: Accessor<number>;
  setCount(count: number): void;
  readonly isRunning: Accessor<boolean>;
  readonly result: Accessor<ClassResult | undefined>;
  /** Of each class those that are in the gallery now. */
  readonly members: Accessor<readonly (readonly Pick[])[]>;
  /** Why they can't be averaged, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  run(): Promise<void>;
  select(index: number, adds: boolean): void;
  /** Whether all of a class are selected. */
  isSelected(index: number): boolean;
  save(): Promise<void>;
  dismiss(): void;
}

const mrcsType = { description: 'MRC stack', accept: { 'application/octet-stream': ['.mrcs'] } } as const;

export function createClasses({
  gallery,
  ...dependencies
}: WorkDependencies & { readonly gallery: Gallery }): Classes {
  const { compute, document, parameters, tasks, notices } = dependencies;
  const [count, setCount] = createSignal(4);
  const [made, setMade] = createSignal<{ readonly picks: readonly Pick[]; readonly result: ClassResult }>();
  const members = createMemo((): readonly (readonly Pick[])[] => {
    const last = made();
    if (!last) return [];
    const listed = new Set(gallery.picks());
    const { picks, result } = last;
    return result.members.map((_, k) =>
      picks.filter((pick, i) => result.classOf[i] === k && listed.has(pick)),
    );
  });
  createEffect(
    on(
      () => document.opened()?.id,
      () => {
        tasks.cancel('classes');
        setMade(undefined);
      },
    ),
  );
  const problem = (): string | undefined => {
    if (gallery.ofList()) return 'Classes are of one micrograph: choose “This” above.';
    if (parameters.values.pixelSizeAngstrom === undefined) {
      return 'Enter the pixel size in step 1 first: boxes and diameter are in Å.';
    }
    if (gallery.shows() === 'thrown') return 'What was thrown out is not averaged: choose “Kept” or “All”.';
    const least = 2 * count();
    return gallery.picks().length < least
      ? `${count()} classes need ${least} boxes or more: the gallery has ${gallery.picks().length}.`
      : undefined;
  };
  const isSelected = (index: number): boolean => {
    const own = members()[index] ?? [];
    const chosen = gallery.selection.chosen();
    return own.length > 0 && own.every((pick) => chosen.has(pick));
  };
  return {
    count,
    setCount,
    isRunning: () => tasks.isRunning('classes'),
    result: () => made()?.result,
    members,
    problem,
    run: async () => {
      const opened = document.opened();
      const { pixelSizeAngstrom, diameterAngstrom, brightParticles } = parameters.values;
      const sentence = problem();
      if (sentence !== undefined) return notices.info(sentence);
      if (!opened || pixelSizeAngstrom === undefined) return;
      const picks = gallery.picks();
      const result = await tasks.run(
        'classes',
        `Averaging ${picks.length} boxes into ${count()} classes`,
        (options) =>
          compute.classAverages(
            opened.id,
            {
              places: picks.map(({ x, y }) => ({ x, y })),
              pixelSizeAngstrom,
              boxPx: 2 * Math.round(gallery.boxAngstrom() / pixelSizeAngstrom / 2),
              diameterAngstrom,
              classes: count(),
              brightParticles,
            },
            options,
          ),
        opened,
      );
      if (result && document.opened()?.id === opened.id) setMade({ picks, result });
    },
    select: (index, adds) => {
      const own = members()[index] ?? [];
      const chosen = gallery.selection.members();
      if (!adds) gallery.selection.these(own);
      else if (isSelected(index)) gallery.selection.these(chosen.filter((pick) => !own.includes(pick)));
      else gallery.selection.these([...chosen, ...own]);
    },
    isSelected,
    save: async () => {
      const result = made()?.result;
      const opened = document.opened();
      if (!result || !opened) return;
      try {
        const target = await chooseSaveTarget(`${fileStem(opened.name)}_classes.mrcs`, mrcsType);
        if (!target) return;
        const { sidePx, pixelSizeAngstrom, averages, members: counts } = result;
        const sink = memorySink();
        const labels = [
          `Cryolite ${__CRYOLITE_VERSION__}: averages of boxes of ${opened.name} in ${counts.length} classes`,
          `boxes in them: ${counts.join(' ')}`,
        ];
        const frames = counts.length;
        await writeMrc(sink, { width: sidePx, height: sidePx, frames, pixelSizeAngstrom, labels }, [
          averages,
        ]);
        await target.write(new Blob([sink.bytes()]));
        notices.info(`${frames} class averages were written to ${target.name}.`);
      } catch (error) {
        notices.failure(error);
      }
    },
    dismiss: () => setMade(undefined),
  };
}
