// Collects the timings of one turn as they happen. Runs in the turn worker; portable.
import type { Clock } from '../core/clock.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { LlmPart } from '../core/contracts/language-model.ts';
import type { FinalTranscript } from '../core/contracts/speech-to-text.ts';
import type { TurnCompletion, TurnEffect } from '../turn/turn-protocol.ts';
import { createTurnContextMarks, createTurnMarks } from './metrics.ts';
import type {
  EndOfTurnLook,
  SpeculativeAttempt,
  TurnContextMarks,
  TurnMarks,
  TurnMetrics,
} from './metrics.ts';

/** Marks of work that begins before the decision and may be in vain. */
const REPLY_MARKS = [
  'llmStartMs',
  'llmFirstTokenMs',
  'llmEndMs',
  'firstClauseMs',
  'firstPcmMs',
] as const;
const EARLY_MARKS = ['eagerMs', 'sttFinalMs', ...REPLY_MARKS] as const;
/** A turn of many pauses has many attempts; the oldest are of the least interest. */
const ATTEMPTS_KEPT = 16;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the recorder does not see of the reply. */
export type ReplyFacts = Pick<TurnMetrics, 'turnId' | 'replyCharacters' | 'isInterrupted'> &
  Pick<TurnMetrics['audio'], 'underruns'>;

type Decided = Omit<Extract<TurnEffect, { type: 'turn-commit' }>, 'type' | 'turnId'>;

export class TurnRecorder {
  readonly #clock: Clock;
  readonly #marks: TurnMarks = createTurnMarks();
  readonly #contextMarks: TurnContextMarks = createTurnContextMarks();
  readonly #speculation = {
    started: 0,
    used: 0,
    dropped: 0,
    droppedTokens: 0,
    droppedSpeechMs: 0,
  };
  /** By number of the question. */
  readonly #looks = new Map<number, EndOfTurnLook>();
  readonly #attempts: Mutable<SpeculativeAttempt>[] = [];
  readonly #tts = { audioMs: 0, computeMs: 0 };
  #stt: TurnMetrics['stt'] = { audioMs: 0, computeMs: 0 };
  #llm: TurnMetrics['llm'] = {
    engine: null,
    model: null,
    promptTokens: null,
    completionTokens: null,
    decodeMs: null,
    calls: 0,
  };
  #completion: TurnCompletion = { voice: null, words: null, both: null };
  #outputLatencyMs: number | null = null;
  #lostMs = 0;
  #tokens = 0;
  /** When the reply that is made ahead was begun; null while none is. */
  #replyAheadMs: number | null = null;
  #partialReplies = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first time counts. */
  mark(name: keyof TurnMarks): void {
    this.#marks[name] ??= this.#clock.nowMs();
  }

  /** Attempts so far. */
  get attempts(): number {
    return this.#speculation.started;
  }

  /** Replies begun so far on words of a person who still spoke. */
  get partialReplies(): number {
    return this.#partialReplies;
  }

  startAttempt(contextMs: number): void {
    const startedMs = this.#clock.nowMs();
    this.#speculation.started += 1;
    this.#marks.eagerMs = startedMs;
    this.#contextMarks.eagerMs = contextMs;
    this.#attempts.push({
      startedMs,
      replyStartedMs: this.#replyAheadMs,
      endedMs: null,
      outcome: this.#replyAheadMs === null ? 'transcript-only' : 'used',
    });
    if (this.#attempts.length > ATTEMPTS_KEPT) this.#attempts.shift();
  }

  /** An answer is begun, on the latest attempt's words or, while the person still speaks, on those so far. */
  startReplyAhead({ isPartial }: { readonly isPartial: boolean }): void {
    this.#replyAheadMs = this.#clock.nowMs();
    if (isPartial) this.#partialReplies += 1;
    const attempt = this.#openAttempt;
    if (attempt === null) return;
    attempt.replyStartedMs = this.#replyAheadMs;
    attempt.outcome = 'used';
  }

  startLook(askId: number): void {
    this.#looks.set(askId, { askedMs: this.#clock.nowMs(), answeredMs: null, probability: null });
  }

  finishLook(askId: number, probability: number): void {
    const look = this.#looks.get(askId);
    if (look === undefined) return;
    this.#looks.set(askId, { ...look, answeredMs: this.#clock.nowMs(), probability });
  }

  dropAttempt(): void {
    this.#speculation.dropped += 1;
    this.#contextMarks.eagerMs = null;
    for (const mark of EARLY_MARKS) this.#marks[mark] = null;
    this.dropReply();
    this.#endAttempt('dropped');
  }

  /** A reply made ahead is of no use; what it cost is counted. */
  dropReply(): void {
    this.#speculation.droppedTokens += this.#tokens;
    this.#speculation.droppedSpeechMs += this.#tts.audioMs;
    this.#tokens = 0;
    this.#tts.audioMs = 0;
    this.#tts.computeMs = 0;
    this.#replyAheadMs = null;
    for (const mark of REPLY_MARKS) this.#marks[mark] = null;
    const attempt = this.#attempts.at(-1);
    if (attempt?.outcome === 'used') attempt.outcome = 'transcript-only';
  }

  /** The turn is over; times in AudioContext ms, the last window handled at `windowMs` of the clock. */
  decide({ lastSpeechMs, decisionMs, completion }: Decided, windowMs: number): void {
    const nowMs = this.#clock.nowMs();
    this.#contextMarks.speechEndMs = lastSpeechMs;
    this.#contextMarks.decisionMs = decisionMs;
    this.#contextMarks.decisionTakenMs = decisionMs + nowMs - windowMs;
    this.#marks.decisionMs = nowMs;
    this.#marks.speechEndMs = windowMs - (decisionMs - lastSpeechMs);
    this.#completion = completion;
    this.#speculation.used = this.#speculation.started - this.#speculation.dropped;
    this.#endAttempt();
  }

  /** From the decision to the first sample heard; null until then. */
  get answerDelayMs(): number | null {
    const { decisionMs, firstAudibleMs } = this.#marks;
    return decisionMs === null || firstAudibleMs === null ? null : firstAudibleMs - decisionMs;
  }

  markAudible(contextMs: number): void {
    this.mark('firstAudibleMs');
    this.#contextMarks.firstAudibleMs ??= contextMs;
  }

  /** Passes the parts of an answer of `engine` on, and marks its beginning, first token and end. */
  async *watch(
    engine: EngineInfo,
    parts: AsyncIterable<LlmPart>,
  ): AsyncGenerator<LlmPart, void, undefined> {
    const model = engine.modelName ?? engine.modelIds[0] ?? null;
    this.#llm = { ...this.#llm, engine: engine.name, model, calls: this.#llm.calls + 1 };
    this.mark('llmStartMs');
    for await (const part of parts) {
      this.mark('llmFirstTokenMs');
      if (part.type === 'text-delta') this.#tokens += 1;
      yield part;
    }
  }

  finishLlm(part: Extract<LlmPart, { type: 'finish' }>): void {
    const { promptTokens, completionTokens, decodeMs = null } = part;
    this.#llm = { ...this.#llm, promptTokens, completionTokens, decodeMs };
    this.#marks.llmEndMs = this.#clock.nowMs();
  }

  /** The words of the turn are there. */
  handleTranscript({ cost }: FinalTranscript): void {
    this.mark('sttFinalMs');
    if (cost !== undefined) this.#stt = cost;
  }

  addSynthesis(cost: { audioMs: number; computeMs: number }): void {
    this.#tts.audioMs += cost.audioMs;
    this.#tts.computeMs += cost.computeMs;
  }

  /** Of the output that the reply goes to; null while nothing can be heard. */
  setOutputLatency(latencyMs: number | null): void {
    this.#outputLatencyMs = latencyMs;
  }

  /** Of the microphone, since the turn before. */
  setLost(lostMs: number): void {
    this.#lostMs = lostMs;
  }

  /** The reply is over. */
  finish({ underruns, ...reply }: ReplyFacts): TurnMetrics {
    this.mark('replyEndMs');
    return {
      ...reply,
      marks: { ...this.#marks },
      contextMarks: { ...this.#contextMarks },
      endOfTurn: [...this.#looks.values()],
      completion: this.#completion,
      llm: this.#llm,
      stt: this.#stt,
      tts: { ...this.#tts },
      outputLatencyMs: this.#outputLatencyMs,
      audio: { underruns, lostMs: this.#lostMs },
      speculation: {
        ...this.#speculation,
        attempts: this.#attempts.map((attempt) => ({ ...attempt })),
      },
    };
  }

  get #openAttempt(): Mutable<SpeculativeAttempt> | null {
    const attempt = this.#attempts.at(-1);
    return attempt?.endedMs === null ? attempt : null;
  }

  #endAttempt(outcome?: SpeculativeAttempt['outcome']): void {
    const attempt = this.#openAttempt;
    if (attempt === null) return;
    attempt.endedMs = this.#clock.nowMs();
    if (outcome !== undefined) attempt.outcome = outcome;
  }
}
