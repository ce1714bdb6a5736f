import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { micrographStem } from '../../../../src/formats/coordinates.ts';
import { readStarDocument } from '../../../../src/formats/star/document.ts';
import { editStarPicks } from '../../../../src/formats/star/edit.ts';
import { findCoordinates, readStarTable } from '../../../../src/formats/star/picks.ts';
import { describeWithShared, sharedText } from '../sharedData.ts';

const text = [
  '# made by hand',
  'data_optics',
  '',
  '_rlnVoltage 300 # kV',
  '',
  'data_particles',
  '',
  'loop_ ',
  '_rlnCoordinateX #1 ',
  '_rlnCoordinateY #2 ',
  '_rlnAutopickFigureOfMerit #3 ',
  '_rlnMicrographName #4 ',
  '_rlnNote #5 ',
  '   10.000000    20.000000     0.500000 a.mrc "two  words" # kept',
  '# between',
  '   30.000000    40.000000     0.250000 b.mrc x',
  '   50.000000    60.000000     0.125000 a.mrc y',
  ' ',
  'data_more',
  '_other 7',
].join('\r\n');
const document = readStarDocument('p.star', text);
const rows = readStarTable('p.star', document.blocks);

describe('editStarPicks', () => {
  it('leaves a file with the picks it came with as it is, to the byte', () => {
    expect(editStarPicks(document, rows).text).toBe(text);
    expect(
      editStarPicks(
        document,
        rows.filter(({ micrograph }) => micrograph === 'a.mrc'),
        { micrograph: 'x/a.mrc' },
      ).text,
    ).toBe(text);
  });

  it('moves, takes out and appends, and touches nothing else', () => {
    const picks = [
      { x: 11.5, y: 20, score: undefined, row: 0 },
      { x: 1234567.25, y: 3, score: undefined },
    ];
    const edited = editStarPicks(document, picks, { micrograph: 'a.mrc' }).text;
    expect(edited).toBe(
      text
        .replace('   10.000000', '   11.500000')
        .replace(
          '   50.000000    60.000000     0.125000 a.mrc y\r\n',
          '1234567.250000            3     0.500000 a.mrc None\r\n',
        ),
    );
  });

  it('gives new numbers no more room than there is', () => {
    const narrow = readStarDocument('p.star', 'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n1 2\n');
    expect(editStarPicks(narrow, [{ x: 123.5, y: 2, score: undefined, row: 0 }]).text).toMatch(
      /\n123\.500000 2\n$/,
    );
  });

  it('writes a score that changed, and not one that is not known', () => {
    const edited = editStarPicks(document, [
      { x: 10, y: 20, score: 0.75, row: 0 },
      { x: 30, y: 40, score: undefined, row: 1 },
    ]);
    expect(readStarTable('p.star', edited.blocks).map(({ score }) => score)).toEqual([0.75, 0.25]);
  });

  it('appends to a table without rows, and to a file without a line end', () => {
    const empty =
      'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnAutopickFigureOfMerit\n_rlnOpticsGroup';
    const pick = { x: 1, y: 2, score: undefined };
    const once = editStarPicks(readStarDocument('p.star', empty), [pick]);
    expect(findCoordinates('p.star', once.blocks).rows).toEqual([['1', '2', '-999', '1']]);
    const last = editStarPicks(readStarDocument('p.star', `${empty}\n5 6 0.5 2`), [
      { ...pick, row: 0 },
      pick,
    ]);
    expect(findCoordinates('p.star', last.blocks).rows).toEqual([
      ['1', '2', '0.5', '2'],
      ['1', '2', '0.500000', '2'],
    ]);
  });

  it('does not let one row stand for two picks, or another micrograph’s row for ours', () => {
    const twice = [
      { x: 10, y: 20, score: undefined, row: 0 },
      { x: 12, y: 22, score: undefined, row: 0 },
      { x: 30, y: 40, score: undefined, row: 1 },
    ];
    const edited = editStarPicks(document, twice, { micrograph: 'a.mrc' });
    const names = readStarTable('p.star', edited.blocks).map(({ x, micrograph }) => [x, micrograph]);
    expect(names).toEqual([
      [10, 'a.mrc'],
      [30, 'b.mrc'],
      [12, 'a.mrc'],
      [30, 'a.mrc'],
    ]);
  });

  it('names classes in a column of its own, beside the class numbers of a classification', () => {
    const classified = readStarDocument(
      'c.star',
      [
        ...['data_particles', 'loop_', '_rlnCoordinateX #1', '_rlnCoordinateY #2', '_rlnClassNumber #3'],
        ...[
          '_rlnMicrographName #4',
          '',
          ' 1.0 2.0 7 a.mrc # best',
          ' 3.0 4.0 9 b.mrc',
          ' 5.0 6.0 8 a.mrc',
          '',
        ],
      ].join('\n'),
    );
    const picks = [
      { x: 1, y: 2, score: undefined, row: 0, className: 'Top view' },
      { x: 5, y: 6.5, score: undefined, row: 2, className: 'Side' },
      { x: 8, y: 9, score: undefined, className: 'Side' },
    ];
    const edited = editStarPicks(classified, picks, { micrograph: 'a.mrc' });
    const read = readStarTable('c.star', edited.blocks);
    expect(read.map(({ x, y, className }) => [x, y, className])).toEqual([
      [1, 2, 'Top view'],
      [3, 4, ''],
      [5, 6.5, 'Side'],
      [8, 9, 'Side'],
    ]);
    const table = findCoordinates('c.star', edited.blocks);
    expect(table.rows.map((cells) => cells[2])).toEqual(['7', '9', '8', '0']);
    expect(edited.text).toContain('# best');
    // A second time the column is there, and what is as it was stays as it is.
    const again = editStarPicks(
      edited,
      read.filter(({ micrograph }) => micrograph === 'a.mrc'),
      {
        micrograph: 'a.mrc',
      },
    );
    expect(again.text).toBe(edited.text);
    // Where nobody tells classes apart there is no such column.
    const bare = picks.map(({ className: _, ...pick }) => pick);
    expect(editStarPicks(classified, bare, { micrograph: 'a.mrc' }).text).not.toContain('cryolitePickClass');
  });

  it('any edit reads back as the picks that were given', () => {
    const pick = fc.record({
      x: fc.double({ min: -10, max: 1e4, noNaN: true }),
      y: fc.double({ min: -10, max: 1e4, noNaN: true }),
      score: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      row: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(pick, { maxLength: 8 }), (picks) => {
        const read = readStarTable('p.star', editStarPicks(document, picks).blocks);
        const key = ({ x, y }: { x: number; y: number }) => `${x.toFixed(5)} ${y.toFixed(5)}`;
        expect(read.length).toBe(picks.length);
        for (const one of picks) {
          expect(
            read.some(({ x, y }) => Math.abs(x - one.x) < 2e-2 && Math.abs(y - one.y) < 2e-2),
            key(one),
          ).toBe(true);
        }
      }),
    );
  });
});

const hasHandler = spawnSync('relion_star_handler', ['--version']).error === undefined;
if (!hasHandler)
  console.log('SKIPPED relion_star_handler: it is not installed (Debian: apt-get install relion).');

describeWithShared('data/coordinates/relion', 'editStarPicks on files of real programs', () => {
  const files = [
    'relion30_autopick.star',
    'relion30_particles.star',
    'relion31_autopick.star',
    'relion31_particles.star',
    'relion31_optics_particles.star',
    'relion31_6opticsgroups.star',
    'relion5_particles.star',
    'pyem_from_cryosparc.star',
    'manualpick_placeholders.star',
  ];

  it.each(files)('%s: other cells, other blocks and comments stay', (file) => {
    const original = readStarDocument(file, sharedText(`data/coordinates/relion/${file}`));
    const before = readStarTable(file, original.blocks);
    expect(editStarPicks(original, before).text).toBe(original.text);

    const micrograph = before[0]?.micrograph;
    const ours = before.filter(
      (one) => micrographStem(one.micrograph ?? '') === micrographStem(micrograph ?? ''),
    );
    const [first, second, ...others] = ours;
    const moved = { ...(first ?? others[0]), x: 101.25, y: 202.5, score: undefined, row: first?.row };
    const added = { x: 303.125, y: 404.75, score: undefined };
    const edited = editStarPicks(original, [moved, ...others, added], { micrograph });
    const after = readStarTable(file, edited.blocks);
    expect(after.length).toBe(before.length - (second ? 1 : 0) + 1);
    expect(after[0]).toMatchObject({ x: 101.25, y: 202.5, score: first?.score });
    expect(after.at(-1)).toMatchObject({ x: 303.125, y: 404.75 });
    expect(micrographStem(after.at(-1)?.micrograph ?? '')).toBe(micrographStem(micrograph ?? ''));

    // Line by line: all lines of the original but the moved and the removed one, in order, and one new one.
    const lines = original.text.split('\n');
    const table = findCoordinates(file, original.blocks);
    const changed = new Set(
      [table.lines[first?.row ?? -1], table.lines[second?.row ?? -1]].map((line) => (line ?? 0) - 1),
    );
    const kept = lines.filter((_, i) => !changed.has(i));
    const remaining = edited.text.split('\n');
    let at = 0;
    for (const line of kept) {
      at = remaining.indexOf(line, at) + 1;
      expect(at, line).toBeGreaterThan(0);
    }
    // The moved row keeps its other cells.
    const x = table.columns.indexOf('rlnCoordinateX');
    const y = table.columns.indexOf('rlnCoordinateY');
    const others0 = (cells: readonly string[] = []) => cells.filter((_, i) => i !== x && i !== y);
    expect(others0(findCoordinates(file, edited.blocks).rows[0])).toEqual(others0(table.rows[0]));
  });

  it.skipIf(!hasHandler)('relion_star_handler reads the edited files', () => {
    for (const file of [
      'relion31_particles.star',
      'relion31_optics_particles.star',
      'relion31_6opticsgroups.star',
    ]) {
      const folder = mkdtempSync(join(tmpdir(), 'cryolite-star-'));
      const original = readStarDocument(file, sharedText(`data/coordinates/relion/${file}`));
      const before = readStarTable(file, original.blocks);
      const picks = [...before.slice(1), { x: 303.125, y: 404.75, score: undefined }];
      writeFileSync(join(folder, 'in.star'), editStarPicks(original, picks, {}).text);
      const { status, stderr } = spawnSync(
        'relion_star_handler',
        [
          '--i',
          'in.star',
          '--o',
          'out.star',
          '--select',
          'rlnCoordinateX',
          '--minval',
          '0',
          '--maxval',
          '1e9',
        ],
        {
          cwd: folder,
          encoding: 'utf8',
        },
      );
      expect([file, status, stderr]).toEqual([file, 0, '']);
      const out = readStarDocument('out.star', readFileSync(join(folder, 'out.star'), 'utf8'));
      rmSync(folder, { recursive: true });
      const found = readStarTable('out.star', out.blocks);
      const places = (list: readonly { x: number; y: number }[]) => list.map(({ x, y }) => [x, y]);
      expect(places(found)).toEqual(places(picks));
      expect(out.blocks.map(({ name }) => name)).toEqual(['optics', 'particles']);
    }
  });
});
