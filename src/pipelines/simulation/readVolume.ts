import { UsageError } from '../../core/errors.ts';
import type { Micrograph } from '../../dataset/micrograph.ts';
import { type ParticleVolume, particleVolume, type VolumeOptions } from './volume.ts';

/** Half a gigabyte of floats. */
const mostVoxels = 512 ** 3;

export interface ReadVolumeOptions extends VolumeOptions {
  /** Where the file does not know or is wrong, Å. */
  readonly voxelSizeAngstrom?: number | undefined;
}

/**
 * Reads a density map, whose sections are the frames of its file, and makes a particle of it.
 * @throws UsageError where it is no volume, too large, of unknown voxel size, or holds no particle; FormatError.
 */
export async function readVolume(
  file: Micrograph,
  { voxelSizeAngstrom, ...options }: ReadVolumeOptions = {},
): Promise<ParticleVolume> {
  const { name, width, height, frames } = file;
  if (Math.min(width, height, frames) < 8) {
    throw new UsageError(
      `${name} has ${width} × ${height} × ${frames} voxels: a density map of 8 or more a side is wanted.`,
    );
  }
  if (width * height * frames > mostVoxels) {
    throw new UsageError(
      `${name} has ${width} × ${height} × ${frames} voxels: bin it to 512 a side or fewer.`,
    );
  }
  const voxel = voxelSizeAngstrom ?? file.pixelSizeAngstrom;
  if (voxel === undefined) {
    throw new UsageError(`${name} does not state its voxel size: give it in Å with --voxel-size.`);
  }
  const data = new Float32Array(width * height * frames);
  for (let section = 0; section < frames; section++)
    data.set(await file.readRows(section, 0, height), section * width * height);
  return particleVolume({ name, width, height, sections: frames, voxelSizeAngstrom: voxel, data }, options);
}
