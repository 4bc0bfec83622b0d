// Collects the timings of one turn as they happen. Runs in the turn worker; portable.
import type { Clock } from '../core/clock.ts';
import type { LlmPart } from '../core/contracts/language-model.ts';
import { createTurnContextMarks, createTurnMarks } from './metrics.ts';
import type { EndOfTurnLook, TurnContextMarks, TurnMarks, TurnMetrics } from './metrics.ts';

/** Marks of work that begins before the decision and may be in vain. */
const REPLY_MARKS = ['llmFirstTokenMs', 'firstClauseMs', 'firstPcmMs'] as const;
const EARLY_MARKS = ['eagerMs', 'sttFinalMs', ...REPLY_MARKS] as const;

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
  readonly #tts = { audioMs: 0, computeMs: 0 };
  #llm: TurnMetrics['llm'] = { promptTokens: null, completionTokens: null, calls: 0 };
  #replyCharacters = 0;
  #tokens = 0;

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

  startAttempt(contextMs: number): void {
    this.#speculation.started += 1;
    this.#marks.eagerMs = this.#clock.nowMs();
    this.#contextMarks.eagerMs = contextMs;
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
  }

  /** A reply made ahead is of no use; what it cost is counted. */
  dropReply(): void {
    this.#speculation.droppedTokens += this.#tokens;
    this.#speculation.droppedSpeechMs += this.#tts.audioMs;
    this.#tokens = 0;
    this.#tts.audioMs = 0;
    this.#tts.computeMs = 0;
    for (const mark of REPLY_MARKS) this.#marks[mark] = null;
  }

  /** The turn is over; times in AudioContext ms, the last window handled at `windowMs` of the clock. */
  decide(times: { speechEndMs: number; decisionMs: number; windowMs: number }): void {
    const nowMs = this.#clock.nowMs();
    this.#contextMarks.speechEndMs = times.speechEndMs;
    this.#contextMarks.decisionMs = times.decisionMs;
    this.#contextMarks.decisionTakenMs = times.decisionMs + nowMs - times.windowMs;
    this.#marks.decisionMs = nowMs;
    this.#marks.speechEndMs = nowMs - (times.decisionMs - times.speechEndMs);
    this.#speculation.used = this.#speculation.started - this.#speculation.dropped;
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

  /** Passes the parts on and marks the first token. */
  async *watch(parts: AsyncIterable<LlmPart>): AsyncGenerator<LlmPart, void, undefined> {
    this.#llm = { ...this.#llm, calls: this.#llm.calls + 1 };
    for await (const part of parts) {
      this.mark('llmFirstTokenMs');
      if (part.type === 'text-delta') this.#tokens += 1;
      yield part;
    }
  }

  finishLlm(part: Extract<LlmPart, { type: 'finish' }>): void {
    const { promptTokens, completionTokens } = part;
    this.#llm = { ...this.#llm, promptTokens, completionTokens };
  }

  addSynthesis(cost: { audioMs: number; computeMs: number }): void {
    this.#tts.audioMs += cost.audioMs;
    this.#tts.computeMs += cost.computeMs;
  }

  setReplyCharacters(count: number): void {
    this.#replyCharacters = count;
  }

  toMetrics(): TurnMetrics {
    return {
      marks: { ...this.#marks },
      contextMarks: { ...this.#contextMarks },
      endOfTurn: [...this.#looks.values()],
      llm: this.#llm,
      tts: { ...this.#tts },
      replyCharacters: this.#replyCharacters,
      speculation: { ...this.#speculation },
    };
  }
}
