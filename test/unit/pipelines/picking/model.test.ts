import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../../src/core/errors.ts';
import { conv, pool, sigmoid } from '../../../../src/nn/build.ts';
import type { Graph, Layer } from '../../../../src/nn/layers.ts';
import { checkDenoiser, denoiserLabels } from '../../../../src/pipelines/models/denoise.ts';
import type { ModelTask, OpenedModel } from '../../../../src/pipelines/models/open.ts';
import { pickerOf } from '../../../../src/pipelines/picking/model.ts';
import { checkScale, suggestedScale } from '../../../../src/pipelines/picking/scale.ts';

function model(layers: readonly Layer[], task: ModelTask = 'either', channels = 1): OpenedModel {
  const graph: Graph = { name: 'n', channels, layers };
  const hash = '0123456789abcdef'.repeat(4);
  return { format: 'ONNX', file: 'm.onnx', name: 'm', graph, tensors: new Map(), task, settings: {}, hash };
}

const same = conv('c', 'input', 1, 1, 5, { padding: 2 });

describe('pickerOf', () => {
  test('takes a network of one channel as one that scores every pixel', () => {
    expect(pickerOf(model([same]))).toMatchObject({ kind: 'dense', gives: 'log-odds', fieldPx: 5 });
    const certain = conv('c', 'input', 1, 1, 7, { activation: sigmoid });
    expect(pickerOf(model([certain]))).toMatchObject({ gives: 'probability', fieldPx: 7 });
  });

  test.each([
    ['it denoises, for "cryolite denoise --model"', model([same], 'denoise')],
    ['it gives 3 channels where one is wanted', model([conv('c', 'input', 1, 3, 1)])],
    ['it reads 2 channels where one is wanted', model([conv('c', 'input', 2, 1, 1)], 'pick', 2)],
    ['its scores are no grid of squares', model([conv('c', 'input', 1, 1, 3, { stride: { x: 1, y: 2 } })])],
  ])('refuses: %s', (what, bad) => {
    expect(() => pickerOf(bad)).toThrow(`m.onnx is no picking network: ${what}.`);
  });
});

describe('a picker of several outputs', () => {
  const fed = {
    preprocess: { workingDiameterPx: 24, highpassDiameters: 4, clip: 10 },
    peak: { radiusDiameters: 0.5, defaultThreshold: 0.4 },
  };
  const of = (channels: number, outputs: unknown, settings: object = fed) =>
    pickerOf({
      ...model([conv('c', 'input', 1, channels, 2, { stride: 2 })]),
      settings: { ...settings, outputs },
    });

  test('tells how wide a particle’s body is, from nothing to a diameter; an older file does not', () => {
    const wide = (exclusionDiameters: unknown) =>
      of(1, ['particle'], { ...fed, peak: { ...fed.peak, exclusionDiameters } });
    expect(wide(0.9)).toMatchObject({ exclusionDiameters: 0.9 });
    expect(of(1, ['particle'])).toMatchObject({ exclusionDiameters: 0 });
    for (const bad of [-0.1, 1.1, Number.NaN, '0.9', null])
      expect(() => wide(bad)).toThrow(/peak\.exclusionDiameters should be a number from 0 to 1/);
  });

  test('is told by its file what its channels are; without that it tells of particles alone', () => {
    expect(of(1, undefined)).toMatchObject({ channels: { contamination: undefined, offset: undefined } });
    expect(of(2, ['particle', 'contamination'])).toMatchObject({ channels: { contamination: 1 } });
    expect(of(4, ['particle', 'offsetX', 'offsetY', 'contamination'])).toMatchObject({
      channels: { contamination: 3, offset: { x: 1, y: 2, span: 1 } },
    });
    const wide = { ...fed, peak: { ...fed.peak, offsetCells: 4 } };
    const all = ['particle', 'contamination', 'offsetX', 'offsetY'];
    expect(of(4, all, wide)).toMatchObject({
      channels: { contamination: 1, offset: { x: 2, y: 3, span: 4 } },
    });
    expect(() => of(4, all, { ...fed, peak: { ...fed.peak, offsetCells: 0 } })).toThrow('peak.offsetCells');
  });

  test.each([
    ['it gives 3 channels where 2 are wanted', 3, ['particle', 'contamination'], fed],
    ['it gives 2 channels where one is wanted', 2, undefined, fed],
    ['but is ["contamination","particle"]', 2, ['contamination', 'particle'], fed],
    ['but is ["particle","offsetX"]', 2, ['particle', 'offsetX'], fed],
    ['but is ["particle","ice"]', 2, ['particle', 'ice'], fed],
    ['but is ["particle","particle"]', 2, ['particle', 'particle'], fed],
    ['but is "particle"', 1, 'particle', fed],
    ['it has several outputs, but does not tell how to feed it', 2, ['particle', 'contamination'], {}],
  ])('is refused: %s', (what, channels, outputs, settings) => {
    expect(() => of(channels, outputs, settings)).toThrow(what);
  });
});

describe('checkDenoiser', () => {
  test('takes what keeps the size', () => {
    expect(() => checkDenoiser(model([same]))).not.toThrow();
    expect(() => checkDenoiser(model([same], 'denoise'))).not.toThrow();
  });

  test.each([
    ['it is a picking network, for "cryolite pick --model"', model([same], 'pick')],
    ['it makes 2 of 1 channels, where one of one is wanted', model([conv('c', 'input', 1, 2, 1)])],
    [
      'it makes 1 of 2 channels, where one of one is wanted',
      model([conv('c', 'input', 2, 1, 1)], 'either', 2),
    ],
    [
      'of 8192 × 8192 px it makes 4096 × 4096, where the same size is wanted',
      model([pool('maxPool', 'p', 'input', 2)]),
    ],
    [
      'of 8192 × 8192 px it makes 8188 × 8188, where the same size is wanted',
      model([conv('c', 'input', 1, 1, 5)]),
    ],
  ])('refuses: %s', (what, bad) => {
    expect(() => checkDenoiser(bad)).toThrow(`m.onnx is no network that denoises: ${what}.`);
  });

  test('labels fit the lines of an MRC header, whatever the network is called', () => {
    const labels = denoiserLabels({ ...model([same]), format: 'Cryolite', name: 'Ünet'.repeat(40) });
    for (const label of labels) {
      expect(label).toMatch(/^[\x20-\x7e]+$/);
      expect(`Cryolite 10.10.10: ${label}`.length).toBeLessThanOrEqual(80);
    }
    expect(labels.join()).toContain('sha256 0123456789ab');
    expect(labels.join()).toContain('display only');
  });
});

describe('scales', () => {
  test.each([
    // Apoferritin at 1.5 Å a pixel, by both of Topaz's detectors; β-galactosidase at 1.77 Å.
    [78, 71, 3],
    [78, 91, 3],
    [108, 71, 4],
    [10, 71, 1],
    // A tiny field must not make specks of particles.
    [22, 9, 5],
    [3, 1, 1],
    [41.9, 71, 1],
    [42, 71, 2],
    [30, 40, 2],
  ])('a particle of %f px and a field of %i px: %i times', (diameterPx, fieldPx, scale) => {
    expect(suggestedScale(diameterPx, fieldPx)).toBe(scale);
  });

  test('is the customary third for apoferritin, whatever of 114 to 140 Å at 1.5 Å a pixel its diameter is taken for', () => {
    for (let angstrom = 114; angstrom <= 140; angstrom++) {
      const scales = [71, 91].map((fieldPx) => suggestedScale(angstrom / 1.5, fieldPx));
      expect([angstrom, ...scales]).toEqual([angstrom, 3, 3]);
    }
  });

  test('are refused where they leave nothing of a particle', () => {
    expect(() => checkScale(19.5, 78)).not.toThrow();
    expect(() => checkScale(1, 4)).not.toThrow();
    for (const scale of [0.9, 20, Number.NaN]) {
      expect(() => checkScale(scale, 78)).toThrow(UsageError);
      expect(() => checkScale(scale, 78)).toThrow(
        `A scale of ${scale} does not suit a particle of 78 pixels`,
      );
    }
  });
});
