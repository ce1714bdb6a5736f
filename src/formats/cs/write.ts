/** Picks as cryoSPARC's own data: a .cs table of particles and the .csg that its "Import Result Group" job reads. */
import { type MicrographCoordinates, micrographStem } from '../coordinates.ts';
import { type NpyColumn, writeNpy } from './npy.ts';

/** A micrograph whose size is known: fractions need it. */
export interface SizedMicrograph extends MicrographCoordinates {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/**
 * The fields of cryoSPARC's pickers. `uid`s are made of the micrograph's name and the pick's place, so the same picks have
 * the same ones again. Centres come back within 0.001 px (fractions are 32-bit floats).
 */
export function writeCs(micrographs: readonly SizedMicrograph[]): Uint8Array<ArrayBuffer> {
  const rows = micrographs.flatMap((micrograph) => {
    const micrographUid = hash(micrographStem(micrograph.name));
    const path = new TextEncoder().encode(micrograph.name);
    return micrograph.coordinates.map((pick, i) => ({ micrograph, micrographUid, path, pick, i }));
  });
  const pathBytes = rows.reduce((most, { path }) => Math.max(most, path.length), 1);
  const seen = new Set<bigint>();
  const uids = rows.map(({ micrographUid, pick, i }) => {
    let uid = hash(`${micrographUid} ${pick.x} ${pick.y} ${i}`);
    while (seen.has(uid)) uid = BigInt.asUintN(64, uid + 1n);
    seen.add(uid);
    return uid;
  });
  const u8 = (name: string, of: (row: number) => bigint): NpyColumn => ({
    name,
    type: '<u8',
    size: 8,
    write: (view, at, row) => view.setBigUint64(at, of(row), true),
  });
  const u4 = (name: string, of: (row: number) => number): NpyColumn => ({
    name,
    type: '<u4',
    size: 4,
    write: (view, at, row) => view.setUint32(at, of(row), true),
  });
  const f4 = (name: string, of: (row: number) => number): NpyColumn => ({
    name,
    type: '<f4',
    size: 4,
    write: (view, at, row) => view.setFloat32(at, of(row), true),
  });
  const at =
    <T>(of: (row: (typeof rows)[number]) => T, otherwise: T) =>
    (row: number): T => {
      const found = rows[row];
      return found ? of(found) : otherwise;
    };
  const columns: NpyColumn[] = [
    u8('uid', (row) => uids[row] ?? 0n),
    u8(
      'location/micrograph_uid',
      at(({ micrographUid }) => micrographUid, 0n),
    ),
    u4('location/exp_group_id', () => 1),
    {
      name: 'location/micrograph_path',
      type: `|S${pathBytes}`,
      size: pathBytes,
      write: (view, offset, row) => {
        const path = rows[row]?.path ?? new Uint8Array();
        new Uint8Array(view.buffer, view.byteOffset + offset, pathBytes).set(path);
      },
    },
    {
      name: 'location/micrograph_shape',
      type: '<u4',
      shape: [2],
      size: 8,
      write: (view, offset, row) => {
        view.setUint32(offset, rows[row]?.micrograph.height ?? 0, true);
        view.setUint32(offset + 4, rows[row]?.micrograph.width ?? 0, true);
      },
    },
    f4(
      'location/center_x_frac',
      at(({ pick, micrograph }) => (pick.x + 0.5) / micrograph.width, 0),
    ),
    f4(
      'location/center_y_frac',
      at(({ pick, micrograph }) => (pick.y + 0.5) / micrograph.height, 0),
    ),
    f4(
      'location/micrograph_psize_A',
      at(({ micrograph }) => micrograph.pixelSizeAngstrom ?? 0, 0),
    ),
    f4(
      'pick_stats/ncc_score',
      at(({ pick }) => pick.score ?? 1, 0),
    ),
    f4('pick_stats/power', () => 0),
    u4('pick_stats/template_idx', () => 0),
    f4('pick_stats/angle_rad', () => 0),
  ];
  return writeNpy(columns, rows.length);
}

/**
 * The group that ties results to the table; ">" says that the table lies beside it.
 * @param created ISO date and time.
 */
export function writeCsg(tableName: string, count: number, created: string): string {
  const results = ['location', 'pick_stats'].flatMap((name) => [
    `  ${name}:`,
    `    metafile: '>${tableName.replaceAll("'", "''")}'`,
    `    num_items: ${count}`,
    `    type: particle.${name}`,
  ]);
  return `${[
    `created: '${created}'`,
    'group:',
    '  description: Particle picks from Cryolite',
    '  name: particles',
    '  title: Picked particles',
    '  type: particle',
    'results:',
    ...results,
    'version: v4.0.0',
  ].join('\n')}\n`;
}

/** FNV-1a, 64 bit (Fowler, Noll, Vo): enough to tell picks apart. Never 0, which cryoSPARC takes for none. */
function hash(text: string): bigint {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  }
  return value === 0n ? 1n : value;
}
