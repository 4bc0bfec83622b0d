// One stretch of the person's speech from opening to final transcript. Runs in the turn worker; portable.
import { createAbortReason, createLinkedAbort } from '../core/abort.ts';
import type {
  FinalTranscript,
  PartialTranscript,
  SttEngine,
  SttStream,
} from '../core/contracts/speech-to-text.ts';

export interface UserTurnOptions {
  readonly id: string;
  readonly stt: SttEngine;
  readonly language: string;
  readonly signal: AbortSignal;
  readonly onPartial: (partial: PartialTranscript) => void;
}

interface Attempt {
  readonly controller: AbortController;
  readonly transcript: Promise<FinalTranscript>;
}

export class UserTurn {
  readonly id: string;
  readonly #stream: SttStream;
  readonly #controller: AbortController;
  readonly #release: () => void;
  #attempt: Attempt | null = null;

  constructor(options: UserTurnOptions) {
    this.id = options.id;
    const { controller, release } = createLinkedAbort(options.signal);
    this.#controller = controller;
    this.#release = release;
    this.#stream = options.stt.open({
      language: options.language,
      signal: controller.signal,
      onPartial: options.onPartial,
    });
  }

  /** Mono 16 kHz samples; copied. */
  push(pcm: Float32Array): void {
    this.#stream.push(pcm);
  }

  /** Starts the final transcript ahead of the decision. */
  startAttempt(): void {
    this.#attempt ??= this.#transcribe();
  }

  /** The person went on: what was started is worth nothing. */
  dropAttempt(): void {
    this.#attempt?.controller.abort(createAbortReason('The person went on speaking.'));
    this.#attempt = null;
  }

  /** The final transcript, from the attempt where there is one; the stream is closed. Call once. */
  async finish(): Promise<FinalTranscript> {
    this.startAttempt();
    try {
      const transcript = await this.#attempt?.transcript;
      if (transcript === undefined) throw createAbortReason('The turn was closed.');
      return transcript;
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

  #transcribe(): Attempt {
    const { controller } = createLinkedAbort(this.#controller.signal);
    const transcript = this.#stream.transcribe({ signal: controller.signal });
    transcript.catch(() => undefined);
    return { controller, transcript };
  }
}
