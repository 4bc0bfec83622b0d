// Is the person done? Silence, the end-of-turn model's answers, this person's own pauses and the last
// words, weighed against each other. Pure; timed by audio alone.
import type { Ending } from '../text/turn-words.ts';
import { PauseLearner } from './pause-learner.ts';
import type { TurnCompletion } from './turn-protocol.ts';

export interface EndpointingOptions {
  /** Whether an end-of-turn model is asked; without one `minSilenceMs` alone decides. */
  readonly isModelAsked: boolean;
  /** Silence that ends a turn while the model has not answered, or is not asked. */
  readonly minSilenceMs: number;
  /** Silence after which work may start ahead of the decision. */
  readonly eagerSilenceMs: number;
  /** Silence that ends a turn which the model calls complete with more than `completeProbability`. */
  readonly completeSilenceMs: number;
  readonly completeProbability: number;
  /** Silence that ends a turn which it calls complete with more than `probableProbability`. */
  readonly probableSilenceMs: number;
  readonly probableProbability: number;
  /** Bounds of the wait, learned from the person's pauses, after a turn that seems unfinished. */
  readonly minPauseMs: number;
  readonly maxPauseMs: number;
  /** Silence that ends a turn whatever else is known. */
  readonly maxSilenceMs: number;
  /** A turn longer than this ends even while the person speaks. */
  readonly maxTurnMs: number;
}

export type EndpointDecision = 'wait' | 'eager' | 'commit';

/** What the windows say of the open turn, all in ms of audio. */
export interface TurnProgress {
  readonly silenceMs: number;
  /** Whether the voice may just have ended although no silence was heard yet. */
  readonly isFading: boolean;
  readonly turnMs: number;
}

/** Pauses shorter than this lie inside words and teach nothing. */
const SHORTEST_PAUSE_MS = 100;
/** Work ahead of the decision leaves the cores to the model's first answer, so much longer at most. */
const EAGER_PATIENCE_MS = 128;
/** The model is asked at the first silent window, and once more when the silence has this length. */
const SECOND_ASK_MS = 300;
/**
 * Weight of the first answer against the second: the longer a pause lasts, the more of them the model
 * takes for ends. Of 0.3, 0.5 and 0.7 this one cut off least (turn suite, 32 clips).
 */
const FIRST_ANSWER_WEIGHT = 0.5;
/**
 * Voice and words are weighed as log odds: so much of the voice's, and the words' for each power of ten that their probability is
 * over {@link WORDS_MIDDLE}. At 32 ends and 39 rests of the turn suite's clips the voice alone is right 50 times, the words 60, both
 * 59; a fit to these clips alone would weigh words half as much again, and take short answers for unfinished. Replayed, 22 of 80 are
 * cut off with them and 39 without, and the decision comes 112 ms sooner on average.
 */
const VOICE_WEIGHT = 0.6;
const WORDS_WEIGHT = 2;
const WORDS_MIDDLE = 0.05;
/** No model is surer than that, nor of the contrary. */
const LEAST = 1e-4;
/** Words that more probably end a sentence are worth an answer while the person may still go on. */
const WHOLE = 0.2;
/** Voice and words that are surer than that together halve the shortest wait. */
const SURE = 0.9;
/** Words that less probably end a sentence make the wait as long as an unfinished last word. */
const UNLIKELY = 0.2;
/** An unfinished last word makes the wait this much longer, a whole question this much shorter, or that of the timer. */
const UNFINISHED_FACTOR = 2;
const CLOSED_QUESTION_FACTOR = 0.6;

/** One person's endpointing: `beginTurn` for each turn, then windows, answers and words as they come. */
export class Endpointing {
  readonly #pauses = new PauseLearner();
  #options: EndpointingOptions;
  #askCount = 0;
  /** Questions asked in the present silence, by number; the first counts most. */
  #asks: number[] = [];
  #answers: (number | null)[] = [];
  #ending: Ending = 'open';
  /** That the words up to the present silence are all of a sentence; null while the language model has not judged them. */
  #wordsEnd: number | null = null;
  /** The same of the words so far, be they all or not. */
  #partialWordsEnd: number | null = null;

  constructor(options: EndpointingOptions) {
    this.#options = options;
  }

  setOptions(options: EndpointingOptions): void {
    this.#options = options;
  }

  /** What is waited for after a turn that seems unfinished, ms. */
  get patienceMs(): number {
    const { minPauseMs, maxPauseMs } = this.#options;
    return Math.min(maxPauseMs, Math.max(minPauseMs, this.#pauses.patienceMs));
  }

  /** Probability that the turn is complete, 0 to 1, by voice and words; null while the end-of-turn model has not answered. */
  get probability(): number | null {
    const byVoice = this.#probabilityByVoice;
    if (byVoice === null || this.#wordsEnd === null) return byVoice;
    const byWords = Math.log10(Math.max(this.#wordsEnd, LEAST) / WORDS_MIDDLE);
    return toProbability(toLogOdds(byVoice) * VOICE_WEIGHT + byWords * WORDS_WEIGHT);
  }

  get completion(): TurnCompletion {
    return { voice: this.#probabilityByVoice, words: this.#wordsEnd, both: this.probability };
  }

  get #probabilityByVoice(): number | null {
    const [first = null, second = null] = this.#answers;
    if (first === null || second === null) return first ?? second;
    return FIRST_ANSWER_WEIGHT * first + (1 - FIRST_ANSWER_WEIGHT) * second;
  }

  /** Whether the words so far are a sentence to which an answer may be begun. */
  get areWordsWhole(): boolean {
    return (this.#partialWordsEnd ?? 0) >= WHOLE;
  }

  beginTurn(): void {
    this.#ending = 'open';
    this.#partialWordsEnd = null;
    this.#forgetSilence();
  }

  /** The person went on after a pause of this length. */
  handleResume(pauseMs: number): void {
    // A longer one is no pause: the turn before it was over.
    const isPause = pauseMs >= SHORTEST_PAUSE_MS && pauseMs <= this.#options.maxSilenceMs;
    if (isPause) this.#pauses.learn(pauseMs);
    this.#partialWordsEnd = null;
    this.#forgetSilence();
  }

  /** Number of the question that is due now, or null. Each is due once. */
  nextAsk({ silenceMs, isFading }: TurnProgress): number | null {
    if (silenceMs <= 0 && !isFading) {
      // A voice that seemed to fall silent goes on: what was asked about it counts no more.
      this.#forgetSilence();
      return null;
    }
    if (!this.#options.isModelAsked) return null;
    const isDue =
      this.#asks.length === 0 || (this.#asks.length === 1 && silenceMs >= SECOND_ASK_MS);
    if (!isDue) return null;
    this.#askCount += 1;
    this.#asks.push(this.#askCount);
    return this.#askCount;
  }

  /** The model's answer; one to a question of an earlier silence is ignored. */
  handleAnswer(askId: number, probability: number): void {
    const index = this.#asks.indexOf(askId);
    if (index >= 0) this.#answers[index] = probability;
  }

  /**
   * How probable it is that the words are all of a sentence; null where that is not known. Words that are not all up
   * to the present silence tell nothing of it.
   */
  handleWordsEnd(probability: number | null, { areAll }: { readonly areAll: boolean }): void {
    this.#partialWordsEnd = probability;
    this.#wordsEnd = areAll ? probability : null;
  }

  /** How the words so far end. */
  handleEnding(ending: Ending): void {
    this.#ending = ending;
  }

  decide({ silenceMs, turnMs }: TurnProgress): EndpointDecision {
    const { eagerSilenceMs, maxSilenceMs, maxTurnMs } = this.#options;
    if (turnMs >= maxTurnMs) return 'commit';
    if (silenceMs <= 0) return 'wait';
    if (silenceMs >= Math.min(this.#requiredSilenceMs(), maxSilenceMs)) return 'commit';
    const isAnswerDue = this.#asks.length > 0 && this.probability === null;
    const eagerMs = isAnswerDue ? eagerSilenceMs + EAGER_PATIENCE_MS : eagerSilenceMs;
    // Whoever has finished, as the model hears it, waits for the answer from now on.
    const isProbable = (this.probability ?? 0) > this.#options.probableProbability;
    return silenceMs >= eagerMs || isProbable || this.areWordsWhole ? 'eager' : 'wait';
  }

  #requiredSilenceMs(): number {
    const options = this.#options;
    const { probability } = this;
    if (!options.isModelAsked || probability === null) return options.minSilenceMs;
    const isComplete = probability > options.completeProbability;
    const isProbable = probability > options.probableProbability;
    if (this.#ending === 'unfinished') {
      if (isProbable) return Math.max(options.minSilenceMs, options.probableSilenceMs);
      return this.patienceMs * UNFINISHED_FACTOR;
    }
    // The last words are on their way, and will tell; before they are there nothing can be answered anyway.
    const areAwaited = this.#partialWordsEnd !== null && this.#wordsEnd === null;
    if (isComplete && areAwaited)
      return Math.max(options.completeSilenceMs, options.probableSilenceMs);
    const isSure = this.#wordsEnd !== null && probability > SURE;
    if (isSure) return options.completeSilenceMs / 2;
    if (isComplete) return options.completeSilenceMs;
    if (isProbable) return options.probableSilenceMs;
    const isUnlikely = this.#wordsEnd !== null && probability < UNLIKELY;
    if (isUnlikely) return this.patienceMs * UNFINISHED_FACTOR;
    if (this.#ending === 'closed-question') {
      return Math.min(options.minSilenceMs, this.patienceMs * CLOSED_QUESTION_FACTOR);
    }
    // Only the words are in doubt.
    const isVoiceSure = (this.#probabilityByVoice ?? 0) > options.completeProbability;
    return isVoiceSure ? Math.min(options.minSilenceMs, this.patienceMs) : this.patienceMs;
  }

  #forgetSilence(): void {
    this.#asks = [];
    this.#answers = [];
    this.#wordsEnd = null;
  }
}

function toLogOdds(probability: number): number {
  const certain = Math.min(1 - LEAST, Math.max(LEAST, probability));
  return Math.log(certain / (1 - certain));
}

function toProbability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
