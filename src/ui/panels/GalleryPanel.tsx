import { createSignal, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { RangeInput } from '../controls/RangeInput.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { Select } from '../controls/Select.tsx';
import { useApp } from '../state/app.ts';
import { tileLimits } from '../state/gallery.ts';
import type { GalleryOrder } from '../state/galleryOrder.ts';
import { ClassStrip } from './ClassStrip.tsx';
import { GalleryGrid } from './GalleryGrid.tsx';

const orders: readonly { readonly value: GalleryOrder; readonly label: string }[] = [
  { value: 'score', label: 'by score' },
  { value: 'contrast', label: 'by contrast' },
  { value: 'position', label: 'by position' },
];
const directions: Readonly<Record<GalleryOrder, readonly [string, string]>> = {
  score: ['Best first', 'Worst first'],
  contrast: ['Strongest first', 'Weakest first'],
  position: ['From the top', 'From the bottom'],
};

/** What the boxes can be cut from besides the raw picture. */
const madePictures = [
  {
    value: 'filtered',
    label: 'Filtered',
    hint: 'Cut from the filtered picture: for looking only',
    testid: 'gallery-filtered',
  },
  {
    value: 'denoised',
    label: 'Denoised',
    hint: 'Cut from the denoised picture: for looking only',
    testid: 'gallery-denoised',
  },
] as const;

/** All boxes of the picks side by side, below the micrograph: junk is seen, selected and thrown out. */
export function GalleryPanel(): JSX.Element {
  const { gallery } = useApp();
  const [showsClasses, setShowsClasses] = createSignal(false);
  return (
    <section
      class="gallery"
      classList={{ tall: gallery.isTall() }}
      aria-label="Gallery"
      data-testid="gallery"
    >
      <header class="gallery-head">
        <h2>Gallery</h2>
        <Reach />
        <Shows />
        <span class="spacer" />
        <Button
          label="Classes"
          variant="quiet"
          pressed={showsClasses()}
          hint="Average the boxes in a few classes"
          testid="show-classes"
          onClick={() => setShowsClasses((shows) => !shows)}
        />
        <Button
          label={gallery.isTall() ? 'Half of the window' : 'The whole window'}
          icon={gallery.isTall() ? 'shrink' : 'fit'}
          compact
          variant="quiet"
          pressed={gallery.isTall()}
          testid="gallery-tall"
          onClick={() => gallery.setTall(!gallery.isTall())}
        />
        <Button
          label="Close the gallery"
          icon="close"
          compact
          variant="quiet"
          keys="Shift+C"
          testid="gallery-close"
          onClick={() => gallery.setOpen(false)}
        />
      </header>
      <Looks />
      <Show when={showsClasses()}>
        <ClassStrip />
      </Show>
      <Show when={gallery.picks().length > 0} fallback={<p class="gallery-empty muted">{emptyWords()}</p>}>
        <div class="gallery-place">
          <GalleryGrid />
          <Actions />
        </div>
      </Show>
      <Show when={gallery.problem()}>
        {(problem) => (
          <p class="gallery-problem" role="alert">
            {problem()}
          </p>
        )}
      </Show>
    </section>
  );
}

function emptyWords(): string {
  const { gallery, picks } = useApp();
  if (gallery.shows() === 'thrown') return 'Nothing was thrown out on this micrograph.';
  return picks.all().length > 0
    ? 'The threshold hides all picks of this micrograph.'
    : 'The boxes of picks appear here.';
}

function Shows(): JSX.Element {
  const { gallery } = useApp();
  return (
    <Segmented
      label="Picks shown"
      small
      value={gallery.shows()}
      segments={[
        {
          value: 'kept',
          label: `Kept ${gallery.counts().kept}`,
          hint: 'Picks above the threshold, and those by hand',
          testid: 'gallery-kept',
        },
        {
          value: 'all',
          label: `All ${gallery.counts().all}`,
          hint: 'Candidates below the threshold, too: they are dimmed, and a line shows where it lies',
          testid: 'gallery-all',
        },
        {
          value: 'thrown',
          label: `Thrown out ${gallery.counts().thrown}`,
          hint: 'What was thrown out here since the page was opened; it can be brought back',
          testid: 'gallery-thrown',
        },
      ]}
      onChange={gallery.setShows}
    />
  );
}

/** Of which micrographs. */
function Reach(): JSX.Element {
  const { gallery, library } = useApp();
  return (
    <Show when={library.items.length > 1}>
      <Segmented
        label="Micrographs of the gallery"
        small
        value={gallery.ofList() ? 'list' : 'shown'}
        segments={[
          { value: 'shown', label: 'This', hint: 'The micrograph on the screen', testid: 'gallery-one' },
          {
            value: 'list',
            label: 'List',
            hint: 'All micrographs of the list that have picks; undo works on the one on the screen, “Thrown out” on all',
            testid: 'gallery-list',
          },
        ]}
        onChange={(reach) => gallery.setOfList(reach === 'list')}
      />
    </Show>
  );
}

/** What can be done with the selected boxes; over the boxes, so that nothing moves when it comes. */
function Actions(): JSX.Element {
  const { gallery } = useApp();
  const count = (): number => gallery.selection.chosen().size;
  const isThrown = (): boolean => gallery.shows() === 'thrown';
  return (
    <div class="gallery-actions" classList={{ idle: count() === 0 }}>
      <output class="small" data-testid="gallery-selected">
        {count() === 0 ? '' : `${count()} selected`}
      </output>
      <Button
        label="Select below"
        variant="quiet"
        keys="Shift+End"
        hint="Select from the last box clicked to the end"
        testid="gallery-below"
        onClick={gallery.selection.below}
      />
      <Button
        label={isThrown() ? 'Bring back' : 'Throw out'}
        icon={isThrown() ? 'undo' : 'trash'}
        keys="Delete"
        hint={
          isThrown()
            ? 'The selected picks come back'
            : 'The selected picks are removed; undo brings them back, and so does “Thrown out”'
        }
        disabled={count() === 0}
        testid="gallery-throw"
        onClick={isThrown() ? gallery.bringBack : gallery.throwOut}
      />
      <Button
        label="Select none"
        icon="close"
        compact
        variant="quiet"
        keys="Esc"
        testid="gallery-none"
        onClick={gallery.selection.clear}
      />
    </div>
  );
}

/** How boxes are cut, sorted and shown. */
function Looks(): JSX.Element {
  const { gallery, document } = useApp();
  const direction = (): string => directions[gallery.order()][gallery.isReversed() ? 1 : 0];
  return (
    <div class="gallery-looks">
      <Select
        label="Sorted"
        options={orders}
        value={gallery.order()}
        hint="Contrast: how far a box’s middle stands out from what is around it"
        testid="gallery-order"
        onChange={gallery.setOrder}
      />
      <Button
        label={direction()}
        variant="quiet"
        hint="Turn the order round"
        pressed={gallery.isReversed()}
        testid="gallery-direction"
        onClick={() => gallery.setReversed(!gallery.isReversed())}
      />
      <NumberField
        label="Box"
        unit="Å"
        min={10}
        max={10000}
        step={10}
        lazy
        hint="Side of the boxes shown, Å; 1.5 diameters if empty"
        optional
        value={gallery.boxAngstrom()}
        testid="gallery-box"
        onChange={gallery.setBoxAngstrom}
      />
      <NumberField
        label="Low-pass"
        unit="Å"
        min={1}
        max={500}
        step={5}
        lazy
        optional
        placeholder="off"
        hint="Finer detail is damped in these pictures, Å; nothing else is changed by it"
        value={gallery.lowpassAngstrom()}
        testid="gallery-lowpass"
        onChange={gallery.setLowpassAngstrom}
      />
      <Show when={document.filtered()}>
        <Segmented
          label="Picture of the gallery"
          small
          value={gallery.kind()}
          segments={[
            { value: 'raw', label: 'Raw', hint: 'Cut from the raw picture', testid: 'gallery-raw' },
            ...madePictures.filter(({ value }) => document.made(value)),
          ]}
          onChange={gallery.setKind}
        />
      </Show>
      <label class="check" title="Each box by its own contrast; without it, all by the same">
        <input
          type="checkbox"
          checked={gallery.isContrastOwn()}
          data-testid="gallery-contrast"
          onChange={(event) => gallery.setContrastOwn(event.currentTarget.checked)}
        />
        Own contrast
      </label>
      <RangeInput
        label="Size of the boxes on the screen"
        class="gallery-size"
        min={tileLimits.min}
        max={tileLimits.max}
        step={4}
        value={gallery.tilePx()}
        text={`${gallery.tilePx()} pixels`}
        hint="Size of the boxes on the screen"
        testid="gallery-size"
        onInput={gallery.setTilePx}
      />
    </div>
  );
}
