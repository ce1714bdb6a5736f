import type { Point } from '../viewer/transform.ts';
import type { App } from './app.ts';
import { type Command, needsMicrograph } from './keys.ts';
import type { FigureKind } from './measuring.ts';
import { step } from './micrographSteps.ts';

const group = 'Look';

const panning = (id: string, keys: string, label: string, way: Point): Command => ({
  id: `view.pan${id}`,
  keys,
  label: `Pan ${label} while held`,
  group,
  blocked: needsMicrograph,
  run: (app) => app.panning.start(way),
});

const figureTool = (kind: FigureKind, keys: string, label: string): Command => ({
  id: `measure.${kind}`,
  keys,
  label,
  group,
  blocked: needsMicrograph,
  run: (app) => app.view.setTool(app.view.tool() === kind ? 'pan' : kind),
});

const isPresenting = (app: App): boolean => app.presentation.isOn();
/** The tour is left first, as it may be about what lies over the picture; and what covers the picture. */
const isLooking = (app: App): boolean =>
  app.tour.at() === undefined &&
  app.stage.shown() === 'picture' &&
  (isPresenting(app) || app.contrast.isOpen() || app.measuring.figure() !== undefined || app.lens.isOn());

/** How the picture lies on the screen, what is measured on it, and how it gets to other people. */
export const viewerCommands: readonly Command[] = [
  panning('Up', 'W', 'up', { x: 0, y: -1 }),
  panning('Left', 'A', 'to the left', { x: -1, y: 0 }),
  panning('Down', 'S', 'down', { x: 0, y: 1 }),
  panning('Right', 'D', 'to the right', { x: 1, y: 0 }),
  {
    id: 'view.flipX',
    keys: '\\',
    label: 'Flip the view: left and right change places, for the eye alone',
    group,
    blocked: needsMicrograph,
    run: ({ view }) => view.setFlip({ x: !view.flip().x }),
  },
  {
    id: 'view.flipY',
    keys: '|',
    label: 'Flip the view: top and bottom change places, for the eye alone',
    group,
    blocked: needsMicrograph,
    run: ({ view }) => view.setFlip({ y: !view.flip().y }),
  },
  {
    id: 'view.contrast',
    keys: 'Alt+H',
    label: 'Histogram, contrast, gamma and colours',
    group,
    blocked: needsMicrograph,
    run: ({ contrast }) => contrast.setOpen(!contrast.isOpen()),
  },
  figureTool('ruler', 'Alt+M', 'Ruler: measure a distance, Å'),
  figureTool('profile', 'Shift+L', 'Line profile: values along a line'),
  figureTool('region', 'Shift+I', 'Statistics of a region: mean, σ, least and largest value'),
  {
    id: 'view.magnifier',
    keys: 'Shift+Z',
    label: 'Magnifier at the cursor',
    group,
    blocked: needsMicrograph,
    run: (app) => app.lens.toggle(),
  },
  {
    id: 'view.copy',
    keys: 'Alt+C',
    label: 'Copy the view as a picture, with scale bar and picks',
    group,
    blocked: needsMicrograph,
    run: (app) => void app.viewPicture.copy(),
  },
  {
    id: 'view.save',
    keys: 'Alt+S',
    label: 'Save the view as PNG or SVG, with scale bar and picks',
    group,
    blocked: needsMicrograph,
    run: (app) => app.viewPicture.setOpen(true),
  },
  {
    id: 'presentation.toggle',
    keys: 'Shift+P',
    label: 'Present: the picture alone on the whole screen, with big type',
    group,
    blocked: needsMicrograph,
    run: present,
  },
  {
    id: 'presentation.next',
    keys: '→',
    label: 'While presenting: next micrograph',
    group,
    when: isPresenting,
    run: (app) => step(app, 1),
  },
  {
    id: 'presentation.previous',
    keys: '←',
    label: 'While presenting: previous micrograph',
    group,
    when: isPresenting,
    run: (app) => step(app, -1),
  },
  {
    id: 'view.leave',
    keys: 'Esc',
    label: 'Leave the presentation; put away histogram, measurement and magnifier',
    group,
    when: isLooking,
    run: leaveLooking,
  },
];

/** Nothing but the picture: what lies over it goes. */
export function present(app: App): void {
  app.stage.show('picture');
  app.contrast.setOpen(false);
  app.presentation.toggle();
}

function leaveLooking(app: App): void {
  if (app.presentation.isOn()) app.presentation.leave();
  else if (app.contrast.isOpen()) app.contrast.setOpen(false);
  else if (app.measuring.figure()) app.measuring.clear();
  else app.lens.setOn(false);
}
