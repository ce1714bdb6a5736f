import { describe, expect, test } from 'vitest';
import { readStarCtf } from '../../../../src/formats/star/ctf.ts';

const star = `
data_optics

loop_
_rlnOpticsGroup #1
_rlnVoltage #2
_rlnSphericalAberration #3
_rlnAmplitudeContrast #4
1 300.0 2.7 0.07

data_micrographs

loop_
_rlnMicrographName #1
_rlnOpticsGroup #2
_rlnDefocusU #3
_rlnDefocusV #4
MotionCorr/job002/a_01.mrc 1 18000 17000
MotionCorr/job002/a_02.mrc 1 none 17000
`;

describe('transfer functions in STAR files', () => {
  test('defocus by micrograph, the rest from its optics group', () => {
    const found = readStarCtf('ctf.star', star);
    expect(found.get('a_01')).toEqual({
      defocusAngstrom: 17500,
      voltageKilovolt: 300,
      sphericalAberrationMm: 2.7,
      amplitudeContrast: 0.07,
      phaseShiftDegrees: undefined,
    });
    // What has no number has no transfer function.
    expect(found.has('a_02')).toBe(false);
  });

  test('a file without a defocus is refused', () => {
    const text = 'data_\nloop_\n_rlnMicrographName\na.mrc\n';
    expect(() => readStarCtf('b.star', text)).toThrow(/b\.star has no table .*_rlnDefocusU/);
  });
});
