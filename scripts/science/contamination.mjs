/** The contamination output against the real mask of ../shared/data, and picks on it before and after. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cryolite } from './cryolite.mjs';
import { data } from './sets.mjs';

/** Its pixel size is not known; particles are about 30 px wide. */
const diameterPx = 30;

export function contamination(folder, model) {
  const source = join(data, 'contamination');
  const micrograph = join(source, 'Ucsf_stack_1142_DW.mrc');
  const truth = readMrc(join(source, 'Ucsf_stack_1142_DW_mask.mrc'));
  const masks = join(folder, 'masks');
  mkdirSync(masks);
  const common = ['pick', micrograph, '--pixel-size', '1', '--diameter', String(diameterPx), '--overwrite'];
  const network = model ? ['--model', model] : [];
  const counts = (name, args) => {
    const output = join(folder, name);
    cryolite([...common, ...network, ...args, '-o', output]);
    const picks = readStar(
      join(
        output,
        readdirSync(output).find((file) => file.endsWith('.star')),
      ),
    );
    const on = picks.filter(({ x, y }) => valueAt(truth, x, y) > 0.5).length;
    return `${on} of ${picks.length}`;
  };
  const before = counts('contaminated', ['--keep-contaminated']);
  const after = counts('clean', ['--mask-out', masks]);
  const [file] = readdirSync(masks);
  const found = readMrc(join(masks, file));
  let [both, either] = [0, 0];
  for (let y = 0; y < truth.height; y++)
    for (let x = 0; x < truth.width; x++) {
      const wanted = truth.data[y * truth.width + x] > 0.5;
      const scale = found.width / truth.width;
      const given = valueAt(found, (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5) > 0.5;
      both += wanted && given ? 1 : 0;
      either += wanted || given ? 1 : 0;
    }
  return [
    '| intersection over union with the mask of MicrographCleaner | picks on it, mask ignored | picks on it, kept out |',
    '| --- | --- | --- |',
    `| ${(both / either).toFixed(3)} | ${before} | ${after} |`,
  ];
}

function valueAt({ width, height, data }, x, y) {
  const column = Math.min(width - 1, Math.max(0, Math.round(x)));
  const row = Math.min(height - 1, Math.max(0, Math.round(y)));
  return data[row * width + column];
}

/** Of modes 0 and 2, little-endian, without an extended header: as these files are. */
function readMrc(path) {
  const bytes = readFileSync(path);
  const [width, height, mode] = [0, 4, 12].map((at) => bytes.readInt32LE(at));
  const start = 1024 + bytes.readInt32LE(92);
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    mode === 2 ? bytes.readFloatLE(start + 4 * i) : bytes.readInt8(start + i),
  );
  return { width, height, data };
}

function readStar(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]) => ({ x, y }));
}
