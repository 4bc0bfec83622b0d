// One stretch of the person's speech from opening to final transcript. Runs in the turn worker; portable.
import { abortable, createAbortReason, createLinkedAbort } from '../core/abort.ts';
import { concatenate } from '../core/pcm.ts';
import type {
  FinalTranscript,
  PartialTranscript,
  PhraseHint,
  SttEngine,
  SttStream,
} from '../core/contracts/speech-to-text.ts';

export interface UserTurnOptions {
  readonly id: string;
  readonly stt: SttEngine;
  readonly language: string;
  readonly hints: readonly PhraseHint[];
  readonly signal: AbortSignal;
  readonly onPartial: (partial: PartialTranscript) => void;
}

interface Attempt {
  readonly controller: AbortController;
  readonly transcript: Promise<FinalTranscript>;
}

/** Audio kept for the end-of-turn model: what the longest of them look at, 8 s at 16 kHz. */
const RECENT_SAMPLES = 16_000 * 8;
/**
 * A pause as long as this parts what the model is asked about: with a pause in the middle it takes the
 * end of a sentence for one more hesitation (area under the curve 0.57, and 0.69 on the last stretch alone).
 */
const PARTING_SAMPLES = 3_200;
/** Of the pause, so much is kept in front of the next stretch, where its first sound may be soft. */
const LEAD_SAMPLES = 3_200;

export class UserTurn {
  readonly id: string;
  readonly #stream: SttStream;
  readonly #isRemote: boolean;
  readonly #controller: AbortController;
  readonly #release: () => void;
  /** What was understood so far. */
  text = '';
  /** What the agent was saying over it: the person's microphone may hold it too. */
  spokenText = '';
  readonly #recent: Float32Array[] = [];
  #recentSamples = 0;
  #pauseSamples = 0;
  #keptBack: Float32Array[] = [];
  #attempt: Attempt | null = null;

  constructor(options: UserTurnOptions) {
    this.id = options.id;
    const { controller, release } = createLinkedAbort(options.signal);
    this.#controller = controller;
    this.#release = release;
    this.#isRemote = options.stt.info.backend === 'remote';
    this.#stream = options.stt.open({
      language: options.language,
      hints: options.hints,
      signal: controller.signal,
      onPartial: options.onPartial,
    });
  }

  /** Fires when the turn is closed. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Mono 16 kHz samples; copied. In a pause they are kept back until speech goes on or a transcript is
   * asked for: the recogniser would otherwise work just when the end-of-turn model needs the cores.
   */
  push(pcm: Float32Array, isPause = false): void {
    const copy = pcm.slice();
    this.#keptBack.push(copy);
    if (!isPause) this.#handOver();
    if (!isPause && this.#pauseSamples >= PARTING_SAMPLES) this.#forgetBefore(LEAD_SAMPLES);
    this.#pauseSamples = isPause ? this.#pauseSamples + pcm.length : 0;
    this.#recent.push(copy);
    this.#recentSamples += pcm.length;
    this.#forgetBefore(RECENT_SAMPLES);
  }

  /** The stretch of speech up to now, its last `samples` at most; owned by the caller. */
  recentAudio(samples: number): Float32Array {
    const recent = concatenate(this.#recent);
    return recent.subarray(Math.max(0, recent.length - samples));
  }

  /**
   * An end is near: the transcript is begun beside the end-of-turn model. What `startAttempt` gives is made of what is
   * heard until then, and is there sooner where only quiet came after this. An endpoint, which may be paid by the call,
   * waits for the attempt.
   */
  prepare(): void {
    this.#handOver();
    if (this.#isRemote) return;
    this.#stream.transcribe({ signal: this.signal }).catch(() => undefined);
  }

  /** The end-of-turn model is through: what was kept back goes to the recogniser. */
  wake(): void {
    this.#handOver();
  }

  /** Starts the final transcript ahead of the decision, or returns the one under way. */
  startAttempt(): Promise<FinalTranscript> {
    this.#attempt ??= this.#transcribe();
    return this.#attempt.transcript;
  }

  /** The person went on: what was started is worth nothing. */
  dropAttempt(): void {
    this.#attempt?.controller.abort(createAbortReason('The person went on speaking.'));
    this.#attempt = null;
  }

  /**
   * The final transcript, from the attempt where there is one; the stream is closed. Call once. Rejects
   * with the signal's reason on abort.
   */
  async finish(signal: AbortSignal): Promise<FinalTranscript> {
    try {
      return await abortable(this.startAttempt(), signal);
    } finally {
      this.close();
    }
  }

  /** Forgets the audio and rejects what is pending. Idempotent. */
  close(): void {
    this.#controller.abort(createAbortReason('The turn was closed.'));
    this.#release();
    this.#stream.close();
  }

  /** Keeps whole pieces, at least so many samples where there are as many. */
  #forgetBefore(samples: number): void {
    for (;;) {
      const oldest = this.#recent[0]?.length ?? 0;
      if (this.#recent.length < 2 || this.#recentSamples - oldest < samples) return;
      this.#recent.shift();
      this.#recentSamples -= oldest;
    }
  }

  #handOver(): void {
    for (const pcm of this.#keptBack) this.#stream.push(pcm);
    this.#keptBack = [];
  }

  #transcribe(): Attempt {
    this.#handOver();
    const { controller } = createLinkedAbort(this.#controller.signal);
    const transcript = this.#stream.transcribe({ signal: controller.signal });
    transcript.catch(() => undefined);
    return { controller, transcript };
  }
}
