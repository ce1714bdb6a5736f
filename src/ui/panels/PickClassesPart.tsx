import { createMemo, For, type JSX, Show } from 'solid-js';
import { classIdOf, FIRST_CLASS, MOST_CLASSES, type PickClass } from '../../dataset/pickClasses.ts';
import { Button } from '../controls/Button.tsx';
import { GlyphMark } from '../controls/GlyphMark.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { inOwnTask } from '../state/nextTask.ts';

/** What picks can be called, how many of each there are, and how they are drawn. */
export function PickClassesPart(): JSX.Element {
  const app = useApp();
  const { picks, pickLook, pasteboard } = app;
  const { classes } = picks;
  const shown = inOwnTask(picks.shown);
  const counts = createMemo(() => {
    const found = new Map<string, number>();
    const count = (item: { readonly classId?: string | undefined }): void => {
      const id = classIdOf(item);
      found.set(id, (found.get(id) ?? 0) + 1);
    };
    for (const pick of shown()) count(pick);
    for (const filament of picks.shownFilaments()) count(filament);
    return found;
  });
  return (
    <div class="pick-classes" data-testid="pick-classes">
      <fieldset class="pick-class-list">
        <legend class="unseen">Class of new picks</legend>
        <For each={classes.list().map(({ id }) => id)}>
          {(id, i) => (
            <Show when={classes.list().find((one) => one.id === id)}>
              {(one) => <ClassRow one={one()} number={i() + 1} count={counts().get(id) ?? 0} />}
            </Show>
          )}
        </For>
      </fieldset>
      <div class="row class-tools">
        <Button
          label="Add a class"
          icon="add"
          variant="quiet"
          hint={
            classes.list().length < MOST_CLASSES
              ? 'Particles of another kind, or what is to be told apart: each has its colour and mark'
              : `${MOST_CLASSES} classes are as many as can be told apart`
          }
          disabled={classes.list().length >= MOST_CLASSES}
          testid="add-class"
          onClick={() => {
            const id = classes.add();
            if (id !== undefined) classes.setActive(id);
          }}
        />
        <Button
          label="To the next"
          icon="paste"
          variant="quiet"
          keys="Alt+N"
          hint="Copy all picks shown to the next micrograph of the list"
          disabled={picks.shown().length + picks.shownFilaments().length === 0}
          testid="copy-to-next"
          onClick={() => void pasteboard.copyToNext()}
        />
      </div>
      <Show when={classes.list().length > 1}>
        <p class="muted small">Hidden classes are neither exported nor learnt from.</p>
      </Show>
      <div class="row class-look">
        <Segmented
          label="Draw picks as"
          compact
          small
          value={pickLook.shape()}
          segments={[
            { value: 'circle', label: 'Circles', icon: 'circle', testid: 'shape-circle' },
            { value: 'box', label: 'Boxes', icon: 'box', testid: 'shape-box' },
            { value: 'dot', label: 'Dots', icon: 'dot', testid: 'shape-dot' },
          ]}
          onChange={pickLook.setShape}
        />
        <Segmented
          label="Drawn size of picks"
          small
          value={pickLook.sizedBy()}
          segments={[
            {
              value: 'diameter',
              label: 'Diameter',
              hint: 'As large as the particle’s diameter',
              testid: 'size-diameter',
            },
            {
              value: 'box',
              label: 'Box',
              hint: `As large as the box that particles are cut out with: ${pickLook.boxPx()} px`,
              testid: 'size-box',
            },
          ]}
          onChange={pickLook.setSizedBy}
        />
      </div>
    </div>
  );
}

function ClassRow(props: {
  readonly one: PickClass;
  readonly number: number;
  readonly count: number;
}): JSX.Element {
  const { picks, selection } = useApp();
  const { classes } = picks;
  const isActive = (): boolean => classes.active().id === props.one.id;
  const name = (): string => props.one.name;
  return (
    <div
      class="class-row"
      classList={{ active: isActive(), hidden: props.one.isHidden }}
      data-testid={`class-${props.number}`}
    >
      <label class="class-choice" title={`New picks are of the class ${name()}  (Shift+${props.number})`}>
        <input
          type="radio"
          class="unseen"
          name="pick-class"
          aria-label={`New picks: ${name()}`}
          checked={isActive()}
          onChange={() => classes.setActive(props.one.id)}
        />
        <GlyphMark glyph={props.one.glyph} colour={props.one.colour} />
      </label>
      <input
        class="class-name"
        aria-label={`Name of class ${props.number}`}
        title="Click to rename"
        value={name()}
        maxLength={40}
        data-testid={`class-name-${props.number}`}
        onChange={(event) => {
          const wanted = event.currentTarget.value.trim();
          if (wanted !== '') classes.change(props.one.id, { name: wanted });
          event.currentTarget.value = props.one.name;
        }}
      />
      <span class="count" title="Shown on this micrograph" data-testid={`class-count-${props.number}`}>
        {props.one.isHidden ? '' : props.count}
      </span>
      <input
        type="color"
        class="class-colour"
        aria-label={`Colour of ${name()}`}
        title="Colour"
        value={props.one.colour}
        onInput={(event) => classes.change(props.one.id, { colour: event.currentTarget.value })}
      />
      <Button
        label={props.one.isHidden ? `Show ${name()}` : `Hide ${name()}`}
        icon={props.one.isHidden ? 'eyeOff' : 'eye'}
        compact
        variant="quiet"
        pressed={props.one.isHidden}
        testid={`class-hide-${props.number}`}
        onClick={() => classes.change(props.one.id, { isHidden: !props.one.isHidden })}
      />
      <Show when={props.one.id !== FIRST_CLASS.id} fallback={<span />}>
        <Button
          label={`Remove the class ${name()}`}
          icon="trash"
          compact
          variant="quiet"
          hint={`Its picks become ${FIRST_CLASS.name}; undo brings it back`}
          testid={`class-remove-${props.number}`}
          onClick={() => selection.dissolve(props.one.id)}
        />
      </Show>
    </div>
  );
}
