/** The micrographs that the science is measured on: real ones of ../shared/data, by their split, and simulated ones. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, root } from '../setup.mjs';
import { cryolite } from './cryolite.mjs';

export const data = resolve(root, '../shared/data');

/** Of the names with truth, sorted, these are for validation; no training saw them. */
const validation = [1, 4, 7, 10];
/** Marked sparsely, by its README. */
const sparse = /15_07_41/;

const kinds = [
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
    title: 'β-galactosidase, 2× binned',
    source: 'beta-galactosidase',
    suffix: '',
    diameter: 191,
    pixelSize: 3.54,
    merge: 15,
  },
];

/**
 * @param part 'validation', or 'training': then half of the training micrographs are learnt from, the others judged.
 * @param isSwapped whether it is the other half.
 * @returns for each kind of picture, what may be learnt from and what is judged.
 */
export function realSets(part, folder, isSwapped = false) {
  if (!existsSync(data)) fail('the real micrographs in ../shared/data are missing.');
  const sets = kinds.map((kind) => {
    const names = readdirSync(join(data, kind.source))
      .filter((name) => name.endsWith('.csv'))
      .sort()
      .map((name) => name.replace(/\.csv$/, ''));
    const kept = validation.map((index) => names[index]);
    const training = names.filter((name) => !kept.includes(name) && !sparse.test(name));
    const halves = [training.slice(0, 3), training.slice(3)];
    const [learnt, judged] = part === 'validation' ? [training, kept] : isSwapped ? halves.reverse() : halves;
    return setOf(kind, folder, learnt, judged);
  });
  if (part === 'validation') sets.push(wholeSet(folder, sets[2]));
  return sets;
}

function setOf({ title, source, suffix, diameter, pixelSize, merge }, folder, learnt, judged) {
  const truth = truthFolder(
    join(data, source),
    join(folder, `${source}${suffix}-truth`),
    [...learnt, ...judged],
    merge,
  );
  const files = (names) => names.map((name) => join(data, source, `${name}${suffix}.mrc`));
  return {
    id: `${source}${suffix}`,
    title,
    learnt: files(learnt),
    judged: files(judged),
    truth,
    diameter,
    pixelSize,
  };
}

/** β-galactosidase at full size; both are validation micrographs, so what is learnt is learnt from the binned ones. */
function wholeSet(folder, binned) {
  const source = join(data, 'beta-galactosidase', 'full');
  const names = readdirSync(source)
    .filter((name) => name.endsWith('.csv'))
    .map((name) => name.replace(/\.csv$/, ''));
  const truth = truthFolder(source, join(folder, 'full-truth'), names, 30);
  const judged = names.map((name) => join(source, `${name}.mrc`));
  const title = 'β-galactosidase, 4096², whole';
  return { ...binned, id: 'full', title, judged, judgedTruth: truth, judgedPixelSize: 1.77 };
}

/**
 * Simulated particles that no training saw: shapes of the command line, at its usual dose.
 * @param part 'training': those by which settings are chosen; 'validation': as many others, to report.
 */
export function simulatedSets(part, folder) {
  const seeds = part === 'validation' ? [301, 302] : [101, 102];
  return ['barrel', 'ring', 'dumbbell', 'y', 'shell'].map((shape) => {
    const truth = join(folder, `${shape}-truth`);
    mkdirSync(truth);
    const judged = seeds.map((seed) => {
      const path = join(folder, `${shape}-${seed}.mrc`);
      const size = ['--size', '1536', '--particles', '100'];
      // 40 e/Å² behind the ice, all of them counted.
      const beam = ['--dose', '43.93', '--camera', 'perfect', '--ice-variation', '0'];
      cryolite(['simulate', path, '--shape', shape, '--seed', String(seed), ...size, ...beam]);
      writeFileSync(join(truth, `${shape}-${seed}.star`), readFileSync(path.replace(/mrc$/, 'star')));
      return path;
    });
    return {
      id: shape,
      title: `simulated ${shape}`,
      learnt: [],
      judged,
      truth,
      diameter: 150,
      pixelSize: 1.5,
    };
  });
}

/** Copies coordinates; points nearer than `distance` px are one particle, split by how the truth was recovered. */
function truthFolder(source, folder, names, distance) {
  mkdirSync(folder);
  for (const name of names) {
    const text = readFileSync(join(source, `${name}.csv`), 'utf8');
    writeFileSync(join(folder, `${name}.csv`), merged(text, distance));
  }
  return folder;
}

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
