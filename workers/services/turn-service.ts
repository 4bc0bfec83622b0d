// Serves one conversation to the page: joins the dialogue with ears, output and engines. Turn worker.
import { proxy } from 'comlink';
import { openCapture } from '../../src/core/capture-input.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { AudioInput, AudioOutput } from '../../src/core/contracts/audio-io.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { KeywordSpotter } from '../../src/core/contracts/keyword-spotter.ts';
import type { LlmToolCall } from '../../src/core/contracts/language-model.ts';
import type { LoadedEngine } from '../../src/core/contracts/loaded-engine.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { createAbortReason } from '../../src/core/abort.ts';
import { isAbort, VoiceAgentError } from '../../src/core/errors.ts';
import type { ErrorRecord } from '../../src/core/errors.ts';
import { openPlayback } from '../../src/core/playback-output.ts';
import type { ConversationMessage } from '../../src/agent/conversation.ts';
import { ConversationRest } from '../../src/agent/conversation-rest.ts';
import { Dialogue } from '../../src/agent/dialogue.ts';
import type { DialogueEngines } from '../../src/agent/dialogue-options.ts';
import { Ears } from '../../src/agent/ears.ts';
import type { UnstampedEvent } from '../../src/agent/events.ts';
import type { ResolvedOptions } from '../../src/agent/options.ts';
import type {
  EngineStageName,
  LoadedEars,
  SayOutcome,
  SayRequest,
  TurnPage,
  TurnService,
} from '../../src/agent/turn-service.ts';
import { toToolError } from '../../src/agent/tool-result.ts';
import type { ToolResult } from '../../src/agent/tool-result.ts';
import { WorkerEndOfTurn } from '../../src/engines/worker-end-of-turn.ts';
import { WorkerLlm } from '../../src/engines/worker-llm.ts';
import { WorkerStt } from '../../src/engines/worker-stt.ts';
import { WorkerTts } from '../../src/engines/worker-tts.ts';
import { createEnergyVad } from '../engines/energy-vad.ts';
import type { ServingVad } from '../engines/vad-choice.ts';
import { RemoteEngines } from './remote-engines.ts';

interface OpenAudio {
  readonly input: AudioInput;
  readonly output: AudioOutput;
  readonly ears: Ears;
  readonly outputLatencyMs: number;
  readonly controller: AbortController;
}

interface WorkerEngines {
  readonly stt: WorkerStt | null;
  readonly turn: WorkerEndOfTurn | null;
  readonly llm: WorkerLlm | null;
  readonly tts: WorkerTts | null;
}

type Serving = DialogueEngines[keyof DialogueEngines];

/** How to load what listens to every window, in this very worker. */
export interface EarsLoading {
  readonly loadVad: () => Promise<ServingVad>;
  /** Null where words tell of the wake phrase. */
  readonly loadSpotter: () => Promise<KeywordSpotter | null>;
}

export class TurnServiceHost implements TurnService {
  readonly #loading: EarsLoading;
  readonly #dialogue: Dialogue;
  readonly #rest = new ConversationRest();
  readonly #says = new Map<number, AbortController>();
  readonly #remote: RemoteEngines = new RemoteEngines({
    getToken: async (stage) => (await this.#page?.getToken(stage)) ?? null,
    prompt: async (requestId, prompts, onText) =>
      this.#page?.prompt(requestId, prompts, proxy(onText)),
    cancelPrompt: (requestId) => {
      this.#page?.cancelPrompt(requestId);
    },
  });
  #options: ResolvedOptions;
  #page: TurnPage | null = null;
  #engines: WorkerEngines = { stt: null, turn: null, llm: null, tts: null };
  #serving: readonly Serving[] = [];
  /** Until another one is loaded. */
  #vad: VadEngine = createEnergyVad();
  #spotter: KeywordSpotter | null = null;
  #audio: OpenAudio | null = null;
  #isAudible = false;
  #isListening = false;

  constructor(options: ResolvedOptions, loading: EarsLoading) {
    this.#options = options;
    this.#loading = loading;
    this.#dialogue = new Dialogue({
      options,
      clock: systemClock,
      epochMs: () => Date.now(),
      emit: (event) => this.#emit(event),
      onState: (state) => {
        this.#rest.setState(state);
        this.#page?.handleState(state);
      },
      callTool: (call, { signal }) => this.#callTool(call, signal),
    });
    this.#applyEngines();
  }

  attachPage(page: TurnPage): void {
    this.#page = page;
  }

  setOptions(options: ResolvedOptions): void {
    this.#options = options;
    this.#dialogue.setOptions(options);
    this.#applyEngines();
  }

  restoreMessages(messages: readonly ConversationMessage[]): void {
    this.#dialogue.conversation.restore(messages);
  }

  async loadEars(): Promise<LoadedEars> {
    const { loadVad, loadSpotter } = this.#loading;
    const [{ vad, error }, spotter] = await Promise.all([
      loadVad(),
      this.#spotter ?? loadSpotter(),
    ]);
    this.#vad = vad;
    this.#spotter = spotter;
    this.#audio?.ears.setVad(vad);
    const engines = spotter === null ? [vad.info] : [vad.info, spotter.info];
    return { engines, error: error?.toRecord() ?? null };
  }

  attachEngine(
    stage: EngineStageName,
    loaded: LoadedEngine,
    port: MessagePort | null,
  ): Promise<void> {
    const known = this.#engines[stage];
    if (port !== null && known !== null && isSameEngine(known.info, loaded.info)) {
      known.attach(port);
      this.#serve(stage, known);
      return Promise.resolve();
    }
    const engine = port === null ? null : createEngine(stage, loaded);
    if (port !== null) engine?.attach(port);
    return new Promise((resolve) => {
      const exchange = (): void => {
        void this.#engines[stage]?.dispose();
        this.#serve(stage, engine);
        resolve();
      };
      if (known === null) exchange();
      else this.#rest.run(exchange);
    });
  }

  detachEngine(stage: EngineStageName, error: ErrorRecord, willReturn: boolean): void {
    const lost = VoiceAgentError.fromRecord(error);
    if (willReturn) this.#engines[stage]?.detach(lost);
    else this.#engines[stage]?.close(lost);
  }

  openAudio(audio: Parameters<TurnService['openAudio']>[0]): void {
    this.closeAudio();
    const input = openCapture(audio.capture);
    const output = openPlayback(audio.playback);
    const ears = new Ears({
      input,
      vad: this.#vad,
      getSpotter: () => (this.#options.mode === 'wake-phrase' ? this.#spotter : null),
      onWindow: (window) => this.#dialogue.handleWindow(window),
    });
    ears.setListening(this.#isListening);
    const controller = new AbortController();
    const { outputLatencyMs } = audio;
    this.#audio = { input, output, ears, outputLatencyMs, controller };
    this.#dialogue.setHeard(ears);
    this.#applyOutput();
    ears.run(controller.signal).catch((error: unknown) => this.#handleEarsFailure(error));
  }

  closeAudio(): void {
    const audio = this.#audio;
    if (audio === null) return;
    this.#audio = null;
    this.#dialogue.interrupt();
    this.#dialogue.setHeard(null);
    this.#dialogue.setOutput(null);
    audio.controller.abort(createAbortReason('The audio was closed.'));
    audio.input.dispose();
    audio.output.dispose();
  }

  setAudible(isAudible: boolean): void {
    this.#isAudible = isAudible;
    this.#applyOutput();
  }

  setListening(isListening: boolean): void {
    this.#isListening = isListening;
    if (!isListening) this.#dialogue.mute();
    this.#audio?.ears.setListening(isListening);
  }

  sendText(text: string): void {
    this.#dialogue.sendText(text);
  }

  async say(requestId: number, request: SayRequest): Promise<SayOutcome> {
    const controller = new AbortController();
    this.#says.set(requestId, controller);
    try {
      const { signal } = controller;
      const { heardText, isInterrupted, error } = await this.#dialogue.say(request, signal);
      return { heardText, isInterrupted, error: error?.toRecord() ?? null };
    } finally {
      this.#says.delete(requestId);
    }
  }

  cancelSay(requestId: number): void {
    this.#says.get(requestId)?.abort(createAbortReason('The text is no longer wanted.'));
  }

  interrupt(): void {
    for (const requestId of this.#says.keys()) this.cancelSay(requestId);
    this.#dialogue.interrupt();
  }

  commitTurn(): void {
    this.#dialogue.commitTurn();
  }

  setPushToTalk(isPressed: boolean): void {
    this.#dialogue.setPushToTalk(isPressed);
  }

  async #callTool(call: LlmToolCall, signal: AbortSignal): Promise<ToolResult> {
    const page = this.#page;
    if (page === null) return toToolError('The page is not there.');
    const handleAbort = (): void => page.cancelTool(call.id);
    signal.addEventListener('abort', handleAbort, { once: true });
    try {
      return await page.callTool(call.id, call.name, call.argumentsJson);
    } finally {
      signal.removeEventListener('abort', handleAbort);
    }
  }

  #emit(event: UnstampedEvent): void {
    this.#page?.handleEvent({ ...event, atMs: systemClock.nowMs() });
  }

  #applyOutput(): void {
    const isHeard = this.#audio !== null && this.#isAudible;
    if (!isHeard || this.#audio === null) {
      this.#dialogue.setOutput(null);
      return;
    }
    const { output, outputLatencyMs } = this.#audio;
    this.#engines.tts?.setOutputRate(output.sampleRateHz);
    this.#dialogue.setOutput({ sink: output, latencyMs: outputLatencyMs });
  }

  #serve<Stage extends EngineStageName>(stage: Stage, engine: WorkerEngines[Stage]): void {
    this.#engines = { ...this.#engines, [stage]: engine };
    this.#applyEngines(engine);
  }

  #applyEngines(attached: Serving = null): void {
    const { stt, turn, llm, tts } = this.#engines;
    if (this.#audio !== null) tts?.setOutputRate(this.#audio.output.sampleRateHz);
    const remote = this.#remote.apply(this.#options);
    const serving = {
      stt: remote.stt ?? stt,
      endOfTurn: turn,
      llm: remote.llm ?? llm,
      tts: remote.tts ?? tts,
    };
    this.#dialogue.setEngines(serving);
    this.#tell([serving.stt, serving.endOfTurn, serving.llm, serving.tts], attached);
  }

  /** Of each that serves from now on; and of `attached`, which served before it was lost. */
  #tell(serving: readonly Serving[], attached: Serving): void {
    const before = this.#serving;
    this.#serving = serving;
    for (const engine of serving) {
      if (engine === null || (engine !== attached && before.includes(engine))) continue;
      this.#emit({ type: 'engine-change', turnId: null, engine: engine.info });
    }
  }

  #handleEarsFailure(error: unknown): void {
    if (isAbort(error) || this.#audio === null) return;
    const record = VoiceAgentError.from(error).toRecord();
    this.#emit({ type: 'error', turnId: null, error: record });
  }
}

/** A worker that was started again, not one with another model. */
function isSameEngine(left: EngineInfo, right: EngineInfo): boolean {
  return left.name === right.name && left.modelIds.join() === right.modelIds.join();
}

function createEngine(
  stage: EngineStageName,
  loaded: LoadedEngine,
): WorkerStt | WorkerEndOfTurn | WorkerLlm | WorkerTts {
  const options = { loaded, clock: systemClock };
  switch (stage) {
    case 'stt':
      return new WorkerStt(options);
    case 'turn':
      return new WorkerEndOfTurn(options);
    case 'llm':
      return new WorkerLlm(options);
    case 'tts':
      return new WorkerTts(options);
  }
}
