/** The pages of docs/, which the build puts into the page. */
import batch from '../../../docs/batch.md?raw';
import commandLine from '../../../docs/command-line.md?raw';
import cryosparc from '../../../docs/cryosparc.md?raw';
import looking from '../../../docs/looking.md?raw';
import many from '../../../docs/many.md?raw';
import opening from '../../../docs/opening.md?raw';
import picking from '../../../docs/picking.md?raw';
import relion from '../../../docs/relion.md?raw';
import training from '../../../docs/training.md?raw';
import { type Block, parseMarkdown, plainText } from './markdown.ts';

export interface HelpPage {
  /** The file's name without ".md": links go to it. */
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

function page(name: string, source: string): HelpPage {
  const [first, ...blocks] = parseMarkdown(source);
  if (first?.kind !== 'heading') throw new Error(`docs/${name}.md does not begin with its title.`);
  return { name, title: plainText(first.content), blocks };
}

export const helpPages: readonly HelpPage[] = [
  page('opening', opening),
  page('looking', looking),
  page('picking', picking),
  page('training', training),
  page('many', many),
  page('batch', batch),
  page('relion', relion),
  page('cryosparc', cryosparc),
  page('command-line', commandLine),
];

export interface HelpSection {
  readonly page: string;
  readonly id: string | undefined;
  readonly title: string;
}

/** All headings, for a search. */
export const helpSections: readonly HelpSection[] = helpPages.flatMap(({ name, title, blocks }) => [
  { page: name, id: undefined, title },
  ...blocks.flatMap((block) =>
    block.kind === 'heading'
      ? [{ page: name, id: block.id, title: `${title}: ${plainText(block.content)}` }]
      : [],
  ),
]);
