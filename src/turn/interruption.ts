// Is the person cutting in? What the agent's voice should do while someone speaks over it: duck, hold,
// then cut or resume. Pure; timed by audio alone.
import type { WordsVerdict } from '../text/turn-words.ts';

export interface InterruptionOptions {
  /** Probability at which a window counts as voice over the agent. */
  readonly duckThreshold: number;
  /** Probability without which no window makes it fall silent. */
  readonly holdThreshold: number;
  /** Voice over the agent after which its voice is lowered. */
  readonly duckAfterMs: number;
  /** Voice after which it falls silent, with nothing lost yet. */
  readonly holdAfterMs: number;
  /** Voice after which any word cuts it off. */
  readonly cutAfterVoiceMs: number;
  /** Words, backchannels not counted, that cut it off however short. */
  readonly cutAfterWords: number;
  /** A hold in which no word was understood ends after this. */
  readonly resumeAfterMs: number;
}

/** What to do with the agent's voice. `cut` and `resume` end the overlap. */
export type InterruptionAction = 'duck' | 'hold' | 'cut' | 'resume';

export interface OverlapWindow {
  readonly lengthMs: number;
  /** Whether it holds voice that the agent's own echo does not explain. */
  readonly isVoice: boolean;
  /** Whether that is more than a guess. */
  readonly isSure: boolean;
  /** Whether an echo that is not known yet might explain it after all. */
  readonly isSuspect: boolean;
}

export interface OverlapWords {
  readonly verdict: WordsVerdict;
  /** Words that are neither backchannels nor the agent's own. */
  readonly count: number;
  /** Whether they are all that there was, after the voice fell silent. */
  readonly isFinal: boolean;
}

/** A blip shorter than `holdAfterMs` is over when it was silent for this long. */
const BLIP_SILENCE_MS = 96;
/** What went on without a word is background until it paused for this long. */
const BACKGROUND_PAUSE_MS = 500;

/**
 * `clear`: nobody speaks over the agent. `background`: something does that is no speech to it, which
 * is not listened to by loudness any more, only by words.
 */
export type OverlapStage = 'clear' | 'ducked' | 'held' | 'background';

export class Interruption {
  #options: InterruptionOptions;
  #stage: OverlapStage = 'clear';
  #voiceMs = 0;
  #silenceMs = 0;
  #heldMs = 0;
  #isSuspect = false;

  constructor(options: InterruptionOptions) {
    this.#options = options;
  }

  setOptions(options: InterruptionOptions): void {
    this.#options = options;
  }

  get stage(): OverlapStage {
    return this.#stage;
  }

  reset(): void {
    this.#enter('clear');
  }

  handleWindow(window: OverlapWindow): InterruptionAction | null {
    this.#count(window);
    switch (this.#stage) {
      case 'clear':
      case 'ducked':
        return this.#escalate(window.isSure);
      case 'held':
        this.#heldMs += window.lengthMs;
        return this.#heldMs >= this.#options.resumeAfterMs ? this.#enterBackground() : null;
      case 'background':
        if (this.#silenceMs >= BACKGROUND_PAUSE_MS) this.reset();
        return null;
    }
  }

  handleWords(words: OverlapWords): InterruptionAction | null {
    if (this.#isCutBy(words)) {
      this.reset();
      return 'cut';
    }
    if (this.#stage !== 'held' || !words.isFinal) return null;
    this.reset();
    return 'resume';
  }

  #count({ isVoice, isSuspect, lengthMs }: OverlapWindow): void {
    if (!isVoice) {
      this.#silenceMs += lengthMs;
      return;
    }
    this.#silenceMs = 0;
    this.#voiceMs += lengthMs;
    if (isSuspect) this.#isSuspect = true;
  }

  #escalate(isSure: boolean): InterruptionAction | null {
    const { duckAfterMs, holdAfterMs } = this.#options;
    if (this.#silenceMs >= BLIP_SILENCE_MS) {
      const wasDucked = this.#stage === 'ducked';
      this.reset();
      return wasDucked ? 'resume' : null;
    }
    if (this.#silenceMs > 0) return null;
    if (isSure && this.#voiceMs >= holdAfterMs) {
      this.#stage = 'held';
      return 'hold';
    }
    if (this.#stage === 'ducked' || this.#voiceMs < duckAfterMs) return null;
    this.#stage = 'ducked';
    return 'duck';
  }

  #enterBackground(): InterruptionAction {
    this.#enter('background');
    return 'resume';
  }

  #isCutBy({ verdict, count }: OverlapWords): boolean {
    if (this.#stage === 'clear') return false;
    const { cutAfterWords, cutAfterVoiceMs } = this.#options;
    if (verdict === 'stop') return true;
    if (verdict !== 'words') return false;
    if (count >= cutAfterWords) return true;
    return count > 0 && !this.#isSuspect && this.#voiceMs >= cutAfterVoiceMs;
  }

  #enter(stage: 'clear' | 'background'): void {
    this.#stage = stage;
    this.#heldMs = 0;
    this.#silenceMs = 0;
    this.#voiceMs = 0;
    this.#isSuspect = false;
  }
}
