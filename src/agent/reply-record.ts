// What the world sees of one reply: its message, its events, its timings. Begins at once, or when a reply
// made ahead of the decision is released. Runs in the turn worker; portable.
import type { Conversation } from './conversation.ts';
import type { ReplyKind, UnstampedEvent } from './events.ts';
import type { ReplyObserver, ReplyResult } from './reply.ts';
import type { TurnRecorder } from './turn-recorder.ts';

export interface ReplyRecordOptions {
  readonly generation: number;
  readonly turnId: string | null;
  readonly kind: ReplyKind;
  readonly recorder: TurnRecorder;
  readonly conversation: Conversation;
  readonly emit: (event: UnstampedEvent) => void;
  readonly onAudible: (generation: number) => void;
}

export class ReplyRecord implements ReplyObserver {
  readonly #options: ReplyRecordOptions;
  readonly #stamp: { turnId: string | null; generation: number; kind: ReplyKind };
  #text = '';
  #messageId: string | null = null;

  constructor(options: ReplyRecordOptions) {
    this.#options = options;
    const { turnId, generation, kind } = options;
    this.#stamp = { turnId, generation, kind };
  }

  /** Until then nothing of it is stored or shown. */
  get hasBegun(): boolean {
    return this.#messageId !== null;
  }

  begin(): void {
    const { conversation, emit, turnId } = this.#options;
    const message = { role: 'assistant', content: '', turnId, isFinal: false } as const;
    this.#messageId = conversation.add(message);
    emit({ type: 'reply-start', ...this.#stamp });
    if (this.#text !== '') this.#show(this.#text);
  }

  handleText(delta: string): void {
    this.#text += delta;
    if (this.hasBegun) this.#show(delta);
  }

  handleMark(mark: 'firstClauseMs' | 'firstPcmMs'): void {
    this.#options.recorder.mark(mark);
  }

  handleSynthesis(cost: { audioMs: number; computeMs: number }): void {
    this.#options.recorder.addSynthesis(cost);
  }

  handleAudible(contextMs: number): void {
    const { recorder, onAudible, emit, generation } = this.#options;
    recorder.markAudible(contextMs);
    onAudible(generation);
    emit({ type: 'reply-audio-start', ...this.#stamp, contextMs, isCached: false });
  }

  handleGate(
    gate: 'duck' | 'hold' | 'resume',
    at: { contextMs: number; playedSamples: number },
  ): void {
    this.#options.emit({ type: `playback-${gate}`, ...this.#stamp, ...at });
  }

  finish(result: ReplyResult): void {
    const { conversation, emit, recorder, turnId } = this.#options;
    if (this.#messageId === null) return;
    const { generatedText, heardText, isInterrupted, audioEndContextMs: contextMs } = result;
    if (contextMs !== null) {
      emit({ type: 'reply-audio-end', ...this.#stamp, contextMs, text: heardText });
    }
    if (heardText === '') conversation.remove(this.#messageId);
    else {
      const change = { content: heardText, generatedText, isInterrupted, isFinal: true };
      conversation.update(this.#messageId, change);
    }
    emit({ type: 'reply-end', ...this.#stamp, generatedText, heardText, isInterrupted });
    if (turnId === null) return;
    recorder.setReplyCharacters(generatedText.length);
    emit({ type: 'metrics', turnId, metrics: recorder.toMetrics() });
  }

  #show(delta: string): void {
    const { conversation, emit } = this.#options;
    if (this.#messageId === null) return;
    const change = { content: this.#text, generatedText: this.#text };
    conversation.update(this.#messageId, change);
    emit({ type: 'reply-delta', ...this.#stamp, text: delta });
  }
}
