/**
 * `npm run fuzz [-- --rounds 20000] [--seed 0]`: every reader before `rounds` injured files, at least 200,000 in all.
 * `npm test` runs the same with few rounds.
 */
import { parseArgs } from 'node:util';
import { setup, tool } from './setup.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20000' }, seed: { type: 'string', default: '0' } },
});
await setup();
const { code } = await tool('vitest', 'vitest.mjs', ['run', '--project', 'fuzz'], {
  env: { CRYOLITE_FUZZ_ROUNDS: values.rounds, CRYOLITE_FUZZ_SEED: values.seed },
});
process.exitCode = code;
