import { createEffect, type JSX, Show } from 'solid-js';
import { PROGRAM_NAMES, PROGRAMS, type Program } from '../../dataset/coordinates/exportFor.ts';
import type { StarNote } from '../../dataset/session.ts';
import { Button } from '../controls/Button.tsx';
import { CopyButton } from '../controls/CopyButton.tsx';
import { Section } from '../controls/Section.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { choosePicksFile } from '../state/chooseFiles.ts';
import type { WrittenPicks } from '../state/export.ts';

const programs = PROGRAMS.map((value) => ({ value, label: PROGRAM_NAMES[value] }));

const contents: Readonly<Record<Program, string>> = {
  relion: 'A STAR file: centres in pixels, the first pixel is 0, 0',
  cryosparc: 'A particle STAR file, and a .cs file with its .csg, in an archive',
  eman2: 'The JSON of the folder info, and a .box file, in an archive',
  cryolo: 'A .cbox and a .box file, in an archive',
  topaz: 'A table of whole pixels, as topaz train and topaz convert read it',
  csv: 'A table: x, y, score',
};

export function ExportPanel(): JSX.Element {
  const app = useApp();
  const { exports, picks } = app;
  const count = (): number => picks.shown().length;
  return (
    <Section
      step={5}
      title="Export"
      aside={
        <Button
          label="Import"
          icon="load"
          variant="quiet"
          hint="Add picks from a file of RELION, cryoSPARC, EMAN, crYOLO, Topaz, IMOD, or a table; or drop it on the micrograph"
          testid="import-picks"
          onClick={choosePicksFile}
        />
      }
    >
      <div class="row export-row">
        <Select
          label="Export for"
          options={programs}
          value={exports.program()}
          hint="The program that the picks are for: each has its own file and its own convention"
          testid="export-program"
          onChange={exports.setProgram}
        />
        <Button
          label={count() === 0 ? 'Export' : `Export ${count()} pick${count() === 1 ? '' : 's'}`}
          hint={contents[exports.program()]}
          disabled={count() === 0}
          testid="export-picks"
          onClick={() => void exports.picks()}
        />
      </div>
      <div class="row fill extract-row">
        <Button
          label="Extract particles…"
          keys="Shift+E"
          hint="Cut the picks out into a stack (.mrcs) and a STAR file for RELION"
          disabled={app.tasks.isRunning('extract')}
          testid="open-extract"
          onClick={() => app.extraction.setOpen(true)}
        />
      </div>
      <Show when={exports.program() === 'relion' && picks.star()}>{(star) => <Columns star={star()} />}</Show>
      <Show when={exports.written()}>{(written) => <Written written={written()} />}</Show>
    </Section>
  );
}

/** The picks came from a STAR file, which can be written back with all it holds. */
function Columns(props: { readonly star: StarNote }): JSX.Element {
  const { exports } = useApp();
  return (
    <label
      class="check star-columns"
      title="Rows of particles that stay keep all their columns, and other tables of the file come back; without it, a new file with places and scores only"
    >
      <input
        type="checkbox"
        checked={exports.keepsColumns()}
        data-testid="keep-columns"
        onChange={(event) => exports.setKeepsColumns(event.currentTarget.checked)}
      />
      <span>
        with the columns of <b>{props.star.name}</b>
      </span>
    </label>
  );
}

/** What to do with the file in its program: it stays until it is put away, to be read and copied. */
function Written(props: { readonly written: WrittenPicks }): JSX.Element {
  const { exports, notices } = useApp();
  return (
    <aside
      ref={(element) => createEffect(() => props.written && element.scrollIntoView({ block: 'nearest' }))}
      class="written"
      role="status"
      aria-label="What to do with the file"
      data-testid="export-written"
    >
      <div class="written-head">
        <b>{props.written.news}</b>
        <CopyButton
          text={() => props.written.instruction}
          compact
          variant="quiet"
          hint="Copy what to do as text"
          testid="copy-instruction"
          onFailure={notices.failure}
        />
        <Button
          label="Put away"
          icon="close"
          compact
          variant="quiet"
          testid="dismiss-written"
          onClick={exports.dismissWritten}
        />
      </div>
      <p data-testid="export-instruction">{props.written.instruction}</p>
    </aside>
  );
}
