import { For, type JSX, Show } from 'solid-js';
import { formatLength } from '../../core/units.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import { Icon } from '../controls/Icon.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { frameWord, kindText } from '../state/movieWords.ts';
import { AboutFileButton } from './AboutFile.tsx';
import { QualityLine } from './QualityBadge.tsx';

export function MicrographPanel(props: { readonly opened: OpenedMicrograph }): JSX.Element {
  const app = useApp();
  const pixelSize = (): number | undefined => app.parameters.values.pixelSizeAngstrom;
  const extent = (): string => {
    const { width, height } = props.opened;
    const size = pixelSize();
    const pixels = `${width} × ${height} px`;
    return size === undefined
      ? pixels
      : `${pixels}, ${formatLength(width * size)} × ${formatLength(height * size)}`;
  };
  /** What is doubtful about the file's pixel size no longer matters once the user has given another. */
  const warnings = (): readonly string[] =>
    props.opened.warnings.filter(
      (text) =>
        !/pixel size/i.test(text) ||
        (pixelSize() !== undefined && pixelSize() === props.opened.pixelSizeAngstrom),
    );
  /** The frames of a movie have a section of their own. */
  const hasFrameField = (): boolean => props.opened.frames > 1 && props.opened.kind !== 'movie';
  const word = (): string => frameWord(props.opened.kind);
  return (
    <Section step={1} title="Micrograph" aside={<AboutFileButton opened={props.opened} />}>
      <p class="file-name" title={props.opened.name}>
        {props.opened.name}
      </p>
      <QualityLine />
      <p class="muted small">
        {extent()}
        <br />
        {[kindText(props.opened), props.opened.description].filter(Boolean).join(', ')}
      </p>
      <div class="pair" classList={{ inline: !hasFrameField() }}>
        <NumberField
          label="Pixel size"
          unit="Å/px"
          min={0.01}
          max={1000}
          step={0.01}
          digits={6}
          required
          optional
          placeholder="unknown"
          hint="Ångström per pixel of this file; lengths and the particle diameter depend on it"
          value={pixelSize()}
          problem={pixelSize() === undefined ? 'Not in the file: enter it.' : undefined}
          testid="pixel-size"
          onChange={(pixelSizeAngstrom) => app.parameters.set({ pixelSizeAngstrom })}
        />
        <Show when={hasFrameField()}>
          <NumberField
            label={`${word()} of ${props.opened.frames}`}
            min={1}
            max={props.opened.frames}
            integer
            lazy
            hint={`Which ${word().toLowerCase()} is shown; the first is 1  (J and K)`}
            value={props.opened.frame + 1}
            testid="frame"
            onChange={(frame) => {
              if (frame !== undefined && frame - 1 !== props.opened.frame)
                void app.document.setFrame(frame - 1);
            }}
          />
        </Show>
      </div>
      <Show when={props.opened.byteSign}>
        {(sign) => (
          <div class="byte-sign">
            <span class="muted small">Bytes</span>
            <Segmented
              label="How the bytes of the file are read"
              small
              value={sign()}
              segments={[
                {
                  value: 'signed',
                  label: 'signed',
                  hint: 'Bytes are −128 to 127, as MRC2014 says',
                  testid: 'bytes-signed',
                },
                {
                  value: 'unsigned',
                  label: 'unsigned',
                  hint: 'Bytes are 0 to 255, as older programs wrote them; right if dark and bright are mixed up otherwise',
                  testid: 'bytes-unsigned',
                },
              ]}
              onChange={(byteSign) => {
                if (byteSign !== sign()) void app.document.reread({ byteSign });
              }}
            />
          </div>
        )}
      </Show>
      <For each={warnings()}>
        {(warning) => (
          <p class="warning" data-testid="warning">
            <Icon name="warn" />
            <span>{warning}</span>
          </p>
        )}
      </For>
    </Section>
  );
}
