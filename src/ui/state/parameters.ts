import { createStore, unwrap } from 'solid-js/store';
import type { MicrographParameters } from '../../dataset/session.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';

export interface Parameters {
  readonly values: MicrographParameters;
  set(change: Partial<MicrographParameters>): void;
  /** As the user says for the micrograph on the screen; it goes before what a batch is set to. */
  setOwnDiameter(angstrom: number): void;
  /** The values as plain data, to be kept or sent; what is observed of them are all. */
  snapshot(): MicrographParameters;
}

export function createParameters(): Parameters {
  const [values, set] = createStore<MicrographParameters>({ ...firstParameters });
  return {
    values,
    set: (change) => set(change),
    setOwnDiameter: (diameterAngstrom) => set({ diameterAngstrom, hasOwnDiameter: true }),
    snapshot: () => unwrap({ ...values }),
  };
}

/** Until the user says otherwise. */
export const defaultDiameterAngstrom = 150;
/** Of the microscope, where neither user nor file says another. */
export const usualVoltageKilovolt = 300;

const firstParameters: MicrographParameters = {
  frame: 0,
  pixelSizeAngstrom: undefined,
  diameterAngstrom: defaultDiameterAngstrom,
  // At the zoom that fits a micrograph to the screen particles of 80 Å and more stand out.
  lowpassAngstrom: 30,
  highpassAngstrom: undefined,
  method: 'cnn',
  threshold: 0.5,
  brightParticles: false,
};

/**
 * Parameters for a micrograph seen for the first time. What suits a data set (diameter, filter, method) is carried
 * over from the last one; the pixel size is the file's, or the last one's where the file does not know and has the
 * same dimensions (the same camera).
 */
export function parametersFor(
  opened: OpenedMicrograph,
  last: MicrographParameters,
  lastOpened: OpenedMicrograph | undefined,
): MicrographParameters {
  const sameCamera = lastOpened?.width === opened.width && lastOpened.height === opened.height;
  const pixelSizeAngstrom = opened.pixelSizeAngstrom ?? (sameCamera ? last.pixelSizeAngstrom : undefined);
  return {
    ...last,
    frame: opened.frame,
    pixelSizeAngstrom,
    // Of one session come from one microscope.
    voltageKilovolt: opened.acquisition.voltageKilovolt ?? last.voltageKilovolt,
    // Of the last micrograph alone.
    hasOwnDiameter: undefined,
    defocusAngstrom: undefined,
    lowpassAngstrom: allowedLowpass(wishedLowpass(last), pixelSizeAngstrom),
  };
}

/** A low-pass finer than two pixels does nothing: then the default is four pixels. */
export function allowedLowpass(
  lowpass: number | undefined,
  pixelSizeAngstrom: number | undefined,
): number | undefined {
  if (lowpass === undefined || pixelSizeAngstrom === undefined) return lowpass;
  return lowpass < 2 * pixelSizeAngstrom ? fourPixels(pixelSizeAngstrom) : lowpass;
}

/** Four pixels were not the user's choice but the last micrograph's limit: the next one starts as the first did. */
function wishedLowpass({ lowpassAngstrom, pixelSizeAngstrom }: MicrographParameters): number | undefined {
  const isLimit = pixelSizeAngstrom !== undefined && lowpassAngstrom === fourPixels(pixelSizeAngstrom);
  return isLimit ? firstParameters.lowpassAngstrom : lowpassAngstrom;
}

function fourPixels(pixelSizeAngstrom: number): number {
  return Number((4 * pixelSizeAngstrom).toPrecision(2));
}

/**
 * What was saved of a micrograph, to be set over another's: a field that is off is absent from what was saved, since
 * stores drop what is undefined, so it must be named to be taken away.
 */
export function savedParameters(saved: MicrographParameters): MicrographParameters {
  return { ...off, ...saved };
}

const off = {
  hasOwnDiameter: undefined,
  lowpassAngstrom: undefined,
  highpassAngstrom: undefined,
  filterMethod: undefined,
  sigmaAngstrom: undefined,
  defocusAngstrom: undefined,
  detailAngstrom: undefined,
  strength: undefined,
  denoiser: undefined,
  pickModel: undefined,
};
