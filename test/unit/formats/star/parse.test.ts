import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStar } from '../../../../src/formats/star/parse.ts';
import { writeStar } from '../../../../src/formats/star/write.ts';
import { describeWithShared, sharedText } from '../sharedData.ts';

describe('parseStar', () => {
  it('takes quotes off, and leaves those inside a word', () => {
    const [block] = parseStar(
      'a.star',
      `data_q\n_a "two words"\n_b it's\n_c ''\n_d 'it's' # comment\n_e a#b\n`,
    );
    expect(Object.fromEntries(block?.entries ?? [])).toEqual({
      a: 'two words',
      b: "it's",
      c: '',
      d: "it's",
      e: 'a#b',
    });
  });

  it('ends a table at a blank line, not at a comment', () => {
    const [block] = parseStar('a.star', 'data_\nloop_\n_a #1\n\n1\n# note\n2\n\n_after 3\n');
    expect(block?.loops).toEqual([{ columns: ['a'], rows: [['1'], ['2']], lines: [5, 7], lastLine: 7 }]);
    expect(block?.entries.get('after')).toBe('3');
  });

  it('reads LF, CRLF and CR, tabs and a byte order mark alike', () => {
    const text = 'data_x\nloop_\n_a\n_b\n1 2\n3 4\n';
    const blocks = parseStar('a.star', text);
    expect(blocks[0]?.loops[0]?.rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(parseStar('a.star', text.replaceAll('\n', '\r\n'))).toEqual(blocks);
    expect(parseStar('a.star', text.replaceAll('\n', '\r'))).toEqual(blocks);
    expect(parseStar('a.star', `\uFEFF${text.replaceAll(' ', '\t')}`)).toEqual(blocks);
  });

  it.each([
    ['x y\n', /line 1 comes before any "data_" line/],
    ['data_\nloop_\n_a\n_b\n1 2\n3\n', /line 6 has 1 value in a table of 2 columns/],
    ['data_\nloop_\n_a\n1 2\n', /line 4 has 2 values in a table of 1 column/],
    ['data_\n_a\n', /line 2 gives no value to _a/],
    ['data_\nloop_\n_a\n1\n\n2\n', /line 6 is neither a label nor in a table/],
    ['data_\n_a "open\n', /line 2 has a quote that is not closed/],
  ])('refuses %j', (text, words) => {
    expect(() => parseStar('bad.star', text)).toThrow(words);
    expect(() => parseStar('bad.star', text)).toThrow(expect.objectContaining({ problem: 'bad-star' }));
  });

  it('calls a file of nothing empty', () => {
    for (const text of ['', '\n\n', '# only a comment\n']) {
      expect(() => parseStar('a.star', text)).toThrow(expect.objectContaining({ problem: 'empty' }));
    }
  });

  it('reads back whatever writeStar writes', () => {
    const word = fc
      .string({ minLength: 0, maxLength: 12 })
      .filter((s) => !(s.includes('"') && s.includes("'")));
    const label = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/);
    const table = fc
      .record({ block: label, columns: fc.uniqueArray(label, { minLength: 1, maxLength: 5 }) })
      .chain(({ block, columns }) =>
        fc.record({
          block: fc.constant(block),
          columns: fc.constant(columns),
          rows: fc.array(fc.array(word, { minLength: columns.length, maxLength: columns.length }), {
            maxLength: 6,
          }),
        }),
      );
    fc.assert(
      fc.property(
        fc.array(table, { minLength: 1, maxLength: 3 }),
        fc.array(fc.string()),
        (tables, comments) => {
          const blocks = parseStar('a.star', writeStar(tables, comments));
          expect(
            blocks.map(({ name, loops }) => ({
              block: name,
              columns: loops[0]?.columns,
              rows: loops[0]?.rows,
            })),
          ).toEqual(tables);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describeWithShared('data/coordinates', 'STAR files of real programs', () => {
  /** Blocks as [name, rows, columns] for tables and [name, entries] for single entries. */
  const shapes = (file: string) =>
    parseStar(file, sharedText(`data/coordinates/${file}`)).map(({ name, entries, loops }) => [
      name,
      ...loops.flatMap(({ rows, columns }) => [rows.length, columns.length]),
      ...(entries.size > 0 ? [entries.size] : []),
    ]);

  it.each([
    ['relion/relion30_autopick.star', [['', 45, 5]]],
    ['relion/relion30_particles.star', [['model_class_1', 17, 29]]],
    ['relion/relion31_autopick.star', [['', 296, 5]]],
    [
      'relion/relion31_particles.star',
      [
        ['optics', 2, 8],
        ['particles', 17, 26],
      ],
    ],
    [
      'relion/relion31_optics_particles.star',
      [
        ['optics', 1, 9],
        ['particles', 5, 26],
      ],
    ],
    [
      'relion/relion31_6opticsgroups.star',
      [
        ['optics', 6, 18],
        ['particles', 139, 23],
      ],
    ],
    [
      'relion/relion5_particles.star',
      [
        ['optics', 1, 18],
        ['particles', 17, 26],
      ],
    ],
    ['relion/pyem_from_cryosparc.star', [['images', 5, 22]]],
    ['relion/manualpick_placeholders.star', [['', 460, 5]]],
    ['starfile-edge/basic_double_quote.star', [['', 4]]],
    ['starfile-edge/basic_single_quote.star', [['', 4]]],
    ['starfile-edge/empty_loop.star', [['', 0, 1]]],
    ['starfile-edge/loop_double_quote.star', [['', 2, 8]]],
    ['starfile-edge/loop_single_quote.star', [['', 2, 8]]],
    ['starfile-edge/one_loop.star', [['', 16, 12]]],
    [
      'starfile-edge/two_basic_blocks.star',
      [
        ['block_0', 3],
        ['block_1', 3],
      ],
    ],
    [
      'starfile-edge/two_single_line_loop_blocks.star',
      [
        ['block_0', 1, 3],
        ['block_1', 1, 3],
      ],
    ],
    [
      'starfile-edge/single_line_end_of_multiblock.star',
      [
        ['block_1', 2, 5],
        ['block_2', 1, 5],
      ],
    ],
    [
      'starfile-edge/single_line_middle_of_multiblock.star',
      [
        ['block_1', 1, 5],
        ['block_2', 1, 5],
      ],
    ],
    [
      'starfile-edge/rln3.1_data_style.star',
      [
        ['block_1', 1, 7],
        ['block_2', 2, 5],
        ['block_3', 2, 5],
      ],
    ],
    ['starfile-edge/pystardb_ActinLifeAct_00072.star', [['', 32, 2]]],
    [
      'starfile-edge/pystardb_ActinLifeAct_000722.star',
      [
        ['', 32, 2],
        ['mogo', 32, 2],
      ],
    ],
    [
      'starfile-edge/pystardb_ActinLifeAct_00072_zerocol.star',
      [
        ['', 32, 2],
        ['mogo', 0, 0],
      ],
    ],
    [
      'starfile-edge/pystardb_name_space.star',
      [
        ['my_tag', 3, 2],
        ['my_tag_2', 3, 2],
      ],
    ],
    ['starfile-edge/xmipp_test.xmd', [['noname', 3, 6]]],
    ['ours/crlf_tabs_blank_lines.star', [['', 2, 3]]],
    ['ours/no_column_numbers_y_first.star', [['images', 2, 3]]],
    ['ours/coordinate_files.star', [['coordinate_files', 3, 2]]],
    [
      'cbox/new_format.cbox',
      [
        ['global', 1],
        ['cryolo', 125, 11],
        ['cryolo_include', 0, 1],
      ],
    ],
  ])('%s', (file, expected) => {
    expect(shapes(file)).toEqual(expected);
  });

  it('default_pipeline.star and postprocess.star, with single entries beside tables', () => {
    expect(shapes('starfile-edge/default_pipeline.star').map(([name]) => name)).toEqual([
      'pipeline_general',
      'pipeline_processes',
      'pipeline_nodes',
      'pipeline_input_edges',
      'pipeline_output_edges',
    ]);
    expect(shapes('starfile-edge/postprocess.star')).toEqual([
      ['general', 6],
      ['fsc', expect.any(Number), 7],
      ['guinier', expect.any(Number), 3],
    ]);
  });
});
