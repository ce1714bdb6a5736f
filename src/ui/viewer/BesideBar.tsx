import { type JSX, Match, Switch } from 'solid-js';
import type { ShownKind } from '../../rpc/contract.ts';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { sameSide, sameWipe } from '../state/beside.ts';
import { type SidePictures, sideChoices, type WipePictures, wipeChoices } from './panes.ts';

const names: Readonly<Record<ShownKind, string>> = {
  raw: 'Raw',
  filtered: 'Filtered',
  denoised: 'Denoised',
  residual: 'Residual',
};
const sideValue = (pictures: SidePictures): string => pictures.join('-');
const wipeValue = ({ left, right }: WipePictures): string => `${left}-${right}`;
const wordsOf = (kinds: readonly ShownKind[]): string => kinds.map((kind) => names[kind]).join(' | ');

/** Over the picture while two or three are compared: which ones. */
export function BesideBar(): JSX.Element {
  const { jobs, view } = useApp();
  return (
    <Switch>
      <Match when={view.mode() === 'side'}>
        <div class="beside-bar">
          <Segmented
            label="Pictures side by side"
            small
            value={sideValue(sideChoices.find((one) => sameSide(one, view.side())) ?? sideChoices[0])}
            segments={sideChoices.map((one) => ({
              value: sideValue(one),
              label: one.length === 3 ? 'All three' : wordsOf(one),
              keys: 'B',
              hint: `${wordsOf(one)}, side by side; what is not there yet is made`,
              testid: `side-${sideValue(one)}`,
            }))}
            onChange={(value) => {
              const chosen = sideChoices.find((one) => sideValue(one) === value);
              if (chosen) void jobs.showSide(chosen);
            }}
          />
        </div>
      </Match>
      <Match when={view.mode() === 'wipe'}>
        <div class="beside-bar">
          <Segmented
            label="Pictures on either side of the wipe"
            small
            value={wipeValue(wipeChoices.find((one) => sameWipe(one, view.wipe())) ?? wipeChoices[0])}
            segments={wipeChoices.map((one) => ({
              value: wipeValue(one),
              label: wordsOf([one.left, one.right]),
              keys: '3',
              hint: `${names[one.left]} on the left of the line, ${names[one.right].toLowerCase()} on its right; what is not there yet is made`,
              testid: `wipe-${wipeValue(one)}`,
            }))}
            onChange={(value) => {
              const chosen = wipeChoices.find((one) => wipeValue(one) === value);
              if (chosen) void jobs.showWipe(chosen);
            }}
          />
        </div>
      </Match>
    </Switch>
  );
}
