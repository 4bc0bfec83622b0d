// The replies of one conversation, one at a time: numbers them, runs them, keeps their messages and
// events true. Runs in the turn worker; portable.
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { AudioOutput } from '../core/contracts/audio-io.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import type { VoiceAgentError } from '../core/errors.ts';
import type { Conversation } from './conversation.ts';
import type { ReplyKind, UnstampedEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import { Reply } from './reply.ts';
import type { ReplyObserver, ReplyResult } from './reply.ts';
import type { TurnRecorder } from './turn-recorder.ts';

/** What replies are spoken with; read anew for each reply. */
export interface Voice {
  readonly options: ResolvedOptions;
  /** Null for captions only. */
  readonly tts: TtsEngine | null;
  /** Null while nothing can be heard. */
  readonly output: { readonly sink: AudioOutput; readonly latencyMs: number } | null;
}

export interface RepliesOptions {
  readonly clock: Clock;
  readonly conversation: Conversation;
  readonly getVoice: () => Voice;
  readonly emit: (event: UnstampedEvent) => void;
  readonly onAudible: (generation: number) => void;
  /** The reply is over, however it ended; `error` is what broke it off. */
  readonly onEnd: (generation: number, error: VoiceAgentError | null) => void;
}

/** A reply that has the floor; `signal` fires when it is cut, also before it has a word. */
export interface ReplyTicket {
  readonly generation: number;
  readonly turnId: string | null;
  readonly kind: ReplyKind;
  readonly recorder: TurnRecorder;
  readonly signal: AbortSignal;
}

interface Entry {
  readonly controller: AbortController;
  readonly turnId: string | null;
  reply: Reply | null;
}

export class Replies {
  readonly #options: RepliesOptions;
  readonly #entries = new Map<number, Entry>();
  #generation = 0;
  #latest: Promise<unknown> = Promise.resolve();

  constructor(options: RepliesOptions) {
    this.#options = options;
  }

  /** Resolves when the latest reply that was spoken is over. */
  get settled(): Promise<unknown> {
    return this.#latest;
  }

  /** The next reply's number and signal. Every ticket must come to `speak` or `drop`. */
  open(ticket: Omit<ReplyTicket, 'generation' | 'signal'>): ReplyTicket {
    this.#generation += 1;
    const controller = new AbortController();
    this.#entries.set(this.#generation, { controller, turnId: ticket.turnId, reply: null });
    return { ...ticket, generation: this.#generation, signal: controller.signal };
  }

  /** Speaks what `source` yields. Resolves when it was played or cut off; never rejects. */
  async speak(ticket: ReplyTicket, source: AsyncIterable<string>): Promise<ReplyResult> {
    const { conversation, emit } = this.#options;
    const { generation, turnId, kind, recorder } = ticket;
    const messageId = conversation.add({ role: 'assistant', content: '', turnId, isFinal: false });
    const reply = this.#createReply(ticket, this.#observe(ticket, messageId));
    const entry = this.#entries.get(generation);
    if (entry !== undefined) entry.reply = reply;
    emit({ type: 'reply-start', turnId, generation, kind });
    const running = reply.run(source);
    this.#latest = running;
    const result = await running;
    this.#record(ticket, messageId, result);
    if (turnId !== null) {
      recorder.setReplyCharacters(result.generatedText.length);
      emit({ type: 'metrics', turnId, metrics: recorder.toMetrics() });
    }
    this.#close(generation, result.error);
    return result;
  }

  /** Gives the floor back without a word. */
  drop(ticket: ReplyTicket): void {
    this.#close(ticket.generation, null);
  }

  /** Silences a reply within a fade and stops its work. Returns its turn. Idempotent. */
  cut(generation: number): string | null {
    const entry = this.#entries.get(generation);
    entry?.reply?.cut();
    entry?.controller.abort(createAbortReason('The reply was cut off.'));
    return entry?.turnId ?? null;
  }

  cutAll(): void {
    for (const generation of this.#entries.keys()) this.cut(generation);
  }

  #close(generation: number, error: VoiceAgentError | null): void {
    this.#entries.delete(generation);
    this.#options.onEnd(generation, error);
  }

  #createReply({ generation, kind, turnId, signal }: ReplyTicket, observer: ReplyObserver): Reply {
    const { options, tts, output } = this.#options.getVoice();
    const isHeard = tts !== null && output !== null;
    return new Reply({
      ...options.reply,
      generation,
      turnId,
      kind,
      signal,
      observer,
      voice: options.voice,
      clock: this.#options.clock,
      tts: isHeard ? tts : null,
      output: isHeard ? output.sink : null,
      outputLatencyMs: output?.latencyMs ?? 0,
    });
  }

  #observe(ticket: ReplyTicket, messageId: string): ReplyObserver {
    const { conversation, emit, onAudible } = this.#options;
    const { generation, turnId, kind, recorder } = ticket;
    let text = '';
    return {
      handleText: (delta) => {
        text += delta;
        conversation.update(messageId, { content: text, generatedText: text });
        emit({ type: 'reply-delta', turnId, generation, kind, text: delta });
      },
      handleMark: (mark) => recorder.mark(mark),
      handleSynthesis: (cost) => recorder.addSynthesis(cost),
      handleAudible: (contextMs) => {
        recorder.markAudible(contextMs);
        onAudible(generation);
        const type = 'reply-audio-start';
        emit({ type, turnId, generation, kind, contextMs, isCached: false });
      },
    };
  }

  #record(ticket: ReplyTicket, messageId: string, result: ReplyResult): void {
    const { conversation, emit } = this.#options;
    const { generation, turnId, kind } = ticket;
    const { generatedText, heardText, isInterrupted, audioEndContextMs: contextMs } = result;
    const stamp = { turnId, generation, kind };
    if (contextMs !== null) emit({ type: 'reply-audio-end', ...stamp, contextMs, text: heardText });
    if (heardText === '') conversation.remove(messageId);
    else {
      const change = { content: heardText, generatedText, isInterrupted, isFinal: true };
      conversation.update(messageId, change);
    }
    emit({ type: 'reply-end', ...stamp, generatedText, heardText, isInterrupted });
  }
}
