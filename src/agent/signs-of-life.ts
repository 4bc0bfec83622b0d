// What the agent says without being asked, so that nobody is left in silence: acknowledgements made ahead
// of time, and a prompt to an idle person. Runs in the turn worker; portable, timed by audio.
import { createAbortReason } from '../core/abort.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import { turnWordsOf } from '../text/turn-words.ts';
import type { ResolvedOptions } from './options.ts';
import { PhraseCache } from './phrase-cache.ts';
import type { CachedPhrase, PhraseVoice } from './phrase-cache.ts';
import { SilencePolicy } from './silence-policy.ts';

export interface SignsOfLifeOptions {
  readonly options: ResolvedOptions;
  /** Speaks the idle prompt. */
  readonly say: (text: string) => void;
}

/** What there is time for. */
export interface Lull {
  /** Both are silent. */
  readonly isIdle: boolean;
  /** The person is silent, and the voice through with all that is to be heard. */
  readonly isVoiceFree: boolean;
}

/** Rest of the voice, and silence of the person, before phrases are made: a turn may go on. */
const REST_BEFORE_WORK_MS = 1_000;
/** Shown, and not said, where the language has no words of its own. */
const PROGRESS = 'One moment.';

export class SignsOfLife {
  readonly #say: (text: string) => void;
  readonly #cache = new PhraseCache();
  readonly #policy: SilencePolicy;
  #options: ResolvedOptions;
  #voice: PhraseVoice | null = null;
  #work: AbortController | null = null;
  /** How many of the wanted phrases are made. */
  #made = 0;
  #idleSinceMs: number | null = null;
  #voiceFreeSinceMs: number | null = null;
  #hasPrompted = false;

  constructor({ options, say }: SignsOfLifeOptions) {
    this.#options = options;
    this.#say = say;
    this.#policy = new SilencePolicy(options.silence, turnWordsOf(options.language));
  }

  setOptions(options: ResolvedOptions): void {
    this.#options = options;
    this.#policy.setOptions(options.silence, turnWordsOf(options.language));
    this.#made = 0;
  }

  /** What phrases are spoken with; null while nothing can be. */
  setVoice(voice: { tts: TtsEngine; sampleRateHz: number } | null): void {
    const { language, voice: wanted } = this.#options;
    this.#voice = voice === null ? null : { ...voice, voiceId: wanted.id, language };
    this.#made = 0;
  }

  getPhrase(text: string): CachedPhrase | null {
    return this.#voice === null ? null : this.#cache.get(text, this.#voice);
  }

  /** The phrase that acknowledges a turn that was just committed, or null. */
  acknowledge(text: string): CachedPhrase | null {
    const phrase = this.#policy.pick(text, (candidate) => this.getPhrase(candidate) !== null);
    return phrase === null ? null : this.getPhrase(phrase);
  }

  /** Shown while tools take long, and said where the language has words for it. */
  get progressText(): string {
    return turnWordsOf(this.#options.language)?.progress ?? PROGRESS;
  }

  /** That phrase, made now when it is not there yet; null without a voice, when the voice fails, and on abort. */
  async makeProgressPhrase(signal: AbortSignal): Promise<CachedPhrase | null> {
    if (this.#voice === null || !this.#hasWords) return null;
    return this.#cache.make(this.progressText, this.#voice, signal).catch(() => null);
  }

  /** An answer began to be heard this long after its decision. */
  handleAnswer(delayMs: number): void {
    this.#policy.handleAnswer(delayMs);
  }

  /** The person speaks or types: there may be another prompt some day. */
  handlePerson(): void {
    this.#hasPrompted = false;
  }

  /**
   * Each window of audio. Phrases are made while the person is silent and nobody waits for the voice, also
   * while an answer is played; prompts are spoken while both are silent.
   */
  handleWindow(nowMs: number, { isIdle, isVoiceFree }: Lull): void {
    this.#voiceFreeSinceMs = isVoiceFree ? (this.#voiceFreeSinceMs ?? nowMs) : null;
    if (this.#voiceFreeSinceMs === null) {
      this.#work?.abort(createAbortReason('The conversation goes on.'));
    } else if (nowMs - this.#voiceFreeSinceMs >= REST_BEFORE_WORK_MS) this.#prepare();
    this.#idleSinceMs = isIdle ? (this.#idleSinceMs ?? nowMs) : null;
    if (this.#idleSinceMs !== null) this.#promptAfter(nowMs - this.#idleSinceMs);
  }

  dispose(): void {
    this.#work?.abort(createAbortReason('The conversation was disposed.'));
  }

  #promptAfter(idleMs: number): void {
    const { idlePromptMs, idlePrompt } = this.#options.silence;
    if (this.#hasPrompted || idlePromptMs === null || idleMs < idlePromptMs) return;
    const text = idlePrompt ?? turnWordsOf(this.#options.language)?.idlePrompt ?? null;
    if (text === null) return;
    this.#say(text);
    this.#hasPrompted = true;
  }

  #prepare(): void {
    const voice = this.#voice;
    const phrases = this.#phrases;
    if (phrases.length === this.#made || this.#work !== null || voice === null) return;
    const work = new AbortController();
    this.#work = work;
    void this.#cache.prepare(phrases, voice, work.signal).then(() => {
      this.#work = null;
      if (!work.signal.aborted && this.#voice === voice) this.#made = phrases.length;
    });
  }

  get #hasWords(): boolean {
    return turnWordsOf(this.#options.language) !== null;
  }

  get #phrases(): readonly string[] {
    const { tools, silence } = this.#options;
    const isProgressTold = tools.length > 0 && silence.progressAfterMs !== null && this.#hasWords;
    const progress = isProgressTold ? [this.progressText] : [];
    return this.#policy.needsPhrases ? [...progress, ...this.#policy.phrases] : progress;
  }
}
