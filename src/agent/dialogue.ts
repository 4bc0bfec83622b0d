// One conversation: voice windows and typed words in, replies and events out. Runs in the turn
// worker, where no page can hold it up; portable, and tested with fakes in Node.
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { AudioOutput } from '../core/contracts/audio-io.ts';
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { LlmEngine } from '../core/contracts/language-model.ts';
import type { SttEngine } from '../core/contracts/speech-to-text.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import { TurnMachine } from '../turn/turn-machine.ts';
import type { TurnEffect, TurnInput, TurnMachineOptions } from '../turn/turn-machine.ts';
import { Conversation } from './conversation.ts';
import type { ReplyKind, UnstampedEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import { Replies } from './replies.ts';
import type { ReplyTicket } from './replies.ts';
import type { ReplyResult } from './reply.ts';
import { textOf } from './reply-text.ts';
import type { AgentState, UserState } from './state.ts';
import { TurnRecorder } from './turn-recorder.ts';
import { UserTurn } from './user-turn.ts';

/** Null where a stage is not loaded or not wanted. */
export interface DialogueEngines {
  readonly stt: SttEngine | null;
  readonly endOfTurn: EndOfTurnEngine | null;
  readonly llm: LlmEngine | null;
  readonly tts: TtsEngine | null;
}

export interface DialogueOptions {
  readonly options: ResolvedOptions;
  readonly clock: Clock;
  /** Wall-clock time, ms since 1970, for messages. */
  readonly epochMs: () => number;
  readonly emit: (event: UnstampedEvent) => void;
  readonly onState: (state: { user: UserState; agent: AgentState }) => void;
}

/** The person's audio so far, for opening a turn with what came before it. Times are AudioContext ms. */
export interface HeardAudio {
  readonly nowMs: number;
  /** What was heard from `fromMs` until now, as far as it is kept; mono 16 kHz, owned by the caller. */
  since(fromMs: number): Float32Array;
}

export interface HeardWindow {
  readonly probability: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Mono 16 kHz. Only valid during the call. */
  readonly pcm: Float32Array;
}

/** Spoken, and shown, when a recogniser ran out of time before it understood a word. */
const REPEAT_REQUEST = 'Sorry, I did not catch that. Could you say it again?';

export class Dialogue {
  readonly conversation: Conversation;
  readonly #machine: TurnMachine;
  readonly #clock: Clock;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #onState: DialogueOptions['onState'];
  readonly #disposal = new AbortController();
  readonly #replies: Replies;
  readonly #recorders = new Map<string, TurnRecorder>();
  #options: ResolvedOptions;
  #engines: DialogueEngines = { stt: null, endOfTurn: null, llm: null, tts: null };
  #heard: HeardAudio | null = null;
  #output: { sink: AudioOutput; latencyMs: number } | null = null;
  #userTurn: UserTurn | null = null;
  #typedTurns = 0;

  constructor(options: DialogueOptions) {
    this.#options = options.options;
    this.#clock = options.clock;
    this.#emit = options.emit;
    this.#onState = options.onState;
    this.#machine = new TurnMachine(toMachineOptions(options.options));
    this.conversation = new Conversation({
      nowMs: options.epochMs,
      onChange: (message) =>
        this.#emit({ type: 'message-change', turnId: message.turnId, message }),
    });
    this.#replies = new Replies({
      clock: this.#clock,
      conversation: this.conversation,
      emit: this.#emit,
      getVoice: () => ({
        options: this.#options,
        tts: this.#engines.tts,
        output: this.#output,
      }),
      onAudible: (generation) => this.#handle({ type: 'reply-audible', generation }),
      onEnd: (generation, error) => {
        this.#handle({ type: 'reply-end', generation });
        if (error !== null) this.#report(error, null);
      },
    });
  }

  setEngines(engines: DialogueEngines): void {
    this.#engines = engines;
  }

  /** Hold from the next decision on. A change of mode drops an open turn. */
  setOptions(options: ResolvedOptions): void {
    if (options.mode !== this.#options.mode) this.#handle({ type: 'mute' });
    this.#options = options;
    this.#machine.setOptions(toMachineOptions(options));
  }

  /** Null while no microphone is open; closing it drops an open turn. */
  setHeard(heard: HeardAudio | null): void {
    if (heard === null) this.#handle({ type: 'mute' });
    this.#heard = heard;
  }

  /** Null while nothing can be heard: replies are text alone. */
  setOutput(output: { sink: AudioOutput; latencyMs: number } | null): void {
    this.#output = output;
  }

  /** The next window of the person's audio. */
  handleWindow(window: HeardWindow): void {
    const before = this.#userTurn;
    this.#handle({ type: 'window', window });
    // A turn opened by this very window has it already, with the pre-roll.
    if (this.#userTurn !== null && this.#userTurn === before) this.#userTurn.push(window.pcm);
  }

  /** Drops an open turn: what was said into a muted microphone is not for the agent. */
  mute(): void {
    this.#handle({ type: 'mute' });
  }

  setPushToTalk(isPressed: boolean): void {
    this.#handle({ type: 'push-to-talk', isPressed });
  }

  commitTurn(): void {
    this.#handle({ type: 'commit' });
  }

  interrupt(): void {
    this.#handle({ type: 'interrupt' });
  }

  /** Typed words, as the person's turn. The reply in progress is cut off. */
  sendText(text: string): void {
    this.#typedTurns += 1;
    const turnId = `k${this.#typedTurns}`;
    const recorder = this.#recorderOf(turnId);
    recorder.mark('decisionMs');
    recorder.mark('sttFinalMs');
    const ticket = this.#takeFloor({ turnId, kind: 'answer', recorder });
    this.conversation.add({ role: 'user', content: text, turnId, isFinal: true });
    void this.#answer(ticket);
  }

  /** Speaks a text once the reply in progress is over. Resolves when it was played or cut off. */
  async say(
    text: string,
    options: { kind: ReplyKind; signal?: AbortSignal },
  ): Promise<ReplyResult> {
    await this.#replies.settled;
    options.signal?.throwIfAborted();
    const recorder = new TurnRecorder(this.#clock);
    const ticket = this.#takeFloor({ turnId: null, kind: options.kind, recorder });
    const handleAbort = (): void => void this.#replies.cut(ticket.generation);
    options.signal?.addEventListener('abort', handleAbort, { once: true });
    const result = await this.#replies.speak(ticket, fromText(text));
    options.signal?.removeEventListener('abort', handleAbort);
    return result;
  }

  dispose(): void {
    this.#disposal.abort(createAbortReason('The conversation was disposed.'));
    this.#userTurn?.close();
    this.#replies.cutAll();
  }

  #handle(input: TurnInput): void {
    for (const effect of this.#machine.handle(input)) this.#perform(effect);
    this.#onState({ user: this.#machine.user, agent: this.#machine.agent });
  }

  #perform(effect: TurnEffect): void {
    switch (effect.type) {
      case 'turn-open':
        return this.#openTurn(effect.turnId, effect.fromMs);
      case 'turn-drop':
        return this.#dropTurn(effect.turnId);
      case 'attempt-start':
        this.#recorderOf(effect.turnId).startAttempt(this.#heard?.nowMs ?? 0);
        return this.#userTurn?.startAttempt();
      case 'attempt-drop':
        this.#recorderOf(effect.turnId).dropAttempt();
        this.#emit({ type: 'speculation-drop', turnId: effect.turnId, reason: 'speech-resumed' });
        return this.#userTurn?.dropAttempt();
      case 'turn-commit':
        return this.#commit(effect);
      case 'cut': {
        const { by } = effect;
        const turnId = this.#replies.cut(effect.generation);
        const contextMs = this.#heard?.nowMs ?? null;
        return this.#emit({ type: 'interruption', turnId, by, contextMs });
      }
    }
  }

  #openTurn(turnId: string, fromMs: number): void {
    const { stt } = this.#engines;
    if (stt === null || this.#heard === null) return;
    this.#userTurn = new UserTurn({
      id: turnId,
      stt,
      language: this.#options.language,
      signal: this.#disposal.signal,
      onPartial: ({ text, stableText }) =>
        this.#emit({ type: 'transcript-partial', turnId, text, stableText }),
    });
    this.#userTurn.push(this.#heard.since(fromMs));
    const contextMs = fromMs + this.#options.turn.preRollMs;
    this.#emit({ type: 'user-speech-start', turnId, contextMs });
  }

  #dropTurn(turnId: string): void {
    this.#userTurn?.close();
    this.#userTurn = null;
    this.#recorders.delete(turnId);
    const contextMs = this.#heard?.nowMs ?? 0;
    this.#emit({ type: 'user-speech-end', turnId, contextMs, isMisfire: true });
  }

  #commit({
    turnId,
    lastSpeechMs,
    decisionMs,
  }: Extract<TurnEffect, { type: 'turn-commit' }>): void {
    const turn = this.#userTurn;
    this.#userTurn = null;
    if (turn === null) return;
    const recorder = this.#recorderOf(turnId);
    recorder.decide({ speechEndMs: lastSpeechMs, decisionMs });
    const contextMs = lastSpeechMs;
    this.#emit({ type: 'user-speech-end', turnId, contextMs, isMisfire: false });
    void this.#answerTurn(turn, this.#takeFloor({ turnId, kind: 'answer', recorder }));
  }

  async #answerTurn(turn: UserTurn, ticket: ReplyTicket): Promise<void> {
    try {
      const { text, isTimedOut } = await turn.finish();
      ticket.recorder.mark('sttFinalMs');
      this.#emit({ type: 'transcript-final', turnId: turn.id, text, isTimedOut });
      if (text === '') return await this.#answerNothing(ticket, isTimedOut);
      this.conversation.add({ role: 'user', content: text, turnId: turn.id, isFinal: true });
    } catch (error) {
      this.#replies.drop(ticket);
      return this.#report(error, turn.id);
    }
    await this.#answer(ticket);
  }

  async #answerNothing(ticket: ReplyTicket, isTimedOut: boolean): Promise<void> {
    if (!isTimedOut) return this.#replies.drop(ticket);
    await this.#replies.speak({ ...ticket, kind: 'prompt' }, fromText(REPEAT_REQUEST));
  }

  async #answer(ticket: ReplyTicket): Promise<void> {
    const { llm } = this.#engines;
    const { recorder, signal } = ticket;
    if (ticket.turnId !== null) this.#recorders.delete(ticket.turnId);
    if (llm === null || signal.aborted) return this.#replies.drop(ticket);
    const { maxTokens, temperature, seed } = this.#options.reply;
    const messages = this.conversation.toPrompt(this.#options.instructions);
    const parts = llm.generate({ messages, maxTokens, temperature, seed, signal });
    const text = textOf(recorder.watch(parts), (part) => {
      if (part.type === 'finish') recorder.finishLlm(part);
    });
    await this.#replies.speak(ticket, text);
  }

  /** The one before is cut off, and the person sees that the agent thinks. */
  #takeFloor(ticket: Omit<ReplyTicket, 'generation' | 'signal'>): ReplyTicket {
    const opened = this.#replies.open(ticket);
    this.#handle({ type: 'reply-start', generation: opened.generation });
    return opened;
  }

  #recorderOf(turnId: string): TurnRecorder {
    const recorder = this.#recorders.get(turnId) ?? new TurnRecorder(this.#clock);
    this.#recorders.set(turnId, recorder);
    return recorder;
  }

  #report(error: unknown, turnId: string | null): void {
    if (isAbort(error)) return;
    this.#emit({ type: 'error', turnId, error: VoiceAgentError.from(error).toRecord() });
  }
}

async function* fromText(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}

function toMachineOptions(options: ResolvedOptions): TurnMachineOptions {
  const mode = options.mode === 'wake-phrase' ? 'automatic' : options.mode;
  return { ...options.turn, mode };
}
