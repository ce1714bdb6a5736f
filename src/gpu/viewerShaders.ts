import { expandShader } from './expand.ts';

/** What the page draws with, apart from `shaders.ts`: all the kernels are a quarter of a megabyte that the page has no use for. */
const files = import.meta.glob<string>('../../shaders/image/viewer_*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** A shader of the viewer, such as "image/viewer_tiles.wgsl", with its includes. */
export function viewerShader(path: string): string {
  return expandShader(path, {}, (file) => {
    const text = files[`../../shaders/${file}`];
    if (text === undefined) throw new Error(`The viewer has no shader ${file}.`);
    return text;
  });
}
