/** The sentence for a picture that a network can't be run on: which sizes it can. */
import { FormatError } from '../core/errors.ts';
import type { Axis } from '../gpu/ops/window.ts';
import { badNetwork } from './errors.ts';
import { firstFitting, fittingLength } from './fitting.ts';
import type { Graph } from './layers.ts';
import type { Fit, Misfit, Size } from './lengths.ts';
import { scalesOf } from './scales.ts';

interface Wish {
  /** "a multiple of 8 px", "at least 7 px" */
  readonly rule: string;
  /** A length that fits, px. */
  readonly length: number;
}

/**
 * @param fits along both axes, at least one of them a misfit
 * @returns FormatError 'wrong-shape'; 'bad-weights' where sizes never fit together.
 */
export function misfitError(
  graph: Graph,
  image: Size,
  fits: { readonly x: Fit; readonly y: Fit },
): FormatError {
  const problems = (['x', 'y'] as const).flatMap((axis) => {
    const fit = fits[axis];
    return 'misfit' in fit ? [{ axis, ...fit.misfit, wish: wishOf(graph, axis, fit.misfit, image) }] : [];
  });
  const wrong = (explanation: string): FormatError =>
    new FormatError(
      'wrong-shape',
      graph.name,
      `can't be run on a picture of ${image.width} × ${image.height} px${explanation}.`,
    );
  const large = problems.find(({ kind }) => kind === 'large');
  if (large) return wrong(`: ${large.what}. Take a smaller picture, or bin it`);
  const hopeless = problems.find(({ wish }) => !wish);
  if (hopeless) return badNetwork(graph.name, `${hopeless.what}, and no other picture near that size fits`);
  const give = wishes(problems);
  const unequal = problems.find(({ kind }) => kind === 'unequal');
  return wrong(
    unequal
      ? `, which does not fit it (${unequal.what}): give one with ${give}`
      : `, which is too small for it: give one with ${give}`,
  );
}

function wishOf(graph: Graph, axis: Axis, { kind }: Misfit, image: Size): Wish | undefined {
  const given = axis === 'x' ? image.width : image.height;
  if (kind === 'small') {
    const length = firstFitting(graph, axis, given + 1);
    return length === undefined ? undefined : { rule: `at least ${length} px`, length };
  }
  const length = fittingLength(graph, axis, given);
  if (length === undefined) return undefined;
  const { period } = scalesOf(graph, axis);
  const rest = length % period;
  const rule = `a multiple of ${period} px${rest === 0 ? '' : ` and ${rest} px more`}`;
  return { rule, length };
}

/** "a width of at least 7 px and a height of …", or once for both sides. */
function wishes(problems: readonly { readonly axis: Axis; readonly wish: Wish | undefined }[]): string {
  const [x, y] = problems.map(({ wish }) => wish);
  if (x && y && x.rule === y.rule) {
    return `sides of ${x.rule} each${example(x.rule, `${x.length} × ${y.length} px`)}`;
  }
  return problems
    .map(({ axis, wish }) =>
      wish
        ? `a ${axis === 'x' ? 'width' : 'height'} of ${wish.rule}${example(wish.rule, `${wish.length} px`)}`
        : '',
    )
    .join(' and ');
}

/** A least length is its own. */
const example = (rule: string, lengths: string): string =>
  rule.startsWith('at least') ? '' : ` (${lengths}, say)`;
