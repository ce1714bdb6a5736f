import { describe, expect, test } from 'vitest';
import { createViewState } from '../../../src/ui/state/view.ts';
import { largestRatio, linesOf, marksOf, maskOf } from '../../../src/ui/viewer/drawView.ts';
import { figureShape } from '../../../src/ui/viewer/figureShapes.ts';
import { viewSvg } from '../../../src/ui/viewer/viewSvg.ts';

const clip = { x: 0, y: 0, width: 400, height: 300 };

const ruler = figureShape(
  { kind: 'ruler', from: { x: 9.5, y: 9.5 }, to: { x: 39.5, y: 9.5 } },
  { u: 100, v: 75, scale: 2 },
  clip,
  5,
);

describe('a view as SVG', () => {
  const svg = viewSvg(
    {
      size: { width: 400, height: 300 },
      title: 'a <b> & "c"\u0001.mrc',
      panes: [
        {
          clip,
          label: 'Raw',
          mask: { path: 'M0 0L9 0L9 9Z', corner: { x: 20, y: 10 }, opacity: 0.6 },
          figure: { kind: 'ruler', shape: ruler, label: '20 nm' },
          lines: [{ from: { x: 1, y: 2 }, to: { x: 30, y: 40 }, width: 12, colour: '#ff7a3d' }],
          marks: [
            {
              x: 10.1234,
              y: 20,
              radius: 8,
              shape: 'circle',
              colour: 'rgb(1 2 3 / 1)',
              dashes: [3.2, 1.84],
              glyph: undefined,
            },
            { x: 50, y: 60, radius: 8, shape: 'circle', colour: '#fff', dashes: [], glyph: 'dot' },
            { x: 90, y: 60, radius: 8, shape: 'box', colour: '#0f0', dashes: [], glyph: 'cross' },
            { x: 99, y: 60, radius: 8, shape: 'dot', colour: '#00f', dashes: [], glyph: 'triangle' },
          ],
        },
      ],
      bar: { width: 133.333, label: '20 nm' },
      lineWidth: 1.75,
    },
    'data:image/png;base64,AAAA',
  );

  test('has the picture embedded, and picks and scale bar as vectors', () => {
    expect(svg).toContain('<image width="400" height="300" href="data:image/png;base64,AAAA"/>');
    expect(svg).toContain(
      '<circle cx="10.12" cy="20" r="8" stroke="rgb(1 2 3 / 1)" stroke-dasharray="3.2 1.84"/>',
    );
    // Of two circles the rims and the lines, of the dot and the knobs of the ruler what they are.
    expect(svg.match(/<circle/g)).toHaveLength(2 * 2 + 2 + 2);
    expect(svg).toContain('<line x1="1" y1="2" x2="30" y2="40" stroke="#ff7a3d" stroke-width="12"');
    expect(svg).toContain('id="scale-bar" x="20" y="275" width="133.33"');
    expect(svg.match(/>20 nm<\/text>/g)).toHaveLength(2);
    expect(svg).toContain('>Raw</text>');
  });

  test('has the marks of classes in their own shapes', () => {
    expect(svg).toContain('<rect x="82" y="52" width="16" height="16" stroke="#0f0"/>');
    // A cross in the middle of a box; a filled triangle by itself, in the place of a dot.
    expect(svg).toContain(
      '<path d="M86.5 56.5L93.5 63.5M86.5 63.5L93.5 56.5" stroke="#0f0" stroke-width="1.6"/>',
    );
    expect(svg).toContain('<path d="M99 54.5L104 64L94 64L99 54.5" fill="#00f"/>');
    expect(svg).not.toContain('r="8" stroke="#00f"');
  });

  test('has the mask and what is measured as they are seen', () => {
    expect(svg).toContain('<clipPath id="mask1"><path d="M0 0L9 0L9 9Z"/></clipPath>');
    // The hatching goes through the picture's corner.
    expect(svg).toContain('patternTransform="translate(3 0)"');
    expect(svg).toContain('<line data-part="ruler-line" x1="20" y1="20" x2="80" y2="20" stroke="#8fd6fa"');
  });

  test('without the picture, is what lies over it, at the size of the canvas', () => {
    const bare = viewSvg(
      { size: { width: 400, height: 300 }, title: '', panes: [], bar: undefined, lineWidth: 1 },
      undefined,
      2.5,
    );
    expect(bare).toContain('width="1000" height="750" viewBox="0 0 400 300"');
    expect(bare).not.toContain('<image');
  });

  test('is well-formed whatever a file is called', () => {
    expect(svg).toContain('<title>a &lt;b&gt; &amp; &quot;c&quot;\ufffd.mrc</title>');
    const open = [...svg.matchAll(/<([a-zA-Z]+)(?:\s[^>]*[^/])?>/g)].map(([, name]) => name);
    const closed = [...svg.matchAll(/<\/([a-zA-Z]+)>/g)].map(([, name]) => name);
    expect(open.sort()).toEqual(closed.sort());
  });

  test('draws filaments from the centre of one pixel to that of another, mirrored too', () => {
    const view = createViewState();
    view.resize({ width: 400, height: 300 });
    view.showImage({ width: 200, height: 100 });
    view.move({ u: 100, v: 50, scale: 2 });
    const filaments = [{ start: { x: 99.5, y: 49.5 }, end: { x: 109.5, y: 49.5 } }];
    const [line] = linesOf(view, 0, filaments, 10, () => '#fff');
    expect(line).toEqual({ from: { x: 200, y: 150 }, to: { x: 220, y: 150 }, width: 20, colour: '#fff' });
    view.setFlip({ x: true });
    expect(linesOf(view, 0, filaments, 10, () => '#fff')[0]?.to).toEqual({ x: 180, y: 150 });
  });

  test('draws picks where they are seen, mirrored too, and leaves out what is not', () => {
    const view = createViewState();
    view.resize({ width: 400, height: 300 });
    view.showImage({ width: 200, height: 100 });
    view.move({ u: 100, v: 50, scale: 2 });
    const style = {
      picks: [
        { x: 119.5, y: 49.5, score: 1, origin: 'manual' as const },
        { x: 19.5, y: 49.5, score: 0.1, origin: 'cnn' as const },
      ],
      style: {
        visible: true,
        radius: 5,
        lineWidth: 1,
        threshold: 0.5,
        highlighted: undefined,
        look: {
          shape: 'circle' as const,
          classes: [{ colour: [1, 1, 1] as const, glyph: 0 }],
          offset: { x: 0, y: 0 },
        },
      },
      marks: { classNumberOf: () => 0, isChosen: () => false },
    };
    expect(marksOf(view, 0, style)).toMatchObject([{ x: 240, y: 150, radius: 10, glyph: 'dot' }]);
    const second = { ...style, marks: { classNumberOf: () => 1, isChosen: () => false } };
    const look = {
      ...style.style.look,
      classes: [
        { colour: [1, 1, 1] as const, glyph: 0 },
        { colour: [0, 1, 0] as const, glyph: 3 },
      ],
    };
    const asDots = { ...second, style: { ...style.style, look: { ...look, shape: 'dot' as const } } };
    expect(marksOf(view, 0, { ...second, style: { ...style.style, look } })).toMatchObject([
      { shape: 'circle', colour: 'rgb(0 255 0 / 1)', glyph: 'triangle' },
    ]);
    expect(marksOf(view, 0, asDots)).toMatchObject([{ shape: 'dot', glyph: 'triangle' }]);
    view.setFlip({ x: true });
    expect(marksOf(view, 0, style)).toMatchObject([{ x: 160, y: 150 }]);
    view.move({ u: 100, v: 50, scale: 40 });
    expect(marksOf(view, 0, style)).toEqual([]);
  });
});

test('a mask lies where it is seen', () => {
  const view = createViewState();
  view.resize({ width: 400, height: 300 });
  view.showImage({ width: 200, height: 100 });
  view.move({ u: 100, v: 50, scale: 2 });
  const bitmap = { width: 4, height: 2, cellPx: 50, data: Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0]) };
  expect(maskOf(view, 0, bitmap, 0.5)).toEqual({
    path: 'M0 50L100 50L100 150L0 150Z',
    corner: { x: 0, y: 50 },
    opacity: 0.5,
  });
  expect(maskOf(view, 0, undefined, 0.5)).toBeUndefined();
});

test('a picture is never larger than a canvas can be', () => {
  expect(largestRatio({ width: 1000, height: 10 })).toBeCloseTo(16.384);
  const ratio = largestRatio({ width: 1000, height: 1000 });
  expect(ratio * ratio * 1e6).toBeCloseTo(200 * 2 ** 20, -3);
});
