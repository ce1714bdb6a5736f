import { describe, expect, it } from 'vitest';
import { readPicksFile } from '../../src/dataset/picksFile.ts';
import { writeCsvPicks } from '../../src/formats/csv/picks.ts';
import { writeStarPicks } from '../../src/formats/star/picks.ts';
import { encode, frugal, fuzz, fuzzTimeout } from './harness.ts';

describe('injured coordinate files', { timeout: fuzzTimeout }, () => {
  it('STAR', async () => {
    const picks = Array.from({ length: 9 }, (_, i) => ({ x: i * 10.5, y: i / 7, score: i / 9 }));
    const particles =
      'data_optics\n\n_rlnVoltage 300 # kV\n\ndata_particles\nloop_\n_rlnMicrographName #1\n_rlnCoordinateX #2\n_rlnCoordinateY #3\n\'a b.mrc\' 1 2\n"c" 3e1 .4\n\n';
    await fuzz([encode(writeStarPicks(picks)), encode(particles)], async (bytes) => {
      const found = await readPicksFile(frugal(bytes), 'a b');
      expect(found.every(({ x, y, score }) => Number.isFinite(x + y + score))).toBe(true);
    });
  });

  it('CSV', async () => {
    const picks = Array.from({ length: 9 }, (_, i) => ({ x: i * 10.5, y: i / 7, score: i / 9 }));
    const quoted = encode('X-Coordinate,"Y-Coordinate",Name\r\n1,2,"a ""b"", c"\r\n3,4,\r\n');
    await fuzz([encode(writeCsvPicks(picks)), quoted], async (bytes) => {
      const found = await readPicksFile(frugal(bytes), 'a');
      expect(found.every(({ x, y, score }) => Number.isFinite(x + y + score))).toBe(true);
    });
  });
});
