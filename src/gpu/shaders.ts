import { type Defines, expandShader } from './expand.ts';

/** All of `shaders/`: path below it to raw text. */
const files = import.meta.glob<string>('../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const prefix = '../../shaders/';

/** All shader paths, such as "fft/pass.wgsl". */
export function shaderPaths(): string[] {
  return Object.keys(files).map((path) => path.slice(prefix.length));
}

/** A shader's WGSL with includes, conditions and unrolled loops expanded. */
export function shaderSource(path: string, defines: Defines = {}): string {
  return expandShader(path, defines, (file) => {
    const text = files[prefix + file];
    if (text === undefined) throw new Error(`There is no shader ${file}.`);
    return text;
  });
}
