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
  readonly onAnswer: (delayMs: number) => void;
}

export class ReplyRecord implements ReplyObserver {
  readonly #options: ReplyRecordOptions;
  readonly #stamp: { turnId: string | null; generation: number; kind: ReplyKind };
  #text = '';
  #messageId: string | null = null;
  #isReleased = false;
  /** Whether its own words began to sound. */
  #isAudible = false;
  /** The phrase besides them that sounds now. */
  #phrase: { readonly text: string; readonly kind: ReplyKind } | null = null;

  constructor(options: ReplyRecordOptions) {
    this.#options = options;
    const { turnId, generation, kind } = options;
    this.#stamp = { turnId, generation, kind };
  }

  /** Until then nothing of it is stored or shown; then whatever has words. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  release(): void {
    this.#isReleased = true;
    if (this.#text !== '') this.#show(this.#text);
  }

  handleText(delta: string): void {
    this.#text += delta;
    if (this.#isReleased) this.#show(delta);
  }

  handleMark(mark: 'firstClauseMs' | 'firstPcmMs'): void {
    this.#options.recorder.mark(mark);
  }

  handleSynthesis(cost: { audioMs: number; computeMs: number }): void {
    this.#options.recorder.addSynthesis(cost);
  }

  handleAudible(contextMs: number): void {
    const { recorder, onAudible, onAnswer, emit, generation, kind } = this.#options;
    this.#isAudible = true;
    recorder.markAudible(contextMs);
    const { answerDelayMs } = recorder;
    if (kind === 'answer' && answerDelayMs !== null) onAnswer(answerDelayMs);
    onAudible(generation);
    emit({ type: 'reply-audio-start', ...this.#stamp, contextMs, isCached: false });
  }

  handlePhrase({
    text,
    kind,
    contextMs,
    isOver,
  }: Parameters<ReplyObserver['handlePhrase']>[0]): void {
    if (isOver) return this.#endPhrase(contextMs);
    const { recorder, onAudible, emit, generation } = this.#options;
    this.#phrase = { text, kind };
    recorder.mark('firstPhraseMs');
    // A tone is nothing that somebody could talk over.
    if (kind !== 'earcon') onAudible(generation);
    emit({ type: 'reply-audio-start', ...this.#stamp, kind, contextMs, isCached: true });
  }

  handleGate(
    gate: 'duck' | 'hold' | 'resume',
    at: { contextMs: number; playedSamples: number },
  ): void {
    this.#options.emit({ type: `playback-${gate}`, ...this.#stamp, ...at });
  }

  finish(result: ReplyResult): void {
    const { conversation, emit, recorder, turnId } = this.#options;
    const { generatedText, heardText, isInterrupted, audioEndContextMs: contextMs } = result;
    const { underruns } = result;
    if (contextMs !== null) this.#endPhrase(contextMs);
    if (this.#messageId === null) return;
    if (contextMs !== null && this.#isAudible) {
      emit({ type: 'reply-audio-end', ...this.#stamp, contextMs, text: heardText });
    }
    if (heardText === '') conversation.remove(this.#messageId);
    else {
      const change = { content: heardText, generatedText, isInterrupted, isFinal: true };
      conversation.update(this.#messageId, change);
    }
    emit({ type: 'reply-end', ...this.#stamp, generatedText, heardText, isInterrupted });
    if (turnId === null) return;
    const replyCharacters = generatedText.length;
    const metrics = recorder.finish({ turnId, replyCharacters, isInterrupted, underruns });
    emit({ type: 'metrics', turnId, metrics });
  }

  #endPhrase(contextMs: number): void {
    if (this.#phrase === null) return;
    const stamp = { ...this.#stamp, ...this.#phrase };
    this.#phrase = null;
    this.#options.emit({ type: 'reply-audio-end', ...stamp, contextMs });
  }

  #show(delta: string): void {
    const { conversation, emit } = this.#options;
    this.#messageId ??= this.#begin();
    const change = { content: this.#text, generatedText: this.#text };
    conversation.update(this.#messageId, change);
    emit({ type: 'reply-delta', ...this.#stamp, text: delta });
  }

  #begin(): string {
    const { conversation, emit, turnId } = this.#options;
    emit({ type: 'reply-start', ...this.#stamp });
    return conversation.add({ role: 'assistant', content: '', turnId, isFinal: false });
  }
}
