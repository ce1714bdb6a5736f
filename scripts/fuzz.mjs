/**
 * `npm run fuzz [-- --rounds 20000] [--seed 0]`: every reader before `rounds` injured files, at least 200,000 in all;
 * the last line tells how many there were. `npm test` runs the same with few rounds.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, setup, tool } from './setup.mjs';

const log = join(root, 'test-results/fuzz.jsonl');
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20000' }, seed: { type: 'string', default: '0' } },
});
await setup();
mkdirSync(dirname(log), { recursive: true });
rmSync(log, { force: true });
const { code } = await tool('vitest', 'vitest.mjs', ['run', '--project', 'fuzz'], {
  env: { CRYOLITE_FUZZ_ROUNDS: values.rounds, CRYOLITE_FUZZ_SEED: values.seed, CRYOLITE_FUZZ_LOG: log },
});
const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
const readers = lines.map((line) => JSON.parse(line));
for (const { reader, rounds, read } of readers)
  console.log(`${reader}: ${rounds} files, ${read} of them read`);
const total = readers.reduce((sum, { rounds }) => sum + rounds, 0);
console.log(`${total} damaged files before ${readers.length} readers`);
process.exitCode = code;
