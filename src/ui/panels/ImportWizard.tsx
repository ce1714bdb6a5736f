import { createMemo, createResource, createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import {
  applyReading,
  describeReading,
  type Reading,
  type Traits,
} from '../../dataset/coordinates/readings.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../controls/Dialog.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import type { ImportOffer } from '../state/import.ts';
import {
  asMeant,
  diameterOf,
  fitsPicture,
  isInside,
  type JudgedReading,
  programOf,
} from '../state/importReadings.ts';
import { defaultDiameterAngstrom } from '../state/parameters.ts';
import { ReadingCard } from './ReadingCard.tsx';
import { ReadingControls } from './ReadingControls.tsx';
import { type Backdrop, closeUp, drawBackdrop } from './readingPicture.ts';

/** Width over height of the pictures. */
const aspect = 4 / 3;
/** CSS px; a little more than most cards are wide. */
const pictureWidth = 280;

/** The picks of a file laid on the micrograph in every way the file can be meant: the user sees which is right. */
export function ImportWizard(): JSX.Element {
  const { imports } = useApp();
  return (
    <Dialog
      open={imports.offer() !== undefined}
      title="How are these picks meant?"
      class="import-wizard"
      testid="import-wizard"
      first=".readings input:checked"
      onClose={imports.cancel}
    >
      <Show when={imports.offer()} keyed>
        {(offer) => <Choice offer={offer} />}
      </Show>
    </Dialog>
  );
}

function Choice(props: { readonly offer: ImportOffer }): JSX.Element {
  const { compute, document, imports, notices, parameters, view } = useApp();
  const { file, opened, own, readings, verdict } = props.offer;
  const group = createUniqueId();
  const [shown, setShown] = createSignal(readings);
  const [reading, setReading] = createSignal(readings[0]?.reading ?? own);
  const [isWhole, setWhole] = createSignal(false);
  // What does not fit here is no rule for others.
  const [forAll, setForAll] = createSignal(readings.some(fitsPicture));
  const [isWaiting, setWaiting] = createSignal(false);
  const chosen = (): JudgedReading | undefined => shown().find((one) => one.reading.id === reading().id);
  const program = programOf(own);
  const hasBoxes = props.offer.micrograph.coordinates.some(({ boxWidth = 0 }) => boxWidth > 0);

  const pixelSize = parameters.values.pixelSizeAngstrom;
  const [takesDiameter, setTakesDiameter] = createSignal(
    parameters.values.diameterAngstrom === defaultDiameterAngstrom,
  );
  /** What the file's boxes say, Å. */
  const boxAngstrom = (): number | undefined => {
    const one = chosen();
    const px = one && diameterOf(one);
    if (px === undefined || pixelSize === undefined) return undefined;
    const length = Number((px * pixelSize).toPrecision(3));
    const isKnown = Math.abs(length / parameters.values.diameterAngstrom - 1) < 0.02;
    return isKnown || length < 5 || length > 5000 ? undefined : length;
  };
  const diameterPx = (judged: JudgedReading): number => {
    const boxes = diameterOf(judged);
    const own = pixelSize === undefined ? undefined : parameters.values.diameterAngstrom / pixelSize;
    const wished = takesDiameter() ? (boxes ?? own) : (own ?? boxes);
    return wished ?? opened.width / 24;
  };

  const kind = document.filtered()?.kind ?? 'raw';
  const ratio = window.devicePixelRatio || 1;
  const [best] = readings;
  const inside = best?.places.filter((place) => isInside(place, opened)) ?? [];
  const near = closeUp(inside, opened, best ? diameterPx(best) : opened.width / 24, aspect);
  const whole = { x: 0, y: 0, width: opened.width, height: opened.height };
  const isAllOfIt = near.width === opened.width;
  const [backdrop] = createResource(
    () => (isWhole() ? whole : near),
    async (part): Promise<Backdrop | undefined> => {
      try {
        const look = { contrast: view.contrast(kind), inverted: view.inverted() };
        // A whole micrograph that is tall is not as wide as its frame.
        const across = Math.min(pictureWidth, (pictureWidth / aspect) * (part.width / part.height));
        return await drawBackdrop(compute, opened, kind, part, across * ratio, look);
      } catch (error) {
        notices.failure(error);
        return undefined;
      }
    },
  );

  const change = async (traits: Traits): Promise<void> => {
    const wanted = describeReading(traits);
    setReading(wanted);
    if (chosen()) return;
    setWaiting(true);
    const judged = await imports.judge(wanted);
    setWaiting(false);
    // The user's own goes in front, where it is seen; one at a time.
    if (judged && reading().id === wanted.id) setShown([judged, ...readings]);
  };
  // Readings are judged by a part of a long list; it is all of it that is imported.
  const count = createMemo((): number => {
    const judged = chosen();
    if (!judged) return 0;
    const places = applyReading(props.offer.micrograph.coordinates, judged.reading, opened);
    return places.filter((place) => isInside(place, opened)).length;
  });
  const accept = (): void => {
    if (count() === 0) return;
    const diameterAngstrom = takesDiameter() ? boxAngstrom() : undefined;
    imports.accept({ reading: reading(), forAll: forAll(), diameterAngstrom });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        accept();
      }}
    >
      <div class="wizard-head">
        <p>
          <b>{file.name}</b>
          <span class="muted">
            {' '}
            {program}, {props.offer.micrograph.coordinates.length} picks, on {opened.name}
          </span>
        </p>
        <Show when={!isAllOfIt}>
          <Segmented
            label="Part of the micrograph"
            small
            value={isWhole() ? 'whole' : 'near'}
            segments={[
              { value: 'near', label: 'Close-up', hint: 'Show single particles', testid: 'wizard-near' },
              { value: 'whole', label: 'Whole', hint: 'Show the whole micrograph', testid: 'wizard-whole' },
            ]}
            onChange={(value) => setWhole(value === 'whole')}
          />
        </Show>
      </div>
      <p class="verdict" data-testid="import-verdict">
        {verdict}
      </p>
      <fieldset class="readings">
        <legend class="unseen">Ways to read the file</legend>
        <For each={shown()}>
          {(judged, index) => (
            <ReadingCard
              judged={judged}
              group={group}
              backdrop={backdrop.latest}
              diameterPx={diameterPx(judged)}
              ratio={ratio}
              isChosen={reading().id === judged.reading.id}
              badge={badgeOf(judged, readings, own)}
              testid={`reading-${index()}`}
              onChoose={() => setReading(judged.reading)}
            />
          )}
        </For>
      </fieldset>
      <ReadingControls reading={reading()} hasBoxes={hasBoxes} onChange={(traits) => void change(traits)} />
      <div class="dialog-actions">
        <div class="wizard-checks">
          <Show when={boxAngstrom()}>
            {(length) => (
              <label class="check" title="Instead of the diameter that is set in the panel">
                <input
                  type="checkbox"
                  checked={takesDiameter()}
                  data-testid="take-diameter"
                  onChange={(event) => setTakesDiameter(event.currentTarget.checked)}
                />
                Diameter {length()} Å, by the boxes
              </label>
            )}
          </Show>
          <label
            class="check"
            title="Until the page is closed; where another way fits better, you are asked again"
          >
            <input
              type="checkbox"
              checked={forAll()}
              data-testid="import-for-all"
              onChange={(event) => setForAll(event.currentTarget.checked)}
            />
            Read other {program} files so, too
          </label>
        </div>
        <div class="row actions-end">
          <Button
            label="Cancel"
            variant="quiet"
            hint="Import nothing"
            testid="import-cancel"
            onClick={imports.cancel}
          />
          <button
            type="submit"
            class="button primary"
            disabled={count() === 0 || isWaiting()}
            title="Add the picks to the micrograph; undo takes them back"
            data-testid="import-accept"
          >
            {count() === 1 ? 'Import this pick' : `Import these ${count()} picks`}
          </button>
        </div>
      </div>
    </form>
  );
}

/** What a picture is marked with: the best one, the program's own, or the user's. */
function badgeOf(judged: JudgedReading, offered: readonly JudgedReading[], own: Reading): string | undefined {
  if (!offered.includes(judged)) return 'yours';
  if (judged === offered[0] && fitsPicture(judged)) return 'best';
  return judged.reading.id === own.id ? asMeant(own, 'it') : undefined;
}
