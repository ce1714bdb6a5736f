import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Block, type Inline, parseInline, parseMarkdown, slug } from '../../../src/ui/help/markdown.ts';
import { helpPages, helpSections } from '../../../src/ui/help/pages.ts';
import { commands } from '../../../src/ui/state/commands.ts';

function inlines(block: Block): readonly Inline[] {
  if (block.kind === 'code') return [];
  if (block.kind === 'list') return block.items.flat();
  if (block.kind === 'table') return [...block.head, ...block.rows.flat()].flat();
  return block.content;
}

describe('Markdown', () => {
  test('of all kinds', () => {
    const source =
      '# Title\n\nOne\nparagraph with `code`.\n\n- a\n  b\n- **c**\n\n1. x\n\n| h | i |\n| --- | --- |\n| 1 | 2 |\n\n```sh\nnpx `y`\n\nz\n```\n';
    const blocks = parseMarkdown(source);
    expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'list', 'list', 'table', 'code']);
    expect(blocks[1]).toMatchObject({
      content: [{ text: 'One paragraph with ' }, { kind: 'code', text: 'code' }, { text: '.' }],
    });
    expect(blocks[2]).toMatchObject({
      isOrdered: false,
      items: [[{ text: 'a b' }], [{ kind: 'strong', text: 'c' }]],
    });
    expect(blocks[3]).toMatchObject({ isOrdered: true });
    expect(blocks[4]).toMatchObject({ rows: [[[{ text: '1' }], [{ text: '2' }]]] });
    expect(blocks[5]).toEqual({ kind: 'code', text: 'npx `y`\n\nz' });
  });

  test('links, and what headings are called', () => {
    expect(parseInline('see [a b](c.md#d)!')[1]).toEqual({ kind: 'link', text: 'a b', to: 'c.md#d' });
    expect(slug('Raw, filtered, both')).toBe('raw-filtered-both');
  });
});

/** All of the page that holds words of its controls. */
const source = ['panels', 'state', 'viewer']
  .flatMap((folder) => readdirSync(`src/ui/${folder}`).map((file) => `src/ui/${folder}/${file}`))
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe.each(helpPages)('the page "$title" of the help', ({ blocks }) => {
  const parts = blocks.flatMap(inlines);

  test('tells what is needed, what to do in steps, what is to be seen and what can go wrong', () => {
    const headings = blocks.flatMap((block) =>
      block.kind === 'heading' ? [block.content.map(({ text }) => text).join('')] : [],
    );
    const places = ['What you need', 'What you should see', 'What can go wrong'].map((one) =>
      headings.indexOf(one),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const steps = blocks.find((block) => block.kind === 'list' && block.isOrdered);
    expect(steps?.kind === 'list' ? steps.items.length : 0).toBeGreaterThanOrEqual(3);
  });

  test('names keys that there are', () => {
    const keys = new Set(commands.flatMap(({ keys: own, alsoKeys = [] }) => [own ?? '', ...alsoKeys]));
    const looksLikeKeys = (text: string) => /^((Ctrl|Alt|Shift)\+.+|.|Esc|Enter|F\d+)$/.test(text);
    const named = parts.flatMap(({ kind, text }) => (kind === 'code' && looksLikeKeys(text) ? [text] : []));
    expect(named.filter((text) => !keys.has(text))).toEqual([]);
  });

  test('names controls that there are', () => {
    const named = parts.flatMap(({ kind, text }) => (kind === 'strong' ? [text] : []));
    const isThere = (label: string) =>
      [`'${label}'`, `"${label}"`, `\`${label} $`, `>${label}<`].some((text) => source.includes(text));
    expect(named.filter((label) => !isThere(label))).toEqual([]);
  });

  test('links to pages that there are', () => {
    const links = parts.flatMap((part) => (part.kind === 'link' ? [part.to] : []));
    const isThere = (to: string) => {
      const [file = '', id] = to.split('#');
      return helpSections.some((section) => section.page === file.replace('.md', '') && section.id === id);
    };
    expect(links.filter((to) => !isThere(to))).toEqual([]);
  });
});

test('all pages of docs/ for users of the page are in the help', () => {
  const forOthers = ['hosting.md'];
  const files = readdirSync('docs').filter((file) => file.endsWith('.md') && !forOthers.includes(file));
  expect(helpPages.map(({ name }) => `${name}.md`).sort()).toEqual(files.sort());
});
