import type { JSX } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { Section } from '../controls/Section.tsx';
import { useApp } from '../state/app.ts';
import { choosePicksFile } from '../state/commands.ts';

export function ExportPanel(): JSX.Element {
  const app = useApp();
  const isEmpty = (): boolean => app.picks.shown().length === 0;
  return (
    <Section step={5} title="Export">
      <div class="row">
        <Button
          label="STAR"
          icon="save"
          hint="Save the shown picks as a RELION 3.1 STAR file: centres in pixels, the first pixel is 0, 0"
          disabled={isEmpty()}
          testid="export-star"
          onClick={() => void app.exchange.exportPicks('star')}
        />
        <Button
          label="CSV"
          icon="save"
          hint="Save the shown picks as x, y, score"
          disabled={isEmpty()}
          testid="export-csv"
          onClick={() => void app.exchange.exportPicks('csv')}
        />
        <span class="spacer" />
        <Button
          label="Import"
          icon="load"
          variant="quiet"
          hint="Add picks from a STAR or CSV file"
          testid="import-picks"
          onClick={choosePicksFile}
        />
      </div>
    </Section>
  );
}
