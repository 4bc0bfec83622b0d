// The replies of one conversation, one at a time: numbers them, runs them, cuts them off. Runs in the
// turn worker; portable.
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { AudioOutput, PlaybackGate } from '../core/contracts/audio-io.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Deferred } from '../core/deferred.ts';
import type { VoiceAgentError } from '../core/errors.ts';
import type { Conversation } from './conversation.ts';
import { createEarcon } from './earcon.ts';
import type { ReplyKind, UnstampedEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import type { CachedPhrase } from './phrase-cache.ts';
import { Reply } from './reply.ts';
import type { PrefaceKind, ReplyResult } from './reply.ts';
import { ReplyRecord } from './reply-record.ts';
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
  /** Asked at a reply's first piece, when its language is known: the voice, or null for captions. */
  readonly admitVoice: (tts: TtsEngine, ticket: ReplyTicket) => TtsEngine | null;
  /** Text that was synthesised ahead of time, or null. */
  readonly getPhrase: (text: string) => CachedPhrase | null;
  /** A voice on this device is at a reply's first words, or somebody speaks over one; or no longer. */
  readonly giveWay: (isAnotherAwaited: boolean) => void;
  readonly emit: (event: UnstampedEvent) => void;
  readonly onAudible: (generation: number) => void;
  /** An answer's own words began to be heard, this long after its decision. */
  readonly onAnswer: (delayMs: number) => void;
  /** The reply is over, however it ended; `error` is what broke it off. */
  readonly onEnd: (ticket: ReplyTicket, error: VoiceAgentError | null) => void;
}

/** A reply and its number; `signal` fires when it is cut, also before it has a word. */
export interface ReplyTicket {
  readonly generation: number;
  readonly turnId: string | null;
  readonly kind: ReplyKind;
  readonly recorder: TurnRecorder;
  /** Made ahead of the decision: nothing of it is heard, shown or stored before `release`. */
  readonly isEarly: boolean;
  readonly signal: AbortSignal;
  /** Resolves when it may be heard, shown and stored; never for one that is dropped. */
  readonly released: Promise<void>;
}

interface Entry {
  readonly controller: AbortController;
  readonly turnId: string | null;
  readonly released: Deferred;
  reply: Reply | null;
  record: ReplyRecord | null;
}

/** The agent's own words are looked for in what is heard until this long after its last sample. */
const ECHO_AFTER_MS = 1_500;

export class Replies {
  readonly #options: RepliesOptions;
  readonly #entries = new Map<number, Entry>();
  #generation = 0;
  #latest: Promise<unknown> = Promise.resolve();
  #lastSpoken = { text: '', untilMs: -Infinity };

  constructor(options: RepliesOptions) {
    this.#options = options;
  }

  /** Resolves when the latest reply that was spoken is over. */
  get settled(): Promise<unknown> {
    return this.#latest;
  }

  /** Whether the voice is through with all that is open: nobody waits for it. */
  get areMade(): boolean {
    return [...this.#entries.values()].every(({ reply }) => reply?.isMade === true);
  }

  /** What is being said around the play cursor, or was until a moment ago. */
  get spokenText(): string {
    for (const { reply, record } of this.#entries.values()) {
      // One that is held back is not in the room.
      const text = record?.isReleased === true ? (reply?.spokenText ?? '') : '';
      if (text !== '') return text;
    }
    const { text, untilMs } = this.#lastSpoken;
    return this.#options.clock.nowMs() <= untilMs ? text : '';
  }

  /** The next reply's number and signal. Every ticket must come to `speak` or `drop`. */
  open(ticket: Omit<ReplyTicket, 'generation' | 'signal' | 'released'>): ReplyTicket {
    this.#generation += 1;
    const controller = new AbortController();
    const released = createDeferred();
    if (!ticket.isEarly) released.resolve();
    const { turnId } = ticket;
    this.#entries.set(this.#generation, {
      controller,
      turnId,
      released,
      reply: null,
      record: null,
    });
    const { signal } = controller;
    return { ...ticket, generation: this.#generation, signal, released: released.promise };
  }

  /** Whether a reply is still at work or being played. */
  isOpen({ generation }: ReplyTicket): boolean {
    return this.#entries.has(generation);
  }

  /** Speaks what `source` yields. Resolves when it was played or cut off; never rejects. */
  speak(ticket: ReplyTicket, source: AsyncIterable<string>): Promise<ReplyResult> {
    // What was heard of the one before belongs into the prompt, and is known once it is silent.
    const running = this.#run(ticket, after(this.#latest, source));
    this.#latest = running;
    return running;
  }

  /** Lets a reply that was made ahead be heard, shown and stored. */
  release(ticket: ReplyTicket): void {
    const { getVoice, admitVoice } = this.#options;
    const { tts } = getVoice();
    if (tts !== null) admitVoice(tts, { ...ticket, isEarly: false });
    const entry = this.#entries.get(ticket.generation);
    entry?.record?.release();
    entry?.reply?.release();
    entry?.released.resolve();
  }

  /** Gives the floor back without a word. */
  drop(ticket: ReplyTicket): void {
    this.#close(ticket, null);
  }

  /** Plays a phrase ahead of the reply's own words; false when anything of it was written. */
  addPreface({ generation }: ReplyTicket, phrase: CachedPhrase, kind: PrefaceKind): boolean {
    return this.#entries.get(generation)?.reply?.addPreface(phrase, kind) ?? false;
  }

  /** Where nothing of a reply is to be heard for long, a tone says that it is on its way. */
  announce(ticket: ReplyTicket): void {
    const { clock, getVoice } = this.#options;
    const { earconAfterMs } = getVoice().options.silence;
    if (earconAfterMs === null) return;
    clock.schedule(() => {
      const sampleRateHz = getVoice().output?.sink.sampleRateHz ?? 0;
      if (sampleRateHz > 0) this.addPreface(ticket, createEarcon(sampleRateHz), 'earcon');
    }, earconAfterMs);
  }

  /** Plays a phrase behind what is being spoken, not counted as its words; false when nothing can be played. */
  addPhrase({ generation }: ReplyTicket, phrase: CachedPhrase, kind: ReplyKind): boolean {
    return this.#entries.get(generation)?.reply?.addPhrase(phrase, kind) ?? false;
  }

  /** What the player does with the samples of this reply. */
  setGate(generation: number, gate: PlaybackGate): void {
    this.#options.giveWay(gate !== 'open');
    this.#entries.get(generation)?.reply?.setGate(gate);
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

  async #run(ticket: ReplyTicket, source: AsyncIterable<string>): Promise<ReplyResult> {
    const { clock } = this.#options;
    const record = new ReplyRecord({ ...this.#options, ...ticket });
    const reply = this.#createReply(ticket, record);
    const entry = this.#entries.get(ticket.generation);
    if (entry !== undefined) Object.assign(entry, { reply, record });
    if (!ticket.isEarly) record.release();
    const result = await reply.run(source);
    record.finish(result);
    const text = record.isReleased ? reply.spokenText : '';
    if (text !== '') this.#lastSpoken = { text, untilMs: clock.nowMs() + ECHO_AFTER_MS };
    this.#close(ticket, record.isReleased ? result.error : null);
    return result;
  }

  #close(ticket: ReplyTicket, error: VoiceAgentError | null): void {
    this.#entries.delete(ticket.generation);
    this.#options.onEnd(ticket, error);
  }

  #createReply(ticket: ReplyTicket, record: ReplyRecord): Reply {
    const { options, tts, output } = this.#options.getVoice();
    const isHeard = tts !== null && output !== null;
    ticket.recorder.setOutputLatency(isHeard ? output.latencyMs : null);
    return new Reply({
      ...options.reply,
      getLanguage: () => this.#options.getVoice().options.language,
      generation: ticket.generation,
      turnId: ticket.turnId,
      kind: ticket.kind,
      signal: ticket.signal,
      isHeld: ticket.isEarly,
      getPhrase: this.#options.getPhrase,
      onFirstWords: tts?.info.backend === 'remote' ? noop : this.#options.giveWay,
      observer: record,
      voice: options.voice,
      clock: this.#options.clock,
      getTts: () => (isHeard ? this.#options.admitVoice(tts, ticket) : null),
      output: isHeard ? output.sink : null,
      outputLatencyMs: output?.latencyMs ?? 0,
    });
  }
}

function noop(): void {
  return undefined;
}

/** A reply whose words are known. */
export async function* fromText(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}

async function* after(
  previous: Promise<unknown>,
  source: AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  await previous;
  yield* source;
}
