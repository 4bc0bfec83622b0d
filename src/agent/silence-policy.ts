// Whether an answer that will be late is acknowledged, and with which words. Pure.
import { isRequest, judgeEnding } from '../text/turn-words.ts';
import type { TurnWords } from '../text/turn-words.ts';
import type { SilenceOptions } from './options.ts';

/** Weight of the latest answer's delay in the prediction of the next. */
const LATEST_WEIGHT = 0.4;

export class SilencePolicy {
  #options: Required<SilenceOptions>;
  #words: TurnWords | null;
  #predictedMs: number | null = null;
  #turns = 0;
  #acknowledged = 0;
  #picks = 0;

  constructor(options: Required<SilenceOptions>, words: TurnWords | null) {
    this.#options = options;
    this.#words = words;
  }

  setOptions(options: Required<SilenceOptions>, words: TurnWords | null): void {
    this.#options = options;
    this.#words = words;
  }

  /** From the decision to the first sample of the answer; null before the first one. */
  get predictedMs(): number | null {
    return this.#predictedMs;
  }

  /** Whether phrases would be used if they were there: the cores have better to do otherwise. */
  get needsPhrases(): boolean {
    return this.#predictedMs !== null && this.#predictedMs >= this.#options.acknowledgeAfterMs;
  }

  /** All that may be said, one of each kind first: what is worth making ahead of time. */
  get phrases(): readonly string[] {
    const { acknowledgements } = this.#options;
    if (acknowledgements === null) return [];
    if (acknowledgements !== 'auto') return acknowledgements;
    const kinds = Object.values(this.#words?.acknowledgements ?? {});
    const longest = Math.max(0, ...kinds.map(({ length }) => length));
    return Array.from({ length: longest }, (_, index) =>
      kinds.flatMap((kind) => kind[index] ?? []),
    ).flat();
  }

  handleAnswer(delayMs: number): void {
    const before = this.#predictedMs ?? delayMs;
    this.#predictedMs = before + LATEST_WEIGHT * (delayMs - before);
  }

  /**
   * The phrase for a turn that was just committed, or null. `text` is what is known of it by then. A
   * phrase that is not `isReady` is no use.
   */
  pick(text: string, isReady: (phrase: string) => boolean): string | null {
    this.#turns += 1;
    if (!this.needsPhrases) return null;
    if (this.#acknowledged + 1 > this.#turns * this.#options.maxAcknowledgedShare) return null;
    const phrases = this.#fitting(text).filter(isReady);
    const phrase = phrases[this.#picks % Math.max(1, phrases.length)] ?? null;
    if (phrase === null) return null;
    this.#picks += 1;
    this.#acknowledged += 1;
    return phrase;
  }

  #fitting(text: string): readonly string[] {
    const { acknowledgements } = this.#options;
    if (acknowledgements !== 'auto') return acknowledgements ?? [];
    if (this.#words === null) return [];
    const { question, request, other } = this.#words.acknowledgements;
    if (isRequest(text, this.#words)) return request;
    return judgeEnding(text, this.#words) === 'closed-question' ? question : other;
  }
}
