import { type Accessor, batch, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { createStore } from 'solid-js/store';
import { isAbort, messageOf } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { MicrographParameters } from '../../dataset/session.ts';
import type {
  MatchingResult,
  OpenedMicrograph,
  OpenedReference,
  PickResult,
  ReferenceParameters,
  ReferenceThumbnails,
} from '../../rpc/contract.ts';
import { usualVoltageKilovolt } from './parameters.ts';
import type { WorkDependencies } from './work.ts';

/** How references are searched for. */
export interface MatchingChoices {
  /** Where the reference's file does not know it or is wrong. */
  readonly referencePixelSizeAngstrom: number | undefined;
  readonly angularStepDegrees: number;
  /** Underfocus, µm; undefined: references are taken as they are. */
  readonly defocusMicrometre: number | undefined;
  readonly lowpassAngstrom: number | undefined;
  readonly mirrors: boolean;
}

/** Matching of references: which file they come from, and how they are searched for. */
export interface Matching {
  readonly reference: Accessor<OpenedReference | undefined>;
  readonly choices: MatchingChoices;
  /** What is searched for, as far as the choices make sense. */
  readonly preview: Accessor<ReferenceThumbnails | undefined>;
  /** What was found last. */
  readonly found: Accessor<MatchingResult | undefined>;
  /** What a search looks for, and how; undefined where something is missing. */
  readonly wanted: Accessor<{ readonly id: number; readonly parameters: ReferenceParameters } | undefined>;
  /** What is missing before a search, or wrong, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  set(choices: Partial<MatchingChoices>): void;
  open(file: File): Promise<void>;
  close(): void;
  search(opened: OpenedMicrograph, asked: MicrographParameters, options: JobOptions): Promise<PickResult>;
}

const usual: MatchingChoices = {
  referencePixelSizeAngstrom: undefined,
  angularStepDegrees: 15,
  defocusMicrometre: undefined,
  lowpassAngstrom: undefined,
  mirrors: false,
};
/** Of microscopes that micrographs come from today; they hardly matter at the scale of the search. */
const sphericalAberrationMm = 2.7;
const amplitudeContrast = 0.1;
/** While numbers are being typed nothing is drawn anew. */
const pauseMilliseconds = 250;

export function createMatching({ compute, document, parameters, tasks }: WorkDependencies): Matching {
  const [reference, setReference] = createSignal<OpenedReference>();
  const [choices, setChoices] = createStore<MatchingChoices>({ ...usual });
  const [preview, setPreview] = createSignal<ReferenceThumbnails>();
  const [found, setFound] = createSignal<MatchingResult>();
  const [trouble, setTrouble] = createSignal<string>();
  const { values } = parameters;

  const pixelSize = (): number | undefined =>
    choices.referencePixelSizeAngstrom ?? reference()?.pixelSizeAngstrom;
  const wish = createMemo(
    (): { readonly id: number; readonly parameters: ReferenceParameters } | undefined => {
      const opened = reference();
      if (!opened || pixelSize() === undefined) return undefined;
      const { angularStepDegrees, defocusMicrometre, lowpassAngstrom, mirrors } = choices;
      return {
        id: opened.id,
        parameters: {
          referencePixelSizeAngstrom: pixelSize(),
          diameterAngstrom: values.diameterAngstrom,
          angularStepDegrees,
          optics:
            defocusMicrometre === undefined
              ? undefined
              : {
                  defocusAngstrom: 10_000 * defocusMicrometre,
                  voltageKilovolt: values.voltageKilovolt ?? usualVoltageKilovolt,
                  sphericalAberrationMm,
                  amplitudeContrast,
                },
          lowpassAngstrom,
          mirrors,
        },
      };
    },
  );

  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(wish, (wanted) => {
      clearTimeout(timer);
      if (!wanted) {
        batch(() => {
          setPreview(undefined);
          setTrouble(undefined);
        });
        return;
      }
      timer = setTimeout(() => void draw(wanted), pauseMilliseconds);
    }),
  );
  onCleanup(() => clearTimeout(timer));
  createEffect(on(document.key, () => setFound(undefined)));

  const draw = async (wanted: NonNullable<ReturnType<typeof wish>>): Promise<void> => {
    try {
      const drawn = await compute.previewReference(wanted.id, wanted.parameters);
      if (wanted !== wish()) return;
      batch(() => {
        setPreview(drawn);
        setTrouble(undefined);
      });
    } catch (error) {
      if (wanted !== wish() || isAbort(error)) return;
      batch(() => {
        setPreview(undefined);
        setTrouble(messageOf(error));
      });
    }
  };

  const close = (): void => {
    const opened = reference();
    if (opened) void compute.closeReference(opened.id);
    batch(() => {
      setReference(undefined);
      setFound(undefined);
      setChoices({ referencePixelSizeAngstrom: undefined });
    });
  };

  return {
    reference,
    choices,
    preview,
    found,
    wanted: wish,
    problem: () => {
      if (!reference()) return 'Open class averages or a density map first: that is what is searched for.';
      if (pixelSize() === undefined)
        return 'Enter the pixel size of the reference: its file does not say it.';
      return trouble();
    },
    set: (next) => setChoices(next),
    open: async (file) => {
      const opened = await tasks.run('reference', `Opening ${file.name}`, (options) =>
        compute.openReference(file, options),
      );
      if (!opened) return;
      close();
      setReference(opened);
    },
    close,
    search: async (opened, asked, options) => {
      const wanted = wish();
      const { pixelSizeAngstrom, brightParticles } = asked;
      if (!wanted || pixelSizeAngstrom === undefined) throw new Error('There is nothing to search for.');
      const result = await compute.matchReference(
        opened.id,
        wanted.id,
        { ...wanted.parameters, pixelSizeAngstrom, brightParticles },
        options,
      );
      if (document.opened()?.fingerprint === opened.fingerprint) setFound(result);
      return result;
    },
  };
}
