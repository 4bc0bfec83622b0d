// One conversation: voice windows and typed words in, replies and events out. Runs in the turn
// worker, where no page can hold it up; portable, and tested with fakes in Node.
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { AudioOutput } from '../core/contracts/audio-io.ts';
import type { FinalTranscript } from '../core/contracts/speech-to-text.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import { turnWordsOf } from '../text/turn-words.ts';
import { addressedOf } from '../text/wake-phrase.ts';
import { TurnMachine } from '../turn/turn-machine.ts';
import type { TurnEffect, TurnInput } from '../turn/turn-protocol.ts';
import { Conversation } from './conversation.ts';
import type { DialogueEngines, DialogueOptions, HeardWindow } from './dialogue-options.ts';
import { EarlyReply } from './early-reply.ts';
import type { EarlyWords, TakenDraft } from './early-reply.ts';
import { EchoSense } from './echo-sense.ts';
import type { UnstampedEvent } from './events.ts';
import { Listening } from './listening.ts';
import type { HeardAudio } from './listening.ts';
import type { ResolvedOptions } from './options.ts';
import type { SayRequest } from './turn-service.ts';
import { toMachineOptions } from './machine-options.ts';
import { PromptPrefill } from './prompt-prefill.ts';
import type { HeardWords } from './prompt-prefill.ts';
import { fromText, Replies } from './replies.ts';
import type { ReplyTicket } from './replies.ts';
import type { ReplyResult } from './reply.ts';
import type { AgentState, UserState } from './state.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { SpokenLanguage } from './spoken-language.ts';
import { Thinking } from './thinking.ts';
import { ToolRunner } from './tool-runner.ts';
import type { CallTool } from './tool-runner.ts';
import { TurnRecorder } from './turn-recorder.ts';
import type { UserTurn } from './user-turn.ts';

export class Dialogue {
  readonly conversation: Conversation;
  readonly #machine: TurnMachine;
  readonly #clock: Clock;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #onState: DialogueOptions['onState'];
  readonly #disposal = new AbortController();
  readonly #listening: Listening;
  readonly #replies: Replies;
  readonly #early: EarlyReply;
  readonly #signs: SignsOfLife;
  readonly #thinking: Thinking;
  readonly #prefill: PromptPrefill;
  readonly #echo: EchoSense;
  readonly #recorders = new Map<string, TurnRecorder>();
  readonly #language: SpokenLanguage;
  #engines: DialogueEngines = { stt: null, endOfTurn: null, llm: null, tts: null };
  #output: { sink: AudioOutput; latencyMs: number } | null = null;
  /** When the last window was handled, on the clock. */
  #windowMs = 0;
  #typedTurns = 0;
  /** Whether somebody listens for the wake phrase, and words need not tell. */
  #isSpotted = false;
  /** The state that the page knows of: to tell it at each window would cost a message each. */
  #told: { readonly user: UserState; readonly agent: AgentState } | null = null;

  constructor(options: DialogueOptions) {
    this.#clock = options.clock;
    this.#emit = options.emit;
    this.#onState = options.onState;
    this.#language = new SpokenLanguage(options.options, this.#emit);
    this.#machine = new TurnMachine(toMachineOptions(this.#options, this.#engines));
    this.#echo = new EchoSense(options.options.echo);
    this.conversation = new Conversation({
      nowMs: options.epochMs,
      onChange: (message) =>
        this.#emit({ type: 'message-change', turnId: message.turnId, message }),
    });
    this.#replies = this.#createReplies();
    this.#listening = this.#createListening();
    const prompted = {
      conversation: this.conversation,
      getOptions: () => this.#options,
      getLlm: () => this.#engines.llm,
    };
    this.#prefill = new PromptPrefill({
      ...prompted,
      onWordsEnd: (judged) => this.#handle({ type: 'words-end', ...judged }),
    });
    this.#early = new EarlyReply({
      ...prompted,
      replies: this.#replies,
      answer: (ticket, messages) =>
        void this.#replies.speak(ticket, this.#thinking.answer(ticket, messages)),
    });
    this.#signs = new SignsOfLife({
      options: options.options,
      say: (text) => void this.say({ text, kind: 'prompt', isInterruptible: true }),
    });
    this.#thinking = this.#createThinking(options.callTool);
  }

  setEngines(engines: DialogueEngines): void {
    this.#engines = engines;
    this.#applyOptions();
    this.#readAhead();
  }

  /** Hold from the next decision on. A change of mode drops an open turn. */
  setOptions(options: ResolvedOptions): void {
    if (options.mode !== this.#options.mode) this.#handle({ type: 'mute' });
    this.#language.setOptions(options);
    this.#applyOptions();
    this.#readAhead();
  }

  /** Null while no microphone is open; closing it drops an open turn. */
  setHeard(heard: HeardAudio | null): void {
    if (heard === null) this.#handle({ type: 'mute' });
    this.#listening.setHeard(heard);
  }

  /** Null while nothing can be heard: replies are text alone. */
  setOutput(output: { sink: AudioOutput; latencyMs: number } | null): void {
    this.#output = output === null ? null : { ...output, sink: this.#echo.tap(output.sink) };
    this.#applyVoice();
  }

  /** The next window of the person's audio. */
  handleWindow(window: HeardWindow): void {
    this.#windowMs = this.#clock.nowMs();
    const hadTurn = this.#listening.hasTurn;
    // First: what is decided in this window is decided on its audio too. A turn that this window
    // opens gets it with the pre-roll.
    if (hadTurn) this.#listening.push(window.pcm, this.#machine.isPause);
    this.#isSpotted = window.isCall !== null;
    this.#handle({ type: 'window', window: { ...window, echo: this.#echo.judge(window) } });
    if (window.isCall === true) this.#handle({ type: 'wake' });
    // From the call on, or when the agent takes the floor.
    if (!this.#isUncalled && this.#listening.openWaiting()) this.#readAhead();
    const isSilent = this.#machine.user === 'silent';
    const isIdle = isSilent && this.#machine.agent === 'idle';
    const isVoiceFree = isSilent && this.#replies.areMade;
    this.#signs.handleWindow(window.endMs, { isIdle, isVoiceFree });
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
    this.#signs.handlePerson();
    this.#typedTurns += 1;
    const turnId = `k${this.#typedTurns}`;
    const recorder = this.#recorderOf(turnId);
    recorder.mark('decisionMs');
    recorder.mark('sttFinalMs');
    const ticket = this.#takeFloor({ turnId, kind: 'answer', recorder });
    this.#recorders.delete(turnId);
    void this.#replies.speak(ticket, this.#answer(ticket, text));
    this.#replies.announce(ticket);
  }

  /** Speaks a text once the reply in progress is over. Resolves when it was played or cut off. */
  async say(
    { text, kind, isInterruptible }: SayRequest,
    signal?: AbortSignal,
  ): Promise<ReplyResult> {
    await this.#replies.settled;
    signal?.throwIfAborted();
    const recorder = new TurnRecorder(this.#clock);
    const ticket = this.#takeFloor({ turnId: null, kind, recorder }, isInterruptible);
    const handleAbort = (): void => void this.#replies.cut(ticket.generation);
    signal?.addEventListener('abort', handleAbort, { once: true });
    const result = await this.#replies.speak(ticket, fromText(text));
    signal?.removeEventListener('abort', handleAbort);
    return result;
  }

  dispose(): void {
    this.#disposal.abort(createAbortReason('The conversation was disposed.'));
    this.#listening.drop();
    this.#prefill.stop();
    this.#replies.cutAll();
    this.#signs.dispose();
    this.#echo.dispose();
  }

  get #options(): ResolvedOptions {
    return this.#language.options;
  }

  #applyOptions(): void {
    this.#machine.setOptions(toMachineOptions(this.#options, this.#engines));
    this.#signs.setOptions(this.#options);
    this.#echo.setOptions(this.#options.echo);
    this.#applyVoice();
  }

  #applyVoice(): void {
    const { tts } = this.#engines;
    const sampleRateHz = this.#output?.sink.sampleRateHz ?? 0;
    const canPrepare = tts !== null && tts.playsItself !== true && sampleRateHz > 0;
    const isSpoken = canPrepare && this.#language.isSpokenBy(tts);
    this.#signs.setVoice(isSpoken ? { tts, sampleRateHz } : null);
  }

  #handleLanguage(language: string | null | undefined): void {
    if (this.#language.hear(language)) this.#applyOptions();
  }

  #createReplies(): Replies {
    return new Replies({
      clock: this.#clock,
      conversation: this.conversation,
      emit: this.#emit,
      getVoice: () => ({
        options: this.#options,
        tts: this.#engines.tts,
        output: this.#output,
      }),
      admitVoice: (tts, ticket) => this.#language.admit(tts, ticket),
      getPhrase: (text) => this.#signs.getPhrase(text),
      giveWay: (isAnotherAwaited) => this.#thinking.giveWay(isAnotherAwaited),
      onAudible: (generation) => this.#handle({ type: 'reply-audible', generation }),
      onAnswer: (delayMs) => this.#signs.handleAnswer(delayMs),
      onEnd: ({ generation, turnId }, error) => {
        this.#handle({ type: 'reply-end', generation });
        // What is read in an open turn are its words: they would be forgotten for the history alone.
        if (!this.#listening.hasTurn) this.#readAhead();
        if (error !== null) this.#report(error, turnId);
      },
    });
  }

  #createThinking(callTool: CallTool): Thinking {
    const common = {
      clock: this.#clock,
      emit: this.#emit,
      getOptions: () => this.#options,
    };
    const { conversation } = this;
    const { signal } = this.#disposal;
    return new Thinking({
      ...common,
      tools: new ToolRunner({ ...common, conversation, callTool, signal }),
      replies: this.#replies,
      signs: this.#signs,
      getLlm: () => this.#engines.llm,
    });
  }

  #createListening(): Listening {
    return new Listening({
      signal: this.#disposal.signal,
      getEngines: () => this.#engines,
      language: this.#language,
      getSpokenText: () => this.#replies.spokenText,
      emit: this.#emit,
      onLanguage: (language) => this.#handleLanguage(language),
      onInput: (input) => this.#handleHeard(input),
      onEarlyTranscript: (turnId, transcript) => this.#handleEarlyTranscript(turnId, transcript),
    });
  }

  #handle(input: TurnInput): void {
    for (const effect of this.#machine.handle(input)) this.#perform(effect);
    const { user, agent } = this.#machine;
    if (user === this.#told?.user && agent === this.#told.agent) return;
    this.#told = { user, agent };
    this.#onState(this.#told);
  }

  #perform(effect: TurnEffect): void {
    switch (effect.type) {
      case 'turn-open':
        return this.#openTurn(effect.turnId, effect.fromMs);
      case 'turn-drop':
        return this.#dropTurn(effect);
      case 'attempt-start':
        this.#recorderOf(effect.turnId).startAttempt(this.#nowMs);
        return this.#listening.startAttempt();
      case 'attempt-drop':
        return this.#dropAttempt(effect.turnId);
      case 'draft-start':
        return this.#startEarly({ ...effect, transcript: null, speechMs: effect.turnMs });
      case 'completion-ask':
        this.#recorderOf(effect.turnId).startLook(effect.askId);
        this.#prefill.stop();
        return this.#listening.ask(effect.askId);
      case 'turn-commit':
        return this.#commit(effect);
      case 'gate':
        return this.#replies.setGate(effect.generation, effect.gate);
      case 'cut': {
        const { by } = effect;
        const turnId = this.#replies.cut(effect.generation);
        const contextMs = this.#listening.heard?.nowMs ?? null;
        return this.#emit({ type: 'interruption', turnId, by, contextMs });
      }
    }
  }

  #openTurn(turnId: string, fromMs: number): void {
    this.#signs.handlePerson();
    if (this.#isUncalled) this.#listening.wait(turnId, fromMs);
    else if (!this.#listening.open(turnId, fromMs)) return;
    else this.#readAhead();
    const contextMs = fromMs + this.#options.turn.preRollMs;
    this.#emit({ type: 'user-speech-start', turnId, contextMs });
  }

  /** Over the agent's voice words are needed in any case: they decide whether it is cut off. */
  get #isUncalled(): boolean {
    return this.#isSpotted && this.#machine.agent === 'idle' && !this.#machine.isAddressed;
  }

  #dropTurn({ turnId, reason, text }: Extract<TurnEffect, { type: 'turn-drop' }>): void {
    this.#early.drop();
    this.#listening.drop();
    this.#recorders.delete(turnId);
    if (reason === 'backchannel') this.#emit({ type: 'backchannel', turnId, text });
    this.#emit({ type: 'user-speech-end', turnId, contextMs: this.#nowMs, isMisfire: true });
  }

  #dropAttempt(turnId: string): void {
    this.#early.drop();
    this.#recorderOf(turnId).dropAttempt();
    this.#emit({ type: 'speculation-drop', turnId, reason: 'speech-resumed' });
    this.#listening.dropAttempt();
  }

  #handleHeard(input: TurnInput): void {
    if (input.type === 'completion') {
      this.#recorders.get(input.turnId)?.finishLook(input.askId, input.probability);
    }
    if (input.type === 'words') this.#handleWords(input);
    else this.#handle(input);
  }

  #handleWords(
    input: Extract<TurnInput, { type: 'words' }>,
    transcript: FinalTranscript | null = null,
  ): void {
    // First: they may end the turn, and an answer that was begun to them is its answer.
    this.#early.hear({ ...input, transcript });
    this.#handle(input);
    this.#readAhead(input);
  }

  /** Not while the agent has the floor, or makes an answer: its model is at work then, or its voice. */
  #readAhead(heard: HeardWords | null = null): void {
    if (this.#machine.agent !== 'idle' || this.#early.isAtWork) return;
    const isAllowed = this.#options.turn.speculation !== 'off';
    this.#prefill.read(isAllowed ? heard : null);
  }

  /** Words that came ahead of the decision: so may their answer. */
  #handleEarlyTranscript(turnId: string, transcript: FinalTranscript): void {
    this.#recorderOf(turnId).handleTranscript(transcript);
    const { text, startMs, endMs } = transcript;
    this.#handleWords({ type: 'words', turnId, text, stableText: text, isFinal: true }, transcript);
    if (this.#machine.agent !== 'idle' || !this.#machine.isAddressed) return;
    this.#startEarly({ turnId, transcript, text, speechMs: endMs - startMs });
  }

  #startEarly(words: EarlyWords): void {
    void this.#early.start(words, this.#recorderOf(words.turnId));
  }

  #commit(effect: Extract<TurnEffect, { type: 'turn-commit' }>): void {
    const { turnId, lastSpeechMs: contextMs } = effect;
    // Called only after it had ended.
    this.#listening.openWaiting();
    const turn = this.#listening.take();
    if (turn === null) return;
    const recorder = this.#recorderOf(turnId);
    recorder.decide(effect, this.#windowMs);
    recorder.setLost(this.#listening.takeLostMs());
    this.#emit({ type: 'user-speech-end', turnId, contextMs, isMisfire: false });
    const early = this.#early.take(turnId);
    const ticket = early?.ticket ?? this.#takeFloor({ turnId, kind: 'answer', recorder });
    this.#recorders.delete(turnId);
    if (early === null) void this.#replies.speak(ticket, this.#answerTurn(turn, ticket));
    else this.#release(early, turn);
    const phrase = this.#signs.acknowledge(turn.text);
    if (phrase !== null) this.#replies.addPreface(ticket, phrase, 'acknowledgement');
    this.#replies.announce(ticket);
  }

  /** What was made ahead becomes the reply. */
  #release({ ticket, transcript, text }: TakenDraft, turn: UserTurn): void {
    const { generation } = ticket;
    turn.close();
    this.#handle({ type: 'reply-start', generation, isInterruptible: true });
    this.#tellTranscript(turn.id, transcript);
    this.conversation.add({ role: 'user', content: text, turnId: turn.id, isFinal: true });
    this.#replies.release(ticket);
  }

  async *#answerTurn(turn: UserTurn, ticket: ReplyTicket): AsyncGenerator<string, void, undefined> {
    const heard = await turn.finish(ticket.signal);
    this.#handleLanguage(heard.language);
    const transcript = { ...heard, text: this.#listening.clean(turn, heard.text) };
    ticket.recorder.handleTranscript(transcript);
    this.#tellTranscript(turn.id, transcript);
    const text = addressedOf(transcript.text, this.#options);
    if (text !== '') yield* this.#answer(ticket, text);
    else if (transcript.isTimedOut) this.#askToRepeat();
  }

  #tellTranscript(turnId: string, { text, isTimedOut, language = null }: FinalTranscript): void {
    this.#emit({ type: 'transcript-final', turnId, text, isTimedOut, language });
  }

  #askToRepeat(): void {
    // In a language without words for it nothing is said: the event tells, and English would be worse.
    const text = turnWordsOf(this.#options.language)?.repeatRequest;
    if (text !== undefined) void this.say({ text, kind: 'prompt', isInterruptible: true });
  }

  async *#answer(ticket: ReplyTicket, text: string): AsyncGenerator<string, void, undefined> {
    const { turnId } = ticket;
    this.conversation.add({ role: 'user', content: text, turnId, isFinal: true });
    yield* this.#thinking.answer(ticket, this.conversation.toPrompt(this.#options.instructions));
  }

  /** The one before is cut off, and the person sees that the agent thinks. */
  #takeFloor(
    ticket: Pick<ReplyTicket, 'turnId' | 'kind' | 'recorder'>,
    isInterruptible = true,
  ): ReplyTicket {
    this.#early.drop();
    const opened = this.#replies.open({ ...ticket, isEarly: false });
    this.#handle({ type: 'reply-start', generation: opened.generation, isInterruptible });
    return opened;
  }

  get #nowMs(): number {
    return this.#listening.heard?.nowMs ?? 0;
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
