// The public face of a voice agent: what a page can call and read. Types only.
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { StoredModel } from '../core/contracts/model-files.ts';
import type { DeviceReport } from './engine-choice.ts';
import type { ConversationMessage } from './conversation.ts';
import type { VoiceAgentEventOf, VoiceAgentEventType } from './events.ts';
import type { TurnMetrics } from './metrics.ts';
import type { VoiceAgentOptions } from './voice-agent-options.ts';
import type { VoiceAgentState } from './state.ts';

/** The audio graph while the agent has one: for level meters, recorders and tests. Connect, never disconnect. */
export interface VoiceAgentAudio {
  readonly context: AudioContext;
  /** The microphone (or injected source) before any processing of ours; null while it is closed. */
  readonly input: AudioNode | null;
  /** The last node before the destination, after every gain. */
  readonly output: AudioNode;
}

/** A model that the current options need, as the catalogue describes it. */
export interface RequiredModel {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly licence: string;
  readonly note: string;
  /** What it is for: the catalogue's `vad`, `wake`, `stt`, `turn`, `llm`, `tts`, `tts-voice` or `phonemes`. */
  readonly task: string;
  /** The folder it is fetched from: an absolute address. */
  readonly source: string;
  /** Fetched while the agent is at work already, for an engine that may take over. Default false. */
  readonly isLater?: boolean;
}

/** Code of another library that an engine needs, in files of its own, or what the browser fetches for an engine of its own. */
export interface RequiredLibrary extends Omit<RequiredModel, 'bytes' | 'isLater'> {
  /** Null where nobody tells: of what the browser fetches. */
  readonly bytes: number | null;
  /** Of what the browser fetches, empty. */
  readonly source: string;
}

export interface RequiredDownloads {
  readonly models: readonly RequiredModel[];
  readonly libraries: readonly RequiredLibrary[];
}

/** The models on this device, which all agents and pages of one origin share. */
export interface VoiceAgentModels {
  /** What is kept, the least recently used first; of models that are not loaded any more too. */
  list(): Promise<readonly StoredModel[]>;
  /** Removes one. Engines that have it loaded keep it; one that is being read is removed after that. */
  delete(modelId: string): Promise<void>;
  /** Stops all downloads of this agent; what came is kept, also through a reload. `load` and `start` wait meanwhile. */
  pause(): void;
  /** Lets them go on where they were. */
  resume(): void;
}

export interface SayOptions {
  /** False: speech over it does not cut it off; `interrupt()` still does. Default true. */
  readonly isInterruptible?: boolean;
  /** Aborting silences it. */
  readonly signal?: AbortSignal;
}

export interface SayResult {
  readonly heardText: string;
  readonly isInterrupted: boolean;
}

export interface VoiceAgent {
  readonly state: VoiceAgentState;
  /** The conversation so far, oldest first; of the agent's messages `content` is what was heard. */
  readonly messages: readonly ConversationMessage[];
  /** The latest turns' timings, oldest first, 100 at most. */
  readonly metrics: readonly TurnMetrics[];
  /** Engines in use once loaded. */
  readonly engines: readonly EngineInfo[];
  readonly audio: VoiceAgentAudio | null;
  readonly models: VoiceAgentModels;

  /** What would be downloaded for the current options, on this device. Reads the catalogue only. */
  requiredModels(options?: { signal?: AbortSignal }): Promise<readonly RequiredModel[]>;
  /**
   * What would be downloaded with `change` made to the options, libraries included; changes and downloads nothing. Throws
   * and rejects as `update` and `requiredModels` do.
   */
  requiredDownloads(options?: {
    change?: VoiceAgentOptions;
    signal?: AbortSignal;
  }): Promise<RequiredDownloads>;
  /**
   * What this device can do, which engine each stage takes for the current options, and why. Reads the catalogue, and
   * downloads nothing else.
   */
  inspectDevice(options?: { signal?: AbortSignal }): Promise<DeviceReport>;
  /**
   * Forgets what this browser keeps of earlier visits: which models its graphics processor computes right, and how
   * quick engines are. Of an agent that is loaded, `auto` is chosen anew, and what may run on a graphics processor is
   * loaded and tested there again while the conversation goes on; resolves when that serves. What fails is told by
   * `error` events.
   */
  forgetVerdicts(): Promise<void>;
  /**
   * Loads engines without touching the microphone; typing works afterwards. Idempotent; a failed
   * load may be called again. Rejects with a `VoiceAgentError`. Voice and end-of-turn model stop nothing: of
   * one that cannot be loaded an `error` event tells, answers are shown, turns end by timer, and it is
   * tried again when this is called again.
   */
  load(options?: { signal?: AbortSignal }): Promise<void>;
  /**
   * Loads, then opens the microphone and listens. Call it from a user gesture. When only the
   * microphone fails it rejects with `microphone-…` and the agent stays usable by `sendText`.
   */
  start(options?: { signal?: AbortSignal }): Promise<void>;
  /** Closes the microphone and cuts the reply off. Engines and conversation stay. */
  stop(): Promise<void>;
  /** Speaks a text as the agent. Resolves when it was played or cut off. */
  say(text: string, options?: SayOptions): Promise<SayResult>;
  /** Typed words enter the conversation as the person's; a reply in progress is cut off. Loads when needed; resolves when accepted. */
  sendText(text: string): Promise<void>;
  /** Silences the agent at once; what nobody heard leaves the history. */
  interrupt(): void;
  setMuted(isMuted: boolean): void;
  /** Ends the person's turn now, in any mode. */
  commitTurn(): void;
  /** In mode `push-to-talk`: whether the button is held. Audio from just before the press is kept. */
  setPushToTalk(isPressed: boolean): void;
  /** Null follows the system's default. Rejects with `microphone-…`; the old device stays in use. */
  setInputDevice(deviceId: string | null): Promise<void>;
  /** Rejects with `unsupported` where the browser cannot choose. */
  setOutputDevice(deviceId: string | null): Promise<void>;
  /** Changes options; they hold from the next decision on. Engines are exchanged between turns. */
  update(options: VoiceAgentOptions): void;
  /** Listens to an event type or to `'*'`; returns the detach. A listener that throws breaks nobody else. */
  on<Type extends VoiceAgentEventType | '*'>(
    type: Type,
    listener: (event: VoiceAgentEventOf<Type>) => void,
  ): () => void;
  /** Stops, ends every worker and closes the audio graph. Idempotent; afterwards calls reject with `disposed`. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
