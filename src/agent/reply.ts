// One reply on its way to the ear: text in, pieces to the voice, audio to the output, heard text out.
// Runs in the turn worker; portable.
import { AsyncQueue } from '../core/async-queue.ts';
import { abortable, createAbortReason, createLinkedAbort } from '../core/abort.ts';
import type { AudioOutput, PlaybackCursor, PlaybackGate } from '../core/contracts/audio-io.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import { createDeferred } from '../core/deferred.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import { UNDETERMINED } from '../core/language.ts';
import type { Clock } from '../core/clock.ts';
import { RequestLane } from '../core/request-lane.ts';
import { Rest } from '../core/rest.ts';
import { toRate } from '../core/tts-rate.ts';
import type { TextPiece } from '../text/sentence-splitter.ts';
import type { ReplyKind } from './events.ts';
import type { CachedPhrase } from './phrase-cache.ts';
import { PlayoutMap } from './playout-map.ts';
import { PlayoutMarks } from './playout-marks.ts';
import { waitForPlayout } from './playout-wait.ts';
import { ReplyText } from './reply-text.ts';
import type { ReplyTextOptions } from './reply-text.ts';

export interface ReplyOptions extends ReplyTextOptions {
  readonly generation: number;
  readonly turnId: string | null;
  readonly kind: ReplyKind;
  readonly voice: { readonly id: string | null; readonly speed: number };
  readonly sentencePauseMs: number;
  readonly signal: AbortSignal;
  /** Nothing is played, and no more than the first piece synthesised, before `release`. */
  readonly isHeld: boolean;
  readonly clock: Clock;
  /** Asked when there is something to say; null for captions only. */
  readonly getTts: () => TtsEngine | null;
  /** Null while nothing can be heard: the text counts as conveyed. */
  readonly output: AudioOutput | null;
  /** Time from the output's last node to the ear, subtracted from what was played. */
  readonly outputLatencyMs: number;
  /** Text that was synthesised ahead of time, or null. */
  readonly getPhrase: (text: string) => CachedPhrase | null;
  /** The voice is at its first words, for which the person waits, or through with them. */
  readonly onFirstWords: (areAwaited: boolean) => void;
  readonly observer: ReplyObserver;
}

/** What a reply tells while it goes on; all optional work, nothing may throw. */
export interface ReplyObserver {
  /** Plain text was added. */
  handleText(text: string): void;
  handleMark(mark: 'firstClauseMs' | 'firstPcmMs'): void;
  /** The first sample of the reply's own words was rendered, at this AudioContext time. */
  handleAudible(contextMs: number): void;
  /** The same of a phrase before or between them, and its end. */
  handlePhrase(phrase: { text: string; kind: ReplyKind; contextMs: number; isOver: boolean }): void;
  handleSynthesis(cost: { audioMs: number; computeMs: number }): void;
  /** The player did what the gate was set to; `playedSamples` stand before and after a hold. */
  handleGate(
    gate: 'duck' | 'hold' | 'resume',
    at: { contextMs: number; playedSamples: number },
  ): void;
}

export interface ReplyResult {
  readonly generatedText: string;
  readonly heardText: string;
  readonly isInterrupted: boolean;
  /** AudioContext time of the last rendered sample; null when none was. */
  readonly audioEndContextMs: number | null;
  /** Times that it ran dry in its midst. */
  readonly underruns: number;
  /** What broke the reply off; what came before it was spoken. */
  readonly error: VoiceAgentError | null;
}

interface Speaker {
  readonly tts: TtsEngine | null;
  readonly language: string;
}

/** What may come before a reply's own words. */
export type PrefaceKind = Extract<ReplyKind, 'acknowledgement' | 'earcon'>;

/** Finished pieces that may wait for the voice: more than the longest allowed reply has. */
const PIECE_CAPACITY = 4_096;
/** Phrases, and the piece being made, that may wait for what is being written. */
const WAITING_WRITES = 8;
/** So long at most is a clause put off while somebody speaks over the reply: it may go on, and what is made ahead ends. */
const PUT_OFF_LIMIT_MS = 1_000;
/** Around the cursor, for telling an echo: what the room may still ring with, and what comes next. */
const SPOKEN_BEFORE_MS = 10_000;
const SPOKEN_AFTER_MS = 1_000;

export class Reply {
  readonly #options: ReplyOptions;
  readonly #controller: AbortController;
  readonly #unlink: () => void;
  readonly #text: ReplyText;
  readonly #map = new PlayoutMap();
  readonly #marks = new PlayoutMarks();
  /** Pieces and phrases are written one after the other, each in one go. */
  readonly #lane = new RequestLane({ name: 'reply audio', capacity: WAITING_WRITES });
  readonly #detachCursor: () => void;
  readonly #held = createDeferred();
  readonly #rest: Rest;
  /** Who says it, in which language: settled when the first piece is there. */
  #speaker: Speaker | null = null;
  #voicing: 'ahead' | 'at-work' | 'over' = 'ahead';
  #cursor: PlaybackCursor | null = null;
  #underrunsBefore = 0;
  #gate: PlaybackGate = 'open';
  #cutting: Promise<void> | null = null;
  /** Phrases played besides the reply's own words. */
  #phraseText = '';
  #hasWords = false;

  constructor(options: ReplyOptions) {
    this.#options = options;
    this.#text = new ReplyText(options);
    this.#rest = new Rest(options.clock);
    const { controller, release } = createLinkedAbort(options.signal);
    this.#controller = controller;
    this.#unlink = release;
    if (!options.isHeld) this.#held.resolve();
    this.#detachCursor = options.output?.onCursor((cursor) => this.#handleCursor(cursor)) ?? noop;
  }

  get generation(): number {
    return this.#options.generation;
  }

  /** Stops generation and synthesis; stops early work of a source that watches it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the voice is through with it; it may still be played. */
  get isMade(): boolean {
    return this.#voicing === 'over';
  }

  /** The words around the play cursor. */
  get spokenText(): string {
    const { output } = this.#options;
    const samplesPerMs = (output?.sampleRateHz ?? 0) / 1_000;
    const played = this.#playedSamples;
    const words = this.#map.textBetween(this.#text.text, {
      fromSample: played - SPOKEN_BEFORE_MS * samplesPerMs,
      toSample: played + SPOKEN_AFTER_MS * samplesPerMs,
    });
    return `${this.#phraseText} ${words}`.trim();
  }

  /** Plays a phrase before the reply's own words, once it runs; false when anything of it was written. */
  addPreface(phrase: CachedPhrase, kind: PrefaceKind): boolean {
    return this.#map.totalSamples === 0 && this.addPhrase(phrase, kind);
  }

  /** Plays a phrase behind what is being spoken, besides the reply's own words; false when nothing can be played. */
  addPhrase(phrase: CachedPhrase, kind: ReplyKind): boolean {
    const { output } = this.#options;
    if (output === null || this.#voicing !== 'at-work' || this.signal.aborted) return false;
    if (this.#speaker !== null && this.#speaker.tts === null) return false;
    void settle(this.#playPhrase(phrase, kind, output));
    return true;
  }

  /** Lets a held reply be heard and go on. Idempotent. */
  release(): void {
    if (this.#options.isHeld) this.setGate('open');
    this.#held.resolve();
  }

  /** While it is not open somebody speaks, who is to be understood first: no new clause is begun, for a while. */
  setGate(gate: PlaybackGate): void {
    if (this.#cutting !== null) return;
    if (gate === 'open') this.#rest.end();
    else this.#rest.begin(PUT_OFF_LIMIT_MS);
    this.#options.output?.setGate(gate);
  }

  /**
   * Speaks everything `source` yields, in order. Resolves when it was played or cut off; never
   * rejects: a failure is in the result, after what came before it was spoken.
   */
  async run(source: AsyncIterable<string>): Promise<ReplyResult> {
    const pieces = new AsyncQueue<TextPiece>({ name: 'reply pieces', capacity: PIECE_CAPACITY });
    const { output, isHeld } = this.#options;
    this.#underrunsBefore = output?.cursor.underruns ?? 0;
    output?.startGeneration(this.generation);
    this.#voicing = 'at-work';
    if (isHeld) output?.setGate('held');
    const [written, spoken] = await Promise.all([
      settle(this.#write(source, pieces)),
      settle(this.#speak(pieces)),
      settle(abortable(this.#held.promise, this.signal)),
    ]);
    await this.#cutting;
    this.#detachCursor();
    this.#unlink();
    return this.#toResult(written ?? spoken);
  }

  /** Silences it within a fade and stops all its work. Idempotent. */
  cut(): void {
    if (this.#cutting !== null) return;
    this.#cutting = this.#options.output?.flush() ?? Promise.resolve();
    this.#cutting.catch(noop);
    this.#controller.abort(createAbortReason('The reply was cut off.'));
  }

  async #write(source: AsyncIterable<string>, pieces: AsyncQueue<TextPiece>): Promise<void> {
    try {
      for await (const delta of source) {
        if (this.signal.aborted) break;
        this.#hand(this.#text.take(delta), pieces);
        if (this.#text.isFull) break;
      }
    } finally {
      // A stream that broke off still has words that were not handed on.
      if (!this.signal.aborted) this.#hand(this.#text.finish(), pieces);
      pieces.end();
    }
  }

  #hand(taken: { text: string; pieces: TextPiece[] }, pieces: AsyncQueue<TextPiece>): void {
    if (taken.text !== '') this.#options.observer.handleText(taken.text);
    for (const piece of taken.pieces) {
      this.#options.observer.handleMark('firstClauseMs');
      pieces.push(piece);
    }
  }

  /** A voice that fails ends the speaking, once what it made before was played. */
  async #speak(pieces: AsyncQueue<TextPiece>): Promise<void> {
    const { output } = this.#options;
    const failure = await settle(this.#synthesize(pieces));
    this.#voicing = 'over';
    await settle(this.#lane.enter(this.signal).then((leave) => leave()));
    if (output !== null && this.#map.totalSamples > 0 && !this.signal.aborted) {
      output.endGeneration();
      await waitForPlayout(output, {
        generation: this.generation,
        totalSamples: this.#map.totalSamples,
        playedSamples: this.#playedSamples,
        clock: this.#options.clock,
        signal: this.signal,
      });
    }
    if (failure !== null) throw failure;
  }

  async #synthesize(pieces: AsyncQueue<TextPiece>): Promise<void> {
    const { output } = this.#options;
    for await (const piece of pieces.iterate(this.signal)) {
      const { tts } = this.#settleSpeaker();
      if (tts === null || output === null) continue;
      if (tts.info.backend !== 'remote') await abortable(this.#rest.over, this.signal);
      await this.#speakPiece(piece, { tts, output });
      await abortable(this.#held.promise, this.signal);
    }
  }

  #settleSpeaker(): Speaker {
    const { getTts, getLanguage } = this.#options;
    return (this.#speaker ??= { tts: getTts(), language: getLanguage() });
  }

  async #speakPiece(
    piece: TextPiece,
    { tts, output }: { tts: TtsEngine; output: AudioOutput },
  ): Promise<void> {
    const { voice, clock, observer } = this.#options;
    const phrase = this.#options.getPhrase(piece.text);
    if (phrase !== null) return this.#play(piece, phrase.pcm, output);
    let startedMs = clock.nowMs();
    let leave: (() => void) | null = null;
    const played = createDeferred();
    const request = {
      ...{ text: piece.text, voice: voice.id, speed: voice.speed },
      ...named(this.#settleSpeaker().language),
      ...{ signal: this.signal, played: played.promise },
    };
    const { onFirstWords } = this.#options;
    const areFirst = !this.#hasWords;
    if (areFirst) onFirstWords(true);
    try {
      // Workers deliver at the output's rate; other voices may not.
      for await (const chunk of toRate(tts.synthesize(request), output.sampleRateHz)) {
        if (!this.#hasWords) onFirstWords(false);
        observer.handleMark('firstPcmMs');
        const audioMs = (chunk.pcm.length / chunk.sampleRateHz) * 1_000;
        observer.handleSynthesis({ audioMs, computeMs: clock.nowMs() - startedMs });
        if (leave === null) {
          leave = await this.#begin(output);
          const sample = this.#map.totalSamples;
          this.#marks.add({ sample, isEnd: false, tell: () => played.resolve() });
        }
        const start = piece.start + chunk.span.start;
        const end = piece.start + chunk.span.end;
        const words = chunk.words?.map((word) => ({
          ...word,
          start: piece.start + word.start,
          end: piece.start + word.end,
        }));
        this.#addWords(chunk.pcm.length, { start, end }, words ?? null);
        await output.write(chunk.pcm, { signal: this.signal });
        startedMs = clock.nowMs();
      }
    } finally {
      if (areFirst && !this.#hasWords) onFirstWords(false);
      leave?.();
    }
  }

  async #play(piece: TextPiece, pcm: Float32Array, output: AudioOutput): Promise<void> {
    this.#options.observer.handleMark('firstPcmMs');
    const leave = await this.#begin(output);
    try {
      this.#addWords(pcm.length, { start: piece.start, end: piece.end }, null);
      await output.write(pcm, { signal: this.signal });
    } finally {
      leave();
    }
  }

  async #playPhrase(
    { text, pcm }: CachedPhrase,
    kind: ReplyKind,
    output: AudioOutput,
  ): Promise<void> {
    const leave = await this.#begin(output);
    try {
      // What was to come before the answer has lost its sense once that began.
      const isPreface = kind === 'acknowledgement' || kind === 'earcon';
      if (this.#voicing !== 'at-work' || (isPreface && this.#hasWords)) return;
      const { observer } = this.#options;
      const tell = (isOver: boolean) => (contextMs: number) =>
        observer.handlePhrase({ text, kind, contextMs, isOver });
      this.#marks.add({ sample: this.#map.totalSamples, isEnd: false, tell: tell(false) });
      this.#map.addSilence(pcm.length);
      this.#marks.add({ sample: this.#map.totalSamples, isEnd: true, tell: tell(true) });
      this.#phraseText = `${this.#phraseText} ${text}`.trim();
      await output.write(pcm, { signal: this.signal });
    } finally {
      leave();
    }
  }

  #addWords(
    samples: number,
    span: { start: number; end: number },
    words: Parameters<PlayoutMap['addSpeech']>[2],
  ): void {
    if (!this.#hasWords) {
      const tell = (contextMs: number): void => this.#options.observer.handleAudible(contextMs);
      this.#marks.add({ sample: this.#map.totalSamples, isEnd: false, tell });
    }
    this.#hasWords = true;
    this.#map.addSpeech(samples, span, words);
  }

  /** Waits until it may write, and parts it from what was written before; returns the way out. */
  async #begin(output: AudioOutput): Promise<() => void> {
    const leave = await this.#lane.enter(this.signal);
    const samples = Math.round((this.#options.sentencePauseMs / 1_000) * output.sampleRateHz);
    if (samples === 0 || this.#map.totalSamples === 0) return leave;
    this.#map.addSilence(samples);
    try {
      await output.write(new Float32Array(samples), { signal: this.signal });
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  get #playedSamples(): number {
    return this.#cursor?.playedSamples ?? 0;
  }

  #handleCursor(cursor: PlaybackCursor): void {
    if (cursor.generation !== this.generation || cursor.playedSamples === 0) return;
    this.#cursor = cursor;
    const { contextSamples, playedSamples } = cursor;
    this.#marks.handleCursor(playedSamples, (sample) =>
      this.#toMs(contextSamples - playedSamples + sample),
    );
    this.#watchGate(cursor);
  }

  /** A hold counts from its silence, everything else from the gate. */
  #watchGate({ gate, isAudible, contextSamples, playedSamples }: PlaybackCursor): void {
    if (gate === this.#gate || (gate === 'held' && isAudible)) return;
    this.#gate = gate;
    const change = gate === 'open' ? 'resume' : gate === 'held' ? 'hold' : 'duck';
    const contextMs = this.#toMs(contextSamples);
    this.#options.observer.handleGate(change, { contextMs, playedSamples });
  }

  #toMs(samples: number): number {
    return (samples / (this.#options.output?.sampleRateHz ?? 1)) * 1_000;
  }

  #toResult(failure: unknown): ReplyResult {
    const isInterrupted = this.signal.aborted;
    const generatedText = this.#text.text;
    const error =
      failure === null || isInterrupted || isAbort(failure) ? null : VoiceAgentError.from(failure);
    return {
      generatedText,
      heardText: this.#heardText(generatedText, { isInterrupted, isBroken: error !== null }),
      isInterrupted,
      audioEndContextMs: this.#cursor === null ? null : this.#toMs(this.#cursor.contextSamples),
      underruns: (this.#options.output?.cursor.underruns ?? 0) - this.#underrunsBefore,
      error,
    };
  }

  #heardText(text: string, end: { isInterrupted: boolean; isBroken: boolean }): string {
    const { output, outputLatencyMs } = this.#options;
    if (text === '') return text;
    const { tts } = this.#settleSpeaker();
    // Without sound the words on the screen are what the person got.
    if (output === null || tts === null) return text;
    const played = this.#playedSamples;
    if (!end.isInterrupted && !end.isBroken && played >= this.#map.totalSamples) return text;
    const latency = end.isInterrupted ? (outputLatencyMs / 1_000) * output.sampleRateHz : 0;
    return this.#map.heardText(text, played - latency);
  }
}

function noop(): void {
  return undefined;
}

/** For a voice: one that nobody told is none. */
function named(language: string): { language?: string } {
  return language === UNDETERMINED ? {} : { language };
}

/** The reason of a rejection, or null. */
function settle(promise: Promise<void>): Promise<Error | null> {
  return promise.then(
    () => null,
    (error: unknown) =>
      VoiceAgentError.is(error) || isAbort(error) ? (error as Error) : VoiceAgentError.from(error),
  );
}
