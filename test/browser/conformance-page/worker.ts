/** Reads files as the page's own worker does. */
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import { type Found, findAll } from '../../support/conformanceFinding.ts';

self.onmessage = async ({ data }: MessageEvent<readonly File[]>) => {
  const found: Found[] = [];
  for (const file of data) found.push(await findAll(browserFileSource(file)));
  self.postMessage(found);
};
