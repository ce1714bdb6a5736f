/**
 * `npm run bench:science [-- options]`: the numbers of the model cards, measured with the command line on ../shared/data and on
 * simulations. Prints Markdown. On a software GPU a part takes minutes.
 *
 *   --only untrained,topaz,labels,leftOut,simulated,contamination,denoising,selfTraining,ablations    parts; all of them by default
 *   --part training|validation    micrographs to judge on: half of the training ones (default), or those that are kept for a
 *                                 release; every look at the latter is recorded in the model card
 *   --swapped    of the training part the other way round: labels on the micrographs that are judged otherwise
 *   --seeds 0,1    which labels are drawn, one table each (0)
 *   --set TEXT    sets whose name has it, as "single frames"; all of them by default
 *   --steps N    of each training of the ablations and of denoisers on what they denoise (500)
 *   --model FILE, --left-out FILE    other networks than those that come along
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ablations } from './science/ablations.mjs';
import { contamination } from './science/contamination.mjs';
import { denoising } from './science/denoising.mjs';
import { topaz, untrained, withLabels } from './science/picking.mjs';
import { selfTraining } from './science/selfTraining.mjs';
import { realSets, simulatedSets } from './science/sets.mjs';
import { fail, root, setup, tool } from './setup.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    part: { type: 'string', default: 'training' },
    swapped: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '0' },
    set: { type: 'string', default: '' },
    steps: { type: 'string', default: '500' },
    model: { type: 'string' },
    'left-out': { type: 'string', default: join(root, 'tools', 'picker-training', 'simulated.safetensors') },
  },
});
if (!['training', 'validation'].includes(values.part)) fail('--part is training or validation.');
if (values.swapped && values.part !== 'training') fail('--swapped is for the training part.');
const seeds = values.seeds.split(',').map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
if (!seeds.every(Number.isSafeInteger)) fail('--seeds should be whole numbers with commas between them.');
const { set: wantedSet } = values;
const folder = mkdtempSync(join(tmpdir(), 'cryolite-science-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
if (!process.env.CRYOLITE_CLI) await setup();
if (!process.env.CRYOLITE_CLI) {
  const build = await tool('vite', 'bin/vite.js', ['build', '--mode', 'cli', '--logLevel', 'warn'], {
    quiet: true,
  });
  if (build.code !== 0) fail(`the build failed:\n${build.output}`);
}

const { model } = values;
const leftOut = values['left-out'];
let real;
const sets = () => {
  real ??= realSets(values.part, folder, values.swapped);
  const some = real.filter(({ title }) => title.includes(wantedSet));
  if (some.length === 0)
    fail(`no set has “${wantedSet}” in its name: ${real.map(({ title }) => title).join('; ')}.`);
  return some;
};
function* labelled(init, name) {
  for (const seed of seeds) {
    if (seeds.length > 1) yield* ['', `Labels drawn by seed ${seed}:`, ''];
    yield* withLabels(sets(), folder, init, name, seed);
  }
}
const parts = {
  untrained: () => untrained(sets(), folder, model),
  topaz: () => topaz(sets(), folder),
  labels: () => labelled(model ?? 'general', 'trained'),
  // Neither protein was shown to it, so each row is of a protein left out.
  leftOut: function* () {
    yield* untrained(sets(), folder, leftOut, 'simulations alone');
    yield '';
    yield* labelled(leftOut, 'simulations alone, trained');
  },
  simulated: () => untrained(simulatedSets(values.part, folder), folder, model),
  contamination: () => contamination(folder, model),
  denoising: () => denoising(folder),
  selfTraining: () => selfTraining(folder, Number(values.steps)),
  ablations: () => ablations(folder, Number(values.steps)),
};
const wanted = values.only?.split(',') ?? Object.keys(parts);
for (const name of wanted)
  if (!parts[name]) fail(`there is no part ${name}: ${Object.keys(parts).join(', ')}.`);
for (const name of wanted) {
  console.log(`\n### ${name} (${values.part} micrographs)\n`);
  for (const line of parts[name]()) console.log(line);
}
