// The facade: checks calls, mirrors state and messages, passes everything on. Main thread; no
// inference, no audio samples, no timers.
import { createAbortReason } from '../core/abort.ts';
import { Emitter } from '../core/emitter.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import { silentLogger } from '../core/logger.ts';
import type { Clock } from '../core/clock.ts';
import type { AgentRuntime, RuntimeObserver } from './agent-runtime.ts';
import type { ConversationMessage } from './conversation.ts';
import type { DeviceReport } from './engine-choice.ts';
import type {
  UnstampedEvent,
  VoiceAgentEvent,
  VoiceAgentEventOf,
  VoiceAgentEventType,
} from './events.ts';
import type { TurnMetrics } from './metrics.ts';
import { checkOptions, checkShape } from './option-schema.ts';
import { mergeOptions } from './resolve-options.ts';
import { deriveStatus } from './state.ts';
import type { AgentState, MicrophoneState, UserState, VoiceAgentState } from './state.ts';
import type {
  RequiredDownloads,
  RequiredModel,
  SayOptions,
  SayResult,
  VoiceAgent,
  VoiceAgentAudio,
  VoiceAgentModels,
} from './voice-agent-api.ts';
import type { VoiceAgentOptions } from './voice-agent-options.ts';

const METRICS_KEPT = 100;

interface Mirror {
  user: UserState;
  dialogue: AgentState;
  phase: 'off' | 'loading' | 'ready';
  microphone: MicrophoneState;
  isAudible: boolean;
}

export class VoiceAgentFacade implements VoiceAgent {
  readonly #clock: Clock;
  readonly #emitter: Emitter<VoiceAgentEvent>;
  readonly #runtime: AgentRuntime;
  readonly #messages = new Map<string, ConversationMessage>();
  readonly #metrics: TurnMetrics[] = [];
  readonly #mirror: Mirror = {
    user: 'silent',
    dialogue: 'idle',
    phase: 'off',
    microphone: 'off',
    isAudible: false,
  };
  #options: VoiceAgentOptions;
  #state: VoiceAgentState;
  #hasGreeted = false;
  #disposed: Promise<void> | undefined;

  constructor(
    options: VoiceAgentOptions,
    environment: {
      clock: Clock;
      createRuntime: (options: VoiceAgentOptions, observer: RuntimeObserver) => AgentRuntime;
    },
  ) {
    this.#options = options;
    this.#clock = environment.clock;
    this.#state = this.#toState();
    this.#emitter = new Emitter((error) => {
      const logger = this.#options.logger ?? silentLogger;
      logger.log('error', 'an event listener threw', { error });
    });
    this.#runtime = environment.createRuntime(options, this.#createObserver());
  }

  get state(): VoiceAgentState {
    return this.#state;
  }

  get messages(): readonly ConversationMessage[] {
    return [...this.#messages.values()];
  }

  get metrics(): readonly TurnMetrics[] {
    return this.#metrics;
  }

  get engines(): readonly EngineInfo[] {
    return this.#runtime.engines;
  }

  get audio(): VoiceAgentAudio | null {
    return this.#runtime.audio;
  }

  get models(): VoiceAgentModels {
    return this.#runtime.models;
  }

  async requiredModels(options: { signal?: AbortSignal } = {}): Promise<readonly RequiredModel[]> {
    this.#assertAlive();
    return this.#runtime.requiredModels(options.signal);
  }

  async requiredDownloads({
    change = {},
    signal,
  }: { change?: VoiceAgentOptions; signal?: AbortSignal } = {}): Promise<RequiredDownloads> {
    this.#assertAlive();
    return this.#runtime.requiredDownloads(this.#merge(change), signal);
  }

  async inspectDevice(options: { signal?: AbortSignal } = {}): Promise<DeviceReport> {
    this.#assertAlive();
    return this.#runtime.inspectDevice(options.signal);
  }

  async forgetVerdicts(): Promise<void> {
    this.#assertAlive();
    await this.#runtime.forgetVerdicts();
  }

  async load(options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#assertAlive();
    await this.#load('all', options.signal);
  }

  async start(options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#assertAlive();
    // First, while the call still counts as the person's gesture: contexts are started by gestures.
    const opening = this.#runtime.openAudio();
    opening.catch(() => undefined);
    await this.#load('all', options.signal);
    await opening;
    await this.#runtime.openMicrophone(options.signal);
    const { greeting } = this.#options;
    if (this.#hasGreeted || greeting === undefined || greeting === null) return;
    this.#hasGreeted = true;
    const request = { text: greeting, kind: 'prompt', isInterruptible: true } as const;
    void this.#runtime.say(request, undefined).catch((error: unknown) => {
      if (!isAbort(error)) this.#report(error);
    });
  }

  async stop(): Promise<void> {
    this.#assertAlive();
    this.#runtime.interrupt();
    this.#runtime.closeMicrophone();
  }

  async say(text: string, options: SayOptions = {}): Promise<SayResult> {
    this.#assertAlive();
    assertText('say', text);
    await this.#load('all', options.signal);
    await this.#runtime.openAudio();
    const { isInterruptible = true, signal } = options;
    return this.#runtime.say({ text, kind: 'prompt', isInterruptible }, signal);
  }

  async sendText(text: string): Promise<void> {
    this.#assertAlive();
    assertText('sendText', text);
    await this.#load('text', undefined);
    await this.#runtime.sendText(text);
  }

  interrupt(): void {
    this.#assertAlive();
    this.#runtime.interrupt();
  }

  setMuted(isMuted: boolean): void {
    this.#assertAlive();
    this.#runtime.setMuted(isMuted);
  }

  commitTurn(): void {
    this.#assertAlive();
    this.#runtime.commitTurn();
  }

  setPushToTalk(isPressed: boolean): void {
    this.#assertAlive();
    this.#runtime.setPushToTalk(isPressed);
  }

  async setInputDevice(deviceId: string | null): Promise<void> {
    this.#assertAlive();
    await this.#runtime.setInputDevice(deviceId);
  }

  async setOutputDevice(deviceId: string | null): Promise<void> {
    this.#assertAlive();
    await this.#runtime.setOutputDevice(deviceId);
  }

  update(options: VoiceAgentOptions): void {
    this.#assertAlive();
    this.#options = this.#merge(options);
    this.#runtime.setOptions(this.#options);
  }

  on<Type extends VoiceAgentEventType | '*'>(
    type: Type,
    listener: (event: VoiceAgentEventOf<Type>) => void,
  ): () => void {
    return this.#emitter.on(type, listener);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#runtime.dispose().finally(() => {
      this.#mirror.phase = 'off';
      this.#mirror.microphone = 'off';
      this.#publish();
      this.#emitter.clear();
    });
    return this.#disposed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #merge(change: VoiceAgentOptions): VoiceAgentOptions {
    checkShape(change);
    const merged = mergeOptions(this.#options, change);
    checkOptions(merged);
    return merged;
  }

  async #load(scope: 'text' | 'all', signal: AbortSignal | undefined): Promise<void> {
    const before = this.#mirror.phase;
    if (before === 'off') this.#setPhase('loading');
    try {
      await this.#runtime.load(scope, signal);
      this.#setPhase('ready');
    } catch (error) {
      if (this.#mirror.phase === 'loading') this.#setPhase('off');
      throw error;
    }
  }

  #setPhase(phase: Mirror['phase']): void {
    this.#mirror.phase = phase;
    this.#publish();
  }

  #createObserver(): RuntimeObserver {
    return {
      handleEvent: (event) => this.#handleEvent(event),
      handleUnstamped: (event) => this.#emit(event),
      handleDialogueState: ({ user, agent }) => {
        this.#mirror.user = user;
        this.#mirror.dialogue = agent;
        this.#publish();
      },
      handleMicrophone: (microphone) => {
        this.#mirror.microphone = microphone;
        this.#publish();
      },
      handleAudible: (isAudible) => {
        this.#mirror.isAudible = isAudible;
        this.#publish();
      },
      handleError: (error) => this.#report(error),
      getMessages: () => this.messages,
    };
  }

  #handleEvent(event: VoiceAgentEvent): void {
    if (event.type === 'message-change') {
      const { message } = event;
      // An empty final message is one that was removed: nobody heard a word of it.
      if (message.isFinal && message.content === '') this.#messages.delete(message.id);
      else this.#messages.set(message.id, message);
    } else if (event.type === 'metrics') {
      this.#metrics.push(event.metrics);
      if (this.#metrics.length > METRICS_KEPT) this.#metrics.shift();
    }
    this.#emitter.emit(event);
  }

  #emit(event: UnstampedEvent): void {
    this.#handleEvent({ ...event, atMs: this.#clock.nowMs() });
  }

  #report(error: unknown): void {
    this.#emit({ type: 'error', turnId: null, error: VoiceAgentError.from(error).toRecord() });
  }

  #publish(): void {
    const state = this.#toState();
    const isSame = (Object.keys(state) as (keyof VoiceAgentState)[]).every(
      (key) => state[key] === this.#state[key],
    );
    if (isSame) return;
    this.#state = state;
    this.#emit({ type: 'state-change', turnId: null, state });
  }

  #toState(): VoiceAgentState {
    const { user, dialogue, phase, microphone, isAudible } = this.#mirror;
    const agent = phase === 'ready' || dialogue !== 'idle' ? dialogue : phase;
    return {
      user,
      agent,
      microphone,
      isAudible,
      status: deriveStatus(agent),
    };
  }

  #assertAlive(): void {
    if (this.#disposed === undefined) return;
    throw new VoiceAgentError('disposed', 'This voice agent was disposed. Create a new one.', {
      details: { what: 'voice agent' },
      cause: createAbortReason('disposed'),
    });
  }
}

function assertText(method: string, text: unknown): asserts text is string {
  if (typeof text === 'string' && text.trim() !== '') return;
  throw new TypeError(`${method}: text must be a string with at least one visible character`);
}
