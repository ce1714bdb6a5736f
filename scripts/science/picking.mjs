/** Tables of picks: strict and loose average precision, F1 at the suggested threshold, cost. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cryolite, timed } from './cryolite.mjs';
import { data } from './sets.mjs';

const labels = 50;
const head = [
  '| set | method | strict AP | strict best F1 | strict F1 at the threshold | loose AP | loose best F1 | s a micrograph |',
  '| --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** What is known before anybody clicked. @param model of the general picker; the one that comes along without it. */
export function* untrained(sets, folder, model, name = 'network') {
  const methods = [
    { name, args: ['--method', 'cnn', ...(model ? ['--model', model] : [])] },
    ...(model ? [] : [{ name: 'LoG', args: ['--method', 'log'] }]),
  ];
  yield* head;
  for (const set of sets) for (const method of methods) yield row(set, method, folder);
}

/** Topaz's own network, with the same engine; its weights are the user's to bring. */
export function* topaz(sets, folder) {
  const weights = join(data, 'weights', 'topaz', 'resnet8_u32.sav');
  if (!existsSync(weights)) return void (yield 'Topaz’s weights are missing.');
  const method = { name: 'Topaz ResNet8', args: ['--model', weights], threshold: '0' };
  yield* head;
  for (const set of sets) yield row(set, method, folder);
}

/**
 * With labels on the micrographs that may be learnt from.
 * @param init where the network starts: general, none, or a file.
 */
export function* withLabels(sets, folder, init = 'general', name = 'trained', seed = 0) {
  const notes = [];
  yield* head;
  for (const set of sets.filter(({ learnt }) => learnt.length > 0)) {
    const output = join(folder, `${set.id}-${name.replace(/\W/g, '_')}.safetensors`);
    const learn = ['--labels', String(labels), '--seed', String(seed)];
    const { json } = timed([
      'train',
      '--micrographs',
      ...set.learnt,
      '--picks',
      set.truth,
      '--diameter',
      String(set.diameter),
      '--init',
      init,
      ...learn,
      '-o',
      output,
      '--overwrite',
    ]);
    notes.push(
      `${set.title}: best after ${json.bestStep} steps, ${(json.flops / 1e9).toFixed(0)} GFLOP, ${json.seconds.all.toFixed(0)} s in all.`,
    );
    const template = ['--method', 'template', '--examples', set.truth, ...learn];
    yield row(set, { name: `template, ${labels} labels`, args: template, learns: true }, folder);
    yield row(set, { name: `${name}, ${labels} labels`, args: ['--model', output] }, folder);
  }
  yield '';
  yield* notes;
}

function row(set, { name, args, learns = false }, folder) {
  const { judged, diameter, id, title } = set;
  const pixelSize = set.judgedPixelSize ?? set.pixelSize;
  const truth = judgedTruth(set.judgedTruth ?? set.truth, judged);
  // Of its own each time: two parts may have rows of one name.
  const picks = join(mkdtempSync(join(folder, 'row-')), id);
  // A template needs the micrographs of its examples, too; they are not judged.
  const files = learns ? [...set.learnt, ...judged] : judged;
  const pick = ['pick', ...files, '--diameter', String(diameter), ...args];
  const { json, seconds } = timed([...pick, '-o', picks, '--threshold', learns ? '-1' : '0']);
  const curve = `${picks}.json`;
  const by = ['--diameter', String(diameter), '--pixel-size', String(pixelSize)];
  const { strict, loose } = cryolite([
    'evaluate',
    '--picks',
    picks,
    '--truth',
    truth,
    ...by,
    '--curve',
    curve,
  ]);
  const cells = [
    strict.averagePrecision,
    strict.best.f1,
    f1At(curve, json.files),
    loose.averagePrecision,
    loose.best.f1,
  ].map((value) => value?.toFixed(3) ?? '-');
  const each = (seconds / files.length).toFixed(1);
  return `| ${title} (${judged.length}) | ${name} | ${cells.join(' | ')} | ${each} |`;
}

/** Strict F1 where every micrograph has the threshold that the method suggests for it; nothing where it suggests none. */
function f1At(file, files) {
  const { curves } = JSON.parse(readFileSync(file, 'utf8'));
  const strict = curves.filter(({ matching, micrograph }) => matching === 'strict' && micrograph !== 'all');
  const sum = { picks: 0, matched: 0, truth: 0 };
  for (const { micrograph, threshold, picks, matched, truth } of strict) {
    const suggested = files.find(({ file }) => basename(file).startsWith(micrograph))?.suggestedThreshold;
    if (suggested === undefined) return undefined;
    const last = threshold.findLastIndex((value) => value >= suggested);
    sum.picks += picks[last] ?? 0;
    sum.matched += matched[last] ?? 0;
    sum.truth += truth;
  }
  return (2 * sum.matched) / (sum.picks + sum.truth);
}

/** The folder of the coordinates of these micrographs alone. */
function judgedTruth(truth, judged) {
  const folder = `${truth}-${basename(judged[0] ?? '', '.mrc')}`;
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  for (const file of readdirSync(truth)) {
    const name = file.replace(/\.\w+$/, '');
    if (judged.some((path) => basename(path).startsWith(name)))
      copyFileSync(join(truth, file), join(folder, file));
  }
  return folder;
}
