/** `npm run bench`: builds test/bench and runs it. JSON goes to the standard output, all else to the error stream. */
import { join } from 'node:path';
import { fail, root, run, setup, tool } from './setup.mjs';

await setup();
const build = await tool('vite', 'bin/vite.js', ['build', '--mode', 'bench', '--logLevel', 'warn'], {
  quiet: true,
});
if (build.code !== 0) fail(`the build failed:\n${build.output}`);
const bench = await run(process.execPath, [join(root, 'dist-bench', 'bench.mjs'), ...process.argv.slice(2)]);
process.exitCode = bench.code;
