import { type Accessor, batch, createSignal } from 'solid-js';
import { isFound, type Pick, type Place } from '../../dataset/picks.ts';
import type { TrainingQuestion } from '../../rpc/contract.ts';
import { nearestPick } from '../viewer/hitTest.ts';
import type { Document } from './document.ts';
import type { Labels } from './labels.ts';
import type { Library } from './library.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';
import type { ViewState } from './view.ts';

/** The candidates that a trained picker is least sure of, one after the other: the user says what they are. */
export interface Review {
  /** How many there are to be answered. */
  readonly total: Accessor<number>;
  readonly isOn: Accessor<boolean>;
  /** The one that is asked about; undefined when all are answered, or while its micrograph is being opened. */
  readonly current: Accessor<TrainingQuestion | undefined>;
  /** How many come before it. */
  readonly index: Accessor<number>;
  readonly counts: Accessor<{ readonly yes: number; readonly no: number }>;
  /** New questions; answers of before count no more. */
  offer(questions: readonly TrainingQuestion[]): void;
  /** Goes to the first one without an answer. */
  begin(): Promise<void>;
  /** Yes makes a pick by hand of it, no a place where none is; then comes the next. */
  answer(isParticle: boolean): Promise<void>;
  skip(): Promise<void>;
  /** Takes the last answer back; while the next one's micrograph is being opened, as soon as it is. */
  back(): Promise<void>;
  leave(): void;
}

export interface ReviewDependencies {
  readonly document: Document;
  readonly labels: Labels;
  readonly library: Library;
  readonly notices: Notices;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly view: ViewState;
}

interface Answer {
  /** False where the micrograph could not be had any more: passed over, on the way back too. */
  readonly wasAsked: boolean;
  readonly isParticle: boolean | undefined;
  /** The picks after it: taken back only where nothing else came later. */
  readonly picks: readonly Pick[] | undefined;
}

/** A particle this near, in diameters, is the one that is asked about. */
const samePlaceDiameters = 0.5;
/** So many diameters fit into the smaller side of the picture on the screen. */
const diametersInSight = 7;

export function createReview(dependencies: ReviewDependencies): Review {
  const { document, labels, library, notices, parameters, picks, view } = dependencies;
  const [questions, setQuestions] = createSignal<readonly TrainingQuestion[]>([]);
  const [answers, setAnswers] = createSignal<readonly Answer[]>([]);
  const [isOn, setOn] = createSignal(false);
  const [isMoving, setMoving] = createSignal(false);
  const asked = (): TrainingQuestion | undefined => questions()[answers().length];

  const diameterPx = (): number =>
    parameters.values.diameterAngstrom / (parameters.values.pixelSizeAngstrom ?? 1);
  /** Shows the micrograph of a question, or says why not: it can't be had any more, or the user wants another. */
  const show = async ({ fingerprint }: TrainingQuestion): Promise<'shown' | 'gone' | 'not wanted'> => {
    const isShown = (): boolean => document.opened()?.fingerprint === fingerprint;
    if (isShown()) return 'shown';
    const note = labels.all().find((one) => one.note.fingerprint === fingerprint)?.note;
    const key = note && labels.keyOf(note);
    if (!note || key === undefined) return 'gone';
    const isOtherFrame = document.key() === key;
    if (isOtherFrame) await document.setFrame(note.frame);
    else await document.select(key, note.frame);
    if (isShown()) return 'shown';
    const isAnother = !isOtherFrame && document.key() === key;
    if (!isAnother && library.find(key)?.status !== 'failed') return 'not wanted';
    notices.info(`${note.name} is not what it was or can’t be opened: no more is asked about it.`);
    return 'gone';
  };
  const lookAt = ({ x, y }: Place): void => {
    const side = Math.min(...view.panes().map(({ rect }) => Math.min(rect.width, rect.height)));
    view.move({ u: x + 0.5, v: y + 0.5, scale: side / (diametersInSight * diameterPx()) });
    view.setPicksVisible(true);
  };
  const move = async (): Promise<void> => {
    setMoving(true);
    try {
      for (let next = asked(); next && isOn(); next = asked()) {
        const outcome = await show(next);
        // Left meanwhile: the picture is the user's own again.
        if (!isOn()) return;
        if (outcome === 'shown') return lookAt(next);
        // Its opening was cancelled: it is not answered by that, and asked about when the user comes back to the questions.
        if (outcome === 'not wanted') return void setOn(false);
        setAnswers((all) => [...all, { wasAsked: false, isParticle: undefined, picks: undefined }]);
      }
    } finally {
      setMoving(false);
    }
  };
  let moved: Promise<void> = Promise.resolve();
  /** Goes to the next question whose micrograph is there; one way after the other, in the order of the wishes. */
  const go = (): Promise<void> => {
    moved = move();
    return moved;
  };
  const current = (): TrainingQuestion | undefined => (isOn() && !isMoving() ? asked() : undefined);
  const say = (question: TrainingQuestion, isParticle: boolean): void => {
    const reach = samePlaceDiameters * diameterPx();
    const found = nearestPick(picks.all().filter(isFound), Number.NEGATIVE_INFINITY, question, reach);
    const place = { x: question.x, y: question.y };
    if (!isParticle) picks.remove([found ?? { ...place, score: question.chance, origin: 'cnn' }]);
    else if (found) picks.confirm([found]);
    else picks.add(place);
  };
  const count = (wanted: boolean): number =>
    answers().filter(({ isParticle }) => isParticle === wanted).length;
  return {
    total: () => questions().length,
    isOn,
    current,
    index: () => answers().length,
    counts: () => ({ yes: count(true), no: count(false) }),
    offer: (next) =>
      batch(() => {
        setQuestions(next);
        setAnswers([]);
        setOn(false);
      }),
    begin: async () => {
      if (questions().length === 0) return;
      setOn(true);
      while (isMoving()) await moved;
      await go();
    },
    answer: async (isParticle) => {
      const question = current();
      if (!question) return;
      batch(() => {
        say(question, isParticle);
        setAnswers((all) => [...all, { wasAsked: true, isParticle, picks: picks.all() }]);
      });
      await go();
    },
    skip: async () => {
      if (!current()) return;
      setAnswers((all) => [...all, { wasAsked: true, isParticle: undefined, picks: undefined }]);
      await go();
    },
    back: async () => {
      while (isMoving()) await moved;
      const index = answers().findLastIndex(({ wasAsked }) => wasAsked);
      const last = answers()[index];
      if (!isOn() || !last) return;
      setAnswers((all) => all.slice(0, index));
      await go();
      if (last.picks !== undefined && last.picks === picks.all()) picks.undo();
    },
    leave: () => setOn(false),
  };
}
