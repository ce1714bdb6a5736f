import { expect, test } from 'vitest';
import { webGpuAdvice } from '../../../../src/ui/state/webGpuAdvice.ts';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', /about:config/],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0',
    /Firefox 141 or later/,
  ],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36', /enable-unsafe-webgpu/],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/537.36 Chrome/156.0 Safari/537.36', /^Update the browser/],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15', /Safari 26/],
])('%s', (userAgent, advice) => {
  expect(webGpuAdvice(userAgent)).toMatch(advice);
});
