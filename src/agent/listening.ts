// The person's side of a conversation: the open turn, its words, and the end-of-turn model's opinion.
// Runs in the turn worker; portable.
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { FinalTranscript, SttEngine } from '../core/contracts/speech-to-text.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import { withoutEcho } from '../text/echo-words.ts';
import type { TurnInput } from '../turn/turn-protocol.ts';
import type { UnstampedEvent } from './events.ts';
import { overlapHints } from './overlap-hints.ts';
import { UserTurn } from './user-turn.ts';

/** The person's audio so far, for opening a turn with what came before it. Times are AudioContext ms. */
export interface HeardAudio {
  readonly nowMs: number;
  /** Captured so far and lost before it was listened to. */
  readonly lostMs: number;
  /** What was heard from `fromMs` until now, as far as it is kept; mono 16 kHz, owned by the caller. */
  since(fromMs: number): Float32Array;
}

export interface ListeningOptions {
  readonly signal: AbortSignal;
  readonly getEngines: () => {
    readonly stt: SttEngine | null;
    readonly endOfTurn: EndOfTurnEngine | null;
  };
  /** That of the conversation, and what the recogniser is told: `und` has it tell. */
  readonly language: {
    readonly options: { readonly language: string };
    readonly expected: string;
  };
  /** What the agent is saying, or was until a moment ago; empty when it is silent. */
  readonly getSpokenText: () => string;
  readonly emit: (event: UnstampedEvent) => void;
  /** The recogniser told which language it heard, before its words are handed on. */
  readonly onLanguage: (language: string | null | undefined) => void;
  /** Words so far and answers for the turn machine. */
  readonly onInput: (input: TurnInput) => void;
  /** A transcript is there ahead of the decision, which its words may lead to. */
  readonly onEarlyTranscript: (turnId: string, transcript: FinalTranscript) => void;
}

export class Listening {
  readonly #options: ListeningOptions;
  #turn: UserTurn | null = null;
  /** Opened, and nothing of it is recognised yet. */
  #waiting: { readonly turnId: string; readonly fromMs: number } | null = null;
  #heard: HeardAudio | null = null;
  /** An end-of-turn model that failed is reported once, then left alone until it is replaced. */
  #failed: EndOfTurnEngine | null = null;
  /** Of what was lost, so much was told. */
  #toldLostMs = 0;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  get heard(): HeardAudio | null {
    return this.#heard;
  }

  get hasTurn(): boolean {
    return this.#turn !== null;
  }

  setHeard(heard: HeardAudio | null): void {
    this.#heard = heard;
    this.#toldLostMs = 0;
  }

  /** What was lost since the last call. */
  takeLostMs(): number {
    const lostMs = this.#heard?.lostMs ?? 0;
    const fresh = lostMs - this.#toldLostMs;
    this.#toldLostMs = lostMs;
    return fresh;
  }

  /** Begins a turn with what was heard since `fromMs`; nothing without ears or a recogniser. */
  open(turnId: string, fromMs: number): boolean {
    const { stt } = this.#options.getEngines();
    if (stt === null || this.#heard === null) return false;
    const { language } = this.#options;
    const spokenText = this.#options.getSpokenText();
    const turn = new UserTurn({
      id: turnId,
      stt,
      language: language.expected,
      hints: spokenText === '' ? [] : overlapHints(language.options.language),
      signal: this.#options.signal,
      onPartial: ({ text, stableText }) => this.#handlePartial(turn, text, stableText),
    });
    this.#turn = turn;
    turn.spokenText = spokenText;
    turn.push(this.#heard.since(fromMs));
    return true;
  }

  /** Begins a turn that may not be meant for the agent: nothing of it is recognised before `openWaiting`. */
  wait(turnId: string, fromMs: number): void {
    this.#waiting = { turnId, fromMs };
  }

  /** Begins with all of the waiting turn, as far back as is remembered; false where none waits, or none can be opened. */
  openWaiting(): boolean {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting !== null && this.open(waiting.turnId, waiting.fromMs);
  }

  /** `isPause`: the recogniser need not look at it before it is asked, and leaves the cores alone. */
  push(pcm: Float32Array, isPause: boolean): void {
    this.#turn?.push(pcm, isPause);
  }

  /** The open turn, for its transcript; whoever takes it closes it. */
  take(): UserTurn | null {
    const turn = this.#turn;
    this.#turn = null;
    return turn;
  }

  drop(): void {
    this.#waiting = null;
    this.take()?.close();
  }

  startAttempt(): void {
    const turn = this.#turn;
    if (turn === null) return;
    turn.startAttempt().then(
      (transcript) => this.#handleEarlyTranscript(turn, transcript),
      // Asked for again at the commit, where its failure is told.
      () => undefined,
    );
  }

  dropAttempt(): void {
    this.#turn?.dropAttempt();
  }

  /** Asks the end-of-turn model; its answer comes as an input, a failure leaves the timer to decide. */
  ask(askId: number): void {
    const turn = this.#turn;
    const { endOfTurn } = this.#options.getEngines();
    if (turn === null || endOfTurn === null) return;
    turn.prepare();
    void endOfTurn
      .predict(turn.recentAudio(endOfTurn.windowSamples), { signal: turn.signal })
      .then(
        (probability) =>
          this.#options.onInput({ type: 'completion', turnId: turn.id, askId, probability }),
        (error: unknown) => this.#handleFailure(endOfTurn, error),
      )
      .finally(() => {
        if (this.#turn === turn) turn.wake();
      });
  }

  /** A turn's transcript without what the agent was saying when it began, or says now. */
  clean(turn: UserTurn, text: string): string {
    const spoken = this.#options.getSpokenText();
    if (spoken !== '') turn.spokenText = spoken;
    return turn.spokenText === ''
      ? text
      : withoutEcho(text, turn.spokenText, this.#options.language.options.language);
  }

  #handlePartial(turn: UserTurn, text: string, stableText: string): void {
    if (this.#turn !== turn) return;
    const turnId = turn.id;
    const heard = this.clean(turn, text);
    const stable = heard.startsWith(stableText) ? stableText : '';
    turn.text = heard;
    this.#options.emit({ type: 'transcript-partial', turnId, text: heard, stableText: stable });
    const words = { turnId, text: heard, stableText: stable, isFinal: false };
    this.#options.onInput({ type: 'words', ...words });
  }

  #handleEarlyTranscript(turn: UserTurn, transcript: FinalTranscript): void {
    // Committed or dropped in the meantime: whoever did that looks at the transcript itself.
    if (this.#turn !== turn) return;
    this.#options.onLanguage(transcript.language);
    const text = this.clean(turn, transcript.text);
    turn.text = text;
    this.#options.onEarlyTranscript(turn.id, { ...transcript, text });
  }

  #handleFailure(engine: EndOfTurnEngine, error: unknown): void {
    if (isAbort(error) || this.#failed === engine) return;
    this.#failed = engine;
    const record = VoiceAgentError.from(error).toRecord();
    this.#options.emit({ type: 'error', turnId: null, error: record });
  }
}
