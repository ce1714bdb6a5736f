/** As much Markdown as the pages of docs/ need: headings, paragraphs, lists, tables, blocks of code. */

export type Inline =
  | { readonly kind: 'text' | 'strong' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly to: string };

export type Block =
  | {
      readonly kind: 'heading';
      readonly level: 1 | 2 | 3;
      readonly id: string;
      readonly content: readonly Inline[];
    }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | {
      readonly kind: 'list';
      readonly isOrdered: boolean;
      readonly items: readonly (readonly Inline[])[];
    }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

export function parseMarkdown(source: string): readonly Block[] {
  const lines = source.replaceAll('\r', '').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  /** Takes lines as long as they are of the block. */
  const take = (belongs: (line: string) => boolean): readonly string[] => {
    const from = at;
    while (at < lines.length && belongs(lines[at] ?? '')) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,3}) (.+)$/.exec(line);
    if (line.trim() === '') {
      at++;
    } else if (line.startsWith('```')) {
      at++;
      blocks.push({ kind: 'code', text: take((next) => !next.startsWith('```')).join('\n') });
      at++;
    } else if (heading) {
      at++;
      const text = heading[2] ?? '';
      const level = heading[1]?.length === 1 ? 1 : heading[1]?.length === 2 ? 2 : 3;
      blocks.push({ kind: 'heading', level, id: slug(text), content: parseInline(text) });
    } else if (line.startsWith('|')) {
      const [head, , ...rows] = take((next) => next.startsWith('|')).map(cells);
      blocks.push({ kind: 'table', head: head ?? [], rows });
    } else if (itemStart.test(line)) {
      const isOrdered = /^\d/.test(line);
      blocks.push({ kind: 'list', isOrdered, items: items(take((next) => next.trim() !== '')) });
    } else {
      const text = take(
        (next) => next.trim() !== '' && !/^(#{1,3} |```|\|)/.test(next) && !itemStart.test(next),
      );
      blocks.push({ kind: 'paragraph', content: parseInline(text.join(' ')) });
    }
  }
  return blocks;
}

const itemStart = /^(- |\d+\. )/;

/** Lines that begin no item go on with the one before. */
function items(lines: readonly string[]): readonly (readonly Inline[])[] {
  const texts: string[] = [];
  for (const line of lines) {
    if (itemStart.test(line)) texts.push(line.replace(itemStart, ''));
    else texts.push(`${texts.pop() ?? ''} ${line.trim()}`);
  }
  return texts.map(parseInline);
}

function cells(row: string): readonly (readonly Inline[])[] {
  return row
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => parseInline(cell.trim()));
}

export function parseInline(text: string): readonly Inline[] {
  const parts: Inline[] = [];
  let rest = 0;
  for (const found of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g)) {
    if (found.index > rest) parts.push({ kind: 'text', text: text.slice(rest, found.index) });
    rest = found.index + found[0].length;
    const [, code, strong, link, to] = found;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else parts.push({ kind: 'link', text: link ?? '', to: to ?? '' });
  }
  if (rest < text.length) parts.push({ kind: 'text', text: text.slice(rest) });
  return parts;
}

/** What a link to a heading calls it, as GitHub does. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

export function plainText(content: readonly Inline[]): string {
  return content.map(({ text }) => text).join('');
}
