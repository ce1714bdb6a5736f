import { type Accessor, createEffect, createMemo, createSignal, on, untrack } from 'solid-js';
import type { ComputeClient } from '../../rpc/client.ts';
import type { ContrastWindow, PictureHistogram, ShownKind } from '../../rpc/contract.ts';
import { fromBrightness, toBrightness } from '../viewer/contrast.ts';
import { windowOf } from './contrastRules.ts';
import type { Document } from './document.ts';
import { type ContrastRule, type Look, usualRule } from './look.ts';
import type { Notices } from './notices.ts';
import type { ViewState } from './view.ts';

/** The histogram of what is on the screen, and black and white by a rule or by hand. */
export interface ContrastChoice {
  readonly isOpen: Accessor<boolean>;
  setOpen(open: boolean): void;
  /** The picture that the controls are about: the first one on the screen. */
  readonly kind: Accessor<ShownKind>;
  /** Its histogram, as soon as it is known. */
  readonly histogram: Accessor<PictureHistogram | undefined>;
  /** By hand; the picture beside it changes in the same proportion. */
  setWindow(window: ContrastWindow): void;
  /** By a rule, on all pictures, also those to come. */
  setRule(rule: ContrastRule): void;
  /** Back to the automatic contrast that the rule gives. */
  reset(): void;
}

export interface ContrastDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly view: ViewState;
  readonly look: Look;
  readonly notices: Notices;
}

const kinds: readonly ShownKind[] = ['raw', 'filtered', 'denoised', 'residual'];

export function createContrastChoice(dependencies: ContrastDependencies): ContrastChoice {
  const { compute, document, view, look, notices } = dependencies;
  const [isOpen, setOpen] = createSignal(false);
  const [known, setKnown] = createSignal<ReadonlyMap<string, PictureHistogram>>(new Map());
  const asked = new Set<string>();

  /** Names a picture; never the same again when it was made anew. */
  const nameOf = (kind: ShownKind): string | undefined => {
    const opened = document.opened();
    if (!opened) return undefined;
    if (kind === 'raw') return `${opened.id}/raw/${document.picture()}`;
    const made = kind === 'residual' ? document.filtered() : document.made(kind);
    return made && `${opened.id}/${kind}/${made.version}`;
  };
  const inSight = createMemo(() => [...new Set(view.panes().map(({ kind }) => kind))]);
  const kind = (): ShownKind => inSight()[0] ?? 'raw';
  const histogramFor = (of: ShownKind): PictureHistogram | undefined => known().get(nameOf(of) ?? '');
  /** What pictures are opened with is this rule already, from all of their pixels. */
  const isUsual = (): boolean => {
    const rule = look.rule();
    return rule.by === 'percentile' && usualRule.by === 'percentile' && rule.percent === usualRule.percent;
  };
  const apply = (of: ShownKind): void => {
    const histogram = histogramFor(of);
    const window = histogram && windowOf(histogram, look.rule(), of === 'residual');
    if (window) view.setAutomaticContrast(of, window);
  };
  const fetch = async (of: ShownKind): Promise<void> => {
    const name = nameOf(of);
    const opened = document.opened();
    if (name === undefined || !opened || asked.has(name)) return;
    asked.add(name);
    try {
      const histogram = await compute.histogram(opened.id, of);
      // Those of other micrographs are not met again: their handles are new ones.
      const own = [...known()].filter(([key]) => key.startsWith(`${opened.id}/`));
      setKnown(new Map([...own, [name, histogram]]));
      if (nameOf(of) === name && !isUsual()) apply(of);
    } catch (error) {
      asked.delete(name);
      // Closed meanwhile: nobody looks at it any more.
      if (nameOf(of) === name) notices.failure(error);
    }
  };

  createEffect(() => {
    const wanted = inSight().map((of) => [of, nameOf(of)] as const);
    if (!isOpen() && (look.rule().by === 'hand' || isUsual())) return;
    for (const [of, name] of wanted) if (name !== undefined) void fetch(of);
  });
  createEffect(
    on(
      look.rule,
      () =>
        untrack(() => {
          for (const of of inSight()) apply(of);
        }),
      { defer: true },
    ),
  );

  const reset = (): void => {
    for (const of of kinds) view.setContrast(of, view.automaticContrast(of));
    if (look.rule().by === 'hand') look.set({ rule: usualRule });
  };
  return {
    isOpen,
    setOpen,
    kind,
    histogram: () => histogramFor(kind()),
    setWindow: (window) => {
      const first = kind();
      view.setContrast(first, window);
      const setting = toBrightness(view.automaticContrast(first), window);
      for (const other of inSight()) {
        if (other === first) continue;
        view.setContrast(other, fromBrightness(view.automaticContrast(other), setting));
      }
      if (look.rule().by !== 'hand') look.set({ rule: { by: 'hand' } });
    },
    setRule: (rule) => look.set({ rule }),
    reset,
  };
}
