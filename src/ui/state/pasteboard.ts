import { type Accessor, createSignal } from 'solid-js';
import { type CopiedPicks, type CopyField, pastedOn } from '../../dataset/copiedPicks.ts';
import { pasted } from '../../dataset/pickEdits.ts';
import type { Filament, Pick } from '../../dataset/picks.ts';
import type { Library } from './library.ts';
import type { PickSelection } from './pickSelection.ts';
import { pickDiameterPx } from './picks.ts';
import type { WorkDependencies } from './work.ts';

/** Picks and filaments that were copied, to be pasted on any micrograph. */
export interface Pasteboard {
  /** How many there are. */
  readonly count: Accessor<number>;
  /** What is chosen; all that are shown where nothing is. */
  copy(): void;
  /** They are chosen afterwards. */
  paste(): void;
  /** Opens the next micrograph of the list and pastes all that are shown on this one. */
  copyToNext(): Promise<void>;
}

export interface PasteboardDependencies
  extends globalThis.Pick<WorkDependencies, 'document' | 'parameters' | 'picks' | 'notices' | 'view'> {
  readonly library: Library;
  readonly selection: PickSelection;
}

export function createPasteboard(dependencies: PasteboardDependencies): Pasteboard {
  const { document, library, notices, parameters, picks, selection, view } = dependencies;
  const [copied, setCopied] = createSignal<CopiedPicks>();
  const count = (): number => {
    const now = copied();
    return now ? now.picks.length + now.filaments.length : 0;
  };
  const field = (): CopyField | undefined => {
    const opened = document.opened();
    const { pixelSizeAngstrom } = parameters.values;
    return opened && { width: opened.width, height: opened.height, pixelSizeAngstrom };
  };
  const take = (some: Iterable<Pick>, filaments: Iterable<Filament>): void => {
    const from = field();
    if (from) setCopied({ from, picks: [...some], filaments: [...filaments] });
  };
  const paste = (): void => {
    const [now, to] = [copied(), field()];
    if (!now || !to || count() === 0) return;
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    const diameterPx = pickDiameterPx(diameterAngstrom, pixelSizeAngstrom);
    const made = pastedOn(now, to, { picks: picks.all(), filaments: picks.filaments() }, diameterPx);
    picks.edit(pasted(made.picks, made.filaments));
    selection.choose(made.picks, made.filaments);
    view.setPicksVisible(true);
    const done = made.picks.length + made.filaments.length;
    const left = [
      made.outside > 0 ? `${made.outside} beyond the edges` : '',
      made.doubled > 0 ? `${made.doubled} where there is one already` : '',
    ].filter((words) => words !== '');
    const name = document.opened()?.name ?? 'the micrograph';
    const without = left.length > 0 ? `; left out: ${left.join(', ')}` : '';
    notices.info(`${done} of ${count()} were pasted on ${name}${without}.`);
  };
  return {
    count,
    copy: () => {
      if (selection.count() > 0) take(selection.picks(), selection.filaments());
      else take(picks.shown(), picks.shownFilaments());
      notices.info(`${count()} copied: Ctrl+V pastes them on any micrograph.`);
    },
    paste,
    copyToNext: async () => {
      const items = library.plain();
      const at = items.findIndex(({ key }) => key === document.key());
      const next = items.slice(at + 1).find(({ status }) => status !== 'failed');
      if (at < 0 || !next) {
        notices.info('This is the last micrograph of the list: there is no next one to copy to.');
        return;
      }
      take(picks.shown(), picks.shownFilaments());
      if (count() === 0) {
        notices.info('There are no picks here to copy to the next micrograph.');
        return;
      }
      await document.select(next.key);
      // It may not have opened: the pasteboard waits for the next try.
      if (document.key() === next.key) paste();
    },
  };
}
