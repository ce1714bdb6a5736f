import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** Modules of `src/` that ask the site for a file, and what takes their place here. */
const replaced = ['platform/browser/fetchModel.ts', 'platform/browser/siteFile.ts', 'ui/startWorker.ts'];

/** Texts of `public/` that the page shows. */
const texts = ['models/particle-picker.md', 'models/denoiser.md'];

/**
 * No connection to anywhere: there is no origin that could be the page's own. The one script and the one style sheet
 * are told by their hashes; the worker is a blob, since a page from a disk may load no second file.
 */
const policy = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src '${hashOf(script)}' blob:`,
    `style-src '${hashOf(style)}'`,
    'img-src blob: data:',
    "connect-src 'none'",
    'worker-src blob:',
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** Lets those modules be found; for the page and for the worker. */
export function standIns(): Plugin {
  return {
    name: 'cryolite-stand-ins',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return undefined;
      const path = join(dirname(importer), source);
      const module = replaced.find((one) => path.endsWith(`/src/${one}`));
      return module && join(import.meta.dirname, 'single', basename(module));
    },
  };
}

/** Puts script, styles, icon and texts into the page, which becomes the only file, under this name. */
export function singleFile(fileName: string): Plugin {
  return {
    name: 'cryolite-single-file',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = textOf(bundle['index.html']);
        const script = only(bundle, '.js');
        const style = only(bundle, '.css');
        const licences = textOf(bundle['licences.md']);
        for (const name of Object.keys(bundle)) delete bundle[name];
        const blocks = [
          ...texts.map((path): [string, string] => [path, readFileSync(join('public', path), 'utf8')]),
          ['licences.md', licences] as const,
        ];
        this.emitFile({ type: 'asset', fileName, source: assemble(page, script, style, blocks) });
      },
    },
  };
}

function assemble(
  page: string,
  script: string,
  style: string,
  blocks: readonly (readonly [path: string, text: string])[],
): string {
  const code = `\n${harmless(script)}`;
  const css = `\n${harmless(style)}`;
  const icon = `data:image/svg+xml;base64,${readFileSync('public/icon.svg').toString('base64')}`;
  const data = blocks.map(
    ([path, text]) => `<script type="text/markdown" id="${path}">${harmless(text)}</script>`,
  );
  const without = page
    .replace(/\s*<script\b[^>]*><\/script>/g, '')
    .replace(/\s*<link rel="(stylesheet|modulepreload|icon|manifest)"[^>]*>/g, '')
    .replace(
      /(http-equiv="Content-Security-Policy"\s+content=")[^"]*/,
      (_, start) => start + policy(code, css),
    );
  const head = `<link rel="icon" href="${icon}" />\n<style>${css}</style>\n`;
  // After the element that it draws into: a module waits for the whole page anyway.
  const body = `${data.join('\n')}\n<script type="module">${code}</script>\n`;
  // As functions: "$&" in a program is no pattern.
  return without.replace('</head>', () => `${head}</head>`).replace('</body>', () => `${body}</body>`);
}

/** No text may end the element that it stands in; in a program these only occur in strings, where "\/" is "/". */
function harmless(text: string): string {
  return text
    .replaceAll('</script', '<\\/script')
    .replaceAll('</style', '<\\/style')
    .replaceAll('<!--', '<\\!--');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

type Output = Rolldown.OutputAsset | Rolldown.OutputChunk | undefined;

function textOf(output: Output): string {
  if (output === undefined) throw new Error('The single file lacks a part of the page.');
  if (output.type === 'chunk') return output.code;
  return typeof output.source === 'string' ? output.source : new TextDecoder().decode(output.source);
}

/** The one output of its kind: a second one would have to be loaded from somewhere. */
function only(bundle: Readonly<Record<string, Output>>, suffix: string): string {
  const [name, ...others] = Object.keys(bundle).filter((path) => path.endsWith(suffix));
  if (name === undefined || others.length > 0)
    throw new Error(`The single file wants one ${suffix} and has ${name}, ${others.join(', ')}.`);
  return textOf(bundle[name]);
}
