import { paintContaminant } from './contaminantMaps.ts';
import { addProjection } from './projection.ts';
import { addTile, VolumeProjector, VolumeSpectrum } from './projector.ts';
import { heapExtents, type SceneContents } from './sceneContents.ts';
import { emptySpecimen, markDisc, type Specimen } from './specimen.ts';
import { proteinPotentialVolt } from './volume.ts';

/** A scene's contents painted on a canvas, row-major. */
export interface SceneMaps {
  /** V·Å of all protein. */
  readonly protein: Float32Array<ArrayBuffer>;
  readonly specimen: Specimen;
  /** 1 in heaps of protein. */
  readonly heaps: Uint8Array<ArrayBuffer>;
}

/** Paints a scene's contents on side × side pixels. */
export function paintContents(contents: SceneContents, side: number): SceneMaps {
  const { pixelSizeAngstrom, contaminants, heaps, extentPx } = contents;
  const specimen = emptySpecimen(side, side, pixelSizeAngstrom);
  for (const one of contaminants) paintContaminant(specimen, one);
  const protein = new Float32Array(side * side);
  addProtein(protein, contents, side, () => true);
  const heapMap = new Uint8Array(side * side);
  for (const place of heaps) markDisc(heapMap, specimen, place, heapExtents * extentPx);
  return { protein, specimen, heaps: heapMap };
}

/** Adds projections of the proteins that are chosen to a map, V·Å. */
export function addProtein(
  map: Float32Array<ArrayBuffer>,
  { copies, pixelSizeAngstrom }: SceneContents,
  side: number,
  isChosen: (density: SceneContents['copies'][number]['density']) => boolean,
): void {
  const canvas = { data: map, width: side, height: side };
  for (const { density, extentPx, places } of copies) {
    if (!isChosen(density)) continue;
    if (density instanceof VolumeSpectrum) {
      const projector = new VolumeProjector(density, pixelSizeAngstrom);
      for (const place of places) addTile(canvas, projector.project(place.rotation, place));
    } else {
      const dense = density.map((blob) => ({ ...blob, weight: blob.weight * proteinPotentialVolt }));
      for (const place of places)
        addProjection(canvas, dense, place.rotation, place, extentPx, pixelSizeAngstrom);
    }
  }
}
