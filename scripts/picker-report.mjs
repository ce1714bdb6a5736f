/**
 * `npm run picker-report`: the tables of the model card, measured with the built command line on the validation part
 * of ../shared/data and on simulations of other seeds. Prints Markdown; takes some minutes on a software GPU.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fail, root } from './setup.mjs';

const cli = join(root, 'dist-cli', 'cryolite.mjs');
const data = resolve(root, '../shared/data');
if (!existsSync(cli)) fail('build the command line first: npm run build:cli');
if (!existsSync(data)) fail('the real micrographs in ../shared/data are missing.');

/** Of the names with truth, sorted, these are for validation; training never saw them. */
const validation = [1, 4, 7, 10];
const folder = mkdtempSync(join(tmpdir(), 'cryolite-report-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const sets = [
  {
    title: 'apoferritin averages',
    source: 'apoferritin',
    suffix: '_avg',
    diameter: 117,
    pixelSize: 1.5,
    merge: 0,
  },
  {
    title: 'apoferritin single frames',
    source: 'apoferritin',
    suffix: '_frame',
    diameter: 117,
    pixelSize: 1.5,
    merge: 0,
  },
  {
    title: 'β-galactosidase',
    source: 'beta-galactosidase',
    suffix: '',
    diameter: 191,
    pixelSize: 3.54,
    merge: 15,
  },
].map(realSet);
const shapes = ['barrel', 'ring', 'dumbbell', 'y', 'shell'];
const simulated = shapes.map(simulatedSet);

console.log(
  '| set | method | strict AP | strict best F1 | strict F1 at the default | loose AP | loose best F1 |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const set of [...sets, ...simulated]) for (const method of ['cnn', 'log']) console.log(row(set, method));

function row(set, method) {
  const picks = join(folder, `${set.id}-${method}`);
  const common = ['--diameter', String(set.diameter), '--method', method, '--json'];
  cryolite(['pick', ...set.micrographs, '-o', picks, ...common, '--threshold', '0']);
  const thresholded = join(folder, `${set.id}-${method}-default`);
  cryolite(['pick', ...set.micrographs, '-o', thresholded, ...common]);
  const strict = evaluate(picks, set, 4);
  const loose = evaluate(picks, set, 2);
  const atDefault = evaluate(thresholded, set, 4);
  const cells = [
    strict.averagePrecision,
    strict.best.f1,
    atDefault.f1,
    loose.averagePrecision,
    loose.best.f1,
  ];
  const name = method === 'cnn' ? 'network' : 'LoG';
  return `| ${set.title} (${set.micrographs.length}) | ${name} | ${cells.map((value) => value.toFixed(3)).join(' | ')} |`;
}

/** @param part of the diameter that a pick may be off. */
function evaluate(picks, set, part) {
  const radius = set.diameter / set.pixelSize / part;
  return cryolite(['evaluate', '--picks', picks, '--truth', set.truth, '--radius', String(radius), '--json']);
}

function realSet({ title, source, suffix, diameter, pixelSize, merge }) {
  const id = `${source}${suffix}`;
  const truth = join(folder, `${id}-truth`);
  mkdirSync(truth);
  const names = readdirSync(join(data, source))
    .filter((name) => name.endsWith('.csv'))
    .sort();
  const chosen = validation.map((index) => names[index].replace(/\.csv$/, ''));
  for (const name of chosen) {
    const text = readFileSync(join(data, source, `${name}.csv`), 'utf8');
    writeFileSync(join(truth, `${name}.csv`), merged(text, merge));
  }
  const micrographs = chosen.map((name) => join(data, source, `${name}${suffix}.mrc`));
  return { id, title, micrographs, truth, diameter, pixelSize };
}

function simulatedSet(shape) {
  const truth = join(folder, `${shape}-truth`);
  mkdirSync(truth);
  const seeds = [101, 102];
  const micrographs = seeds.map((seed) => {
    const path = join(folder, `${shape}-${seed}.mrc`);
    cryolite([
      'simulate',
      path,
      '--shape',
      shape,
      '--seed',
      String(seed),
      '--size',
      '1536',
      '--particles',
      '100',
      // 40 e/Å² behind the ice, all of them counted.
      '--dose',
      '43.93',
      '--camera',
      'perfect',
      '--ice-variation',
      '0',
      '--json',
    ]);
    writeFileSync(join(truth, `${shape}-${seed}.star`), readFileSync(path.replace(/mrc$/, 'star')));
    return path;
  });
  return { id: shape, title: `simulated ${shape}`, micrographs, truth, diameter: 150, pixelSize: 1.5 };
}

/** Points of the truth nearer than `distance` px are one particle, split by how the truth was recovered. */
function merged(csv, distance) {
  const [header, ...rows] = csv.trim().split(/\r?\n/);
  const points = rows.map((line) => line.split(',').map(Number));
  for (let i = 0; i < points.length; i++) {
    const j = points.findIndex(
      ([x, y], k) => k > i && Math.hypot(x - points[i][0], y - points[i][1]) < distance,
    );
    if (j < 0) continue;
    const [other] = points.splice(j, 1);
    points[i] = [(points[i][0] + other[0]) / 2, (points[i][1] + other[1]) / 2];
    i--;
  }
  return [header, ...points.map((point) => point.join(','))].join('\n');
}

function cryolite(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) fail(`cryolite ${args[0]} failed:\n${stderr}`);
  return JSON.parse(stdout);
}
