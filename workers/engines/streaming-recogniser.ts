// Partial and final transcripts from a recogniser that can only decode a whole piece of audio.
// Portable; runs in the listen worker.
import { abortable, createAbortReason } from '../../src/core/abort.ts';
import type { Clock } from '../../src/core/clock.ts';
import type {
  FinalTranscript,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { createDeferred } from '../../src/core/deferred.ts';
import type { Deferred } from '../../src/core/deferred.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { concatenate } from '../../src/core/pcm.ts';
import { TranscriptAgreement } from '../../src/text/transcript-agreement.ts';
import { confidenceOf, EMPTY_DECODING, joinDecodings } from './decoding.ts';
import type { Decode, Decoding } from './decoding.ts';
import { RecognitionWindow } from './recognition-window.ts';
import { chooseCommit, chooseDecode } from './streaming-policy.ts';
import type { DecodesDone, StreamingPolicy } from './streaming-policy.ts';

export interface StreamingRecogniserOptions extends Pick<SttStreamOptions, 'onPartial' | 'signal'> {
  /** Called for one piece of audio at a time; must reject soon after its signal fires. */
  readonly decode: Decode;
  readonly policy: StreamingPolicy;
  readonly clock: Clock;
  /** After this long a `transcribe` resolves with what is known, marked `isTimedOut`. */
  readonly deadlineMs: number;
}

/** A decode of the audio from `start` to `end`, which then leaves the window if `isCommit`. */
interface Job {
  readonly start: number;
  readonly end: number;
  readonly isCommit: boolean;
  /** Its beginning may be taken from decodes before: good enough to be shown, not for a final transcript. */
  readonly mayBeRough: boolean;
  readonly controller: AbortController;
}

interface Request {
  readonly end: number;
  readonly result: Deferred<FinalTranscript>;
}

const SAMPLES_PER_MS = 16;

/**
 * Quiet that a decode sees before and after speech: 100 ms. Moonshine takes a short word between longer
 * silences for nothing: of 64 clips of one to eight words 26 % came out empty with 500 ms before
 * them, 9 % with 200 (each tried eight times), and none with 100 (three times).
 */
const MARGIN_SAMPLES = 1_600;
/** Silence before speech at a second look: 40 ms. With 60 ms less all of 17 empty ones were heard. */
const RETRY_LEAD_SAMPLES = 640;

/**
 * Re-decodes a window of recent audio while speech goes on, with the tokens of the decode before as a
 * draft. One decode is under way at a time and takes the newest audio. While speech goes on it may be rough; at a pause
 * it is a whole one, which serves as the final transcript when only quiet follows. A decode that misses speech which a
 * `transcribe` waits for is cut short. Long speech leaves the window at a pause, decoded once more up to there, so that
 * the cost of a decode stays bounded.
 *
 * Final text is the newest decode and may differ from what partials called stable: the best reading of
 * all the audio is worth more than agreement with a guess made on part of it.
 */
export class StreamingRecogniser implements SttStream {
  readonly #options: StreamingRecogniserOptions;
  readonly #window: RecognitionWindow;
  readonly #agreement = new TranscriptAgreement();
  readonly #requests = new Set<Request>();
  /** Of audio that has left the window. */
  #committed = EMPTY_DECODING;
  /** Of the window, up to `#decodedEnd`. */
  #latest = EMPTY_DECODING;
  #decodedEnd = 0;
  /** It found no word in speech, and had one look only: no answer for whoever asks. */
  #isDoubtful = false;
  /** The newest decode that was not rough. */
  #whole: DecodesDone = { end: 0, lastMs: 0 };
  #speech: { start: number; end: number } | null = null;
  #lastDecodeMs = 0;
  /** Of the newest decode that was not rough. */
  #cost: NonNullable<FinalTranscript['cost']> | null = null;
  #job: Job | null = null;
  #shown = { text: '', stableText: '' };
  /** After a failed decode partials rest until somebody asks for text, who is then told. */
  #hasFailed = false;
  #closed: { readonly reason: Error } | null = null;

  constructor(options: StreamingRecogniserOptions) {
    this.#options = options;
    this.#window = new RecognitionWindow(options.policy.capacityMs * SAMPLES_PER_MS);
    if (options.signal.aborted) this.#handleAbort();
    else options.signal.addEventListener('abort', this.#handleAbort, { once: true });
  }

  push(pcm: Float32Array): void {
    if (this.#closed !== null) return;
    if (this.#window.append(pcm)) this.#retire(this.#decodedEnd);
    this.#schedule();
  }

  /**
   * As the contract says. Aborting gives up the wait, not the decode, which serves as the next partial.
   * Rejects with `disposed` once the stream is closed.
   */
  async transcribe({ signal }: { signal: AbortSignal }): Promise<FinalTranscript> {
    signal.throwIfAborted();
    if (this.#closed !== null) throw this.#closed.reason;
    const { clock, deadlineMs } = this.#options;
    const request: Request = { end: this.#window.end, result: createDeferred() };
    const cancelDeadline = clock.schedule(
      () => request.result.resolve(this.#toFinal({ isTimedOut: true })),
      deadlineMs,
    );
    this.#requests.add(request);
    this.#supersede(request.end);
    this.#schedule();
    try {
      return await abortable(request.result.promise, signal);
    } finally {
      cancelDeadline();
      this.#requests.delete(request);
    }
  }

  close(): void {
    this.#close(
      new VoiceAgentError('disposed', 'This recognition stream is closed; open another one.', {
        details: { what: 'speech recognition stream' },
      }),
    );
  }

  readonly #handleAbort = (): void => this.#close(toError(this.#options.signal.reason));

  #close(reason: Error): void {
    if (this.#closed !== null) return;
    this.#closed = { reason };
    this.#options.signal.removeEventListener('abort', this.#handleAbort);
    this.#job?.controller.abort(reason);
    for (const request of this.#requests) request.result.reject(reason);
    this.#window.dropBefore(this.#window.end);
  }

  /** Stops the decode under way when it will not do for a transcript up to `end`. */
  #supersede(end: number): void {
    const job = this.#job;
    if (job === null || job.isCommit || this.#window.isQuiet(job.end, end)) return;
    job.controller.abort(createAbortReason('Superseded by a decode of newer audio.'));
  }

  #schedule(): void {
    if (this.#job !== null || this.#closed !== null) return;
    this.#answer();
    const job = this.#chooseJob();
    if (job === null) return;
    this.#job = job;
    void this.#perform(job);
  }

  #answer(): void {
    for (const request of this.#requests) {
      if (this.#isDoubtful || this.#latest.isRough === true) continue;
      if (!this.#window.isQuiet(this.#decodedEnd, request.end)) continue;
      request.result.resolve(this.#toFinal({ isTimedOut: false }));
      this.#requests.delete(request);
    }
  }

  #chooseJob(): Job | null {
    const { policy } = this.#options;
    const isAwaited = this.#requests.size > 0;
    if (this.#hasFailed && !isAwaited) return null;
    const { start, end } = this.#window;
    const job = {
      start,
      end,
      isCommit: false,
      mayBeRough: false,
      controller: new AbortController(),
    };
    const commitEnd = chooseCommit(this.#window, { policy, isAwaited });
    if (commitEnd !== null) return { ...job, end: commitEnd, isCommit: true };
    if (isAwaited) return job;
    const newest = { end: this.#decodedEnd, lastMs: this.#lastDecodeMs };
    const due = chooseDecode(this.#window, { whole: this.#whole, newest, policy });
    return due === null ? null : { ...job, mayBeRough: due === 'rough' };
  }

  async #perform(job: Job): Promise<void> {
    try {
      const decoding = await this.#decode(job);
      this.#hasFailed = false;
      this.#accept(job, decoding);
    } catch (error) {
      if (!job.controller.signal.aborted) this.#fail(toError(error));
    } finally {
      this.#job = null;
      this.#schedule();
    }
  }

  async #decode(job: Job): Promise<Decoding> {
    const heard = Math.min(this.#decodedEnd, job.end);
    const isKnown = this.#window.isQuiet(heard, Math.max(this.#decodedEnd, job.end));
    const isUsable = isKnown && this.#latest.isRough !== true;
    if (isUsable && !this.#isDoubtful) return this.#latest;
    const { clock, decode } = this.#options;
    const startedMs = clock.nowMs();
    const { mayBeRough } = job;
    const { signal } = job.controller;
    const speech = this.#window.speechSpan(job.end);
    const start = Math.max(job.start, (speech ?? job).start - MARGIN_SAMPLES);
    const end = Math.min(job.end, (speech ?? job).end + MARGIN_SAMPLES);
    const pcm = this.#window.copy({ start, end });
    let decoding = isUsable
      ? this.#latest
      : await decode(pcm, { draft: this.#latest.tokens, mayBeRough, signal });
    this.#isDoubtful = decoding.text === '' && speech !== null;
    const isExpected = this.#latest.text !== '' || this.#requests.size > 0;
    if (this.#isDoubtful && speech !== null && isExpected) {
      // The model sometimes ends at once on a clip that it understands a moment earlier or later.
      const shifted = delayed(pcm.subarray(speech.start - start));
      decoding = await decode(shifted, { draft: [], signal });
      this.#isDoubtful = false;
    }
    const tookMs = clock.nowMs() - startedMs;
    if (mayBeRough) this.#lastDecodeMs = tookMs;
    if (decoding.isRough === true) return decoding;
    this.#whole = { ...this.#whole, lastMs: tookMs };
    this.#cost = { audioMs: pcm.length / SAMPLES_PER_MS, computeMs: tookMs };
    return decoding;
  }

  /** Takes a decode into the transcript, unless its audio was lost or closed away meanwhile. */
  #accept(job: Job, decoding: Decoding): void {
    if (job.start !== this.#window.start) return;
    const span = this.#window.speechSpan(job.end);
    if (span !== null && decoding.text !== '') {
      this.#speech = { start: this.#speech?.start ?? span.start, end: span.end };
    }
    this.#latest = decoding;
    this.#decodedEnd = job.end;
    if (decoding.isRough !== true) this.#whole = { ...this.#whole, end: job.end };
    if (job.isCommit) this.#retire(job.end);
    else this.#show();
  }

  /** The window starts anew at `end`; what was recognised before stays. */
  #retire(end: number): void {
    this.#committed = joinDecodings(this.#committed, this.#latest);
    this.#latest = EMPTY_DECODING;
    this.#isDoubtful = false;
    this.#window.dropBefore(end);
    this.#decodedEnd = this.#window.start;
    this.#whole = { ...this.#whole, end: this.#window.start };
  }

  #show(): void {
    const shown = this.#agreement.update(joinDecodings(this.#committed, this.#latest).text);
    const isNew = shown.text !== this.#shown.text || shown.stableText !== this.#shown.stableText;
    this.#shown = shown;
    if (isNew) this.#options.onPartial({ ...shown, isFinal: false, ...this.#span() });
  }

  #toFinal({ isTimedOut }: { isTimedOut: boolean }): FinalTranscript {
    const whole = joinDecodings(this.#committed, this.#latest);
    const confidence = confidenceOf(whole);
    const { text, language = null } = whole;
    const cost = this.#cost === null ? {} : { cost: this.#cost };
    return { text, language, isFinal: true, ...this.#span(), confidence, isTimedOut, ...cost };
  }

  /** From the first to the last speech recognised; of nothing, all that was heard. */
  #span(): { startMs: number; endMs: number } {
    const { start, end } = this.#speech ?? { start: 0, end: this.#window.end };
    return { startMs: start / SAMPLES_PER_MS, endMs: end / SAMPLES_PER_MS };
  }

  #fail(error: Error): void {
    this.#hasFailed = true;
    for (const request of this.#requests) request.result.reject(error);
    this.#requests.clear();
  }
}

/** The same audio behind a moment of silence. */
function delayed(pcm: Float32Array): Float32Array {
  return concatenate([new Float32Array(RETRY_LEAD_SAMPLES), pcm]);
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
