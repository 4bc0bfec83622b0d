// The audio of one agent: graph, microphone and speaker, with what the facade must know. Main thread.
import type { RuntimeObserver } from '../agent/agent-runtime.ts';
import type { MicrophoneState } from '../agent/state.ts';
import type { TurnService } from '../agent/turn-service.ts';
import type { VoiceAgentAudio } from '../agent/voice-agent-api.ts';
import type { VoiceAgentOptions } from '../agent/voice-agent-options.ts';
import { createAudioGraph, transferOf } from '../audio/audio-graph.ts';
import type { AudioGraph } from '../audio/audio-graph.ts';
import type { MicrophoneOptions } from '../audio/microphone.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import { WORKLET_URLS } from './worker-scripts.ts';

type TurnAudio = Parameters<TurnService['openAudio']>[0];

export class AgentAudio {
  readonly #observer: RuntimeObserver;
  readonly #getOptions: () => VoiceAgentOptions;
  #graph: AudioGraph | null = null;
  #opening: Promise<AudioGraph> | null = null;
  #isMicrophoneOpen = false;
  #isMuted = false;
  #inputDeviceId: string | null | undefined;
  #onAudible: (isAudible: boolean) => void = () => undefined;

  constructor(observer: RuntimeObserver, getOptions: () => VoiceAgentOptions) {
    this.#observer = observer;
    this.#getOptions = getOptions;
  }

  /** Open and not muted: what is captured is the person. */
  get isMicrophoneOpen(): boolean {
    return this.#isMicrophoneOpen && !this.#isMuted;
  }

  get taps(): VoiceAgentAudio | null {
    const graph = this.#graph;
    if (graph === null) return null;
    return {
      context: graph.session.context,
      input: this.#isMicrophoneOpen ? graph.inputNode : null,
      output: graph.speaker.outputNode,
    };
  }

  /** Called at once, and whenever the context starts or stops rendering. */
  setAudibleListener(listener: (isAudible: boolean) => void): void {
    this.#onAudible = listener;
    listener(this.#isAudible);
  }

  /** Builds the graph, or resumes it. Resolves with whether it is new. Call from a gesture. */
  async open(): Promise<boolean> {
    if (this.#opening !== null) {
      const graph = await this.#opening;
      await graph.session.resume();
      return false;
    }
    this.#opening = this.#build().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    const graph = await this.#opening;
    this.#graph = graph;
    graph.session.onStateChange(() => this.#publishAudible());
    const state = await graph.session.resume();
    if (state === 'needs-gesture') {
      graph.session.attachGestures(window);
      this.#observer.handleUnstamped({ type: 'consent-needed', turnId: null, what: 'gesture' });
    }
    this.#publishAudible();
    return true;
  }

  /** Fresh transports for a turn worker; null while there is no graph. */
  connect(): { audio: TurnAudio; transferables: Transferable[] } | null {
    const graph = this.#graph;
    if (graph === null) return null;
    const capture = graph.connectCapture();
    const playback = graph.connectPlayback();
    const { baseMs, outputMs } = graph.session.latency;
    return {
      audio: { capture, playback, outputLatencyMs: baseMs + outputMs },
      transferables: transferOf(capture, playback),
    };
  }

  /** Rejects with `microphone-…`; the state says which. */
  async openMicrophone(signal: AbortSignal | undefined): Promise<void> {
    const graph = await this.#opening;
    if (graph === null) return;
    const { source } = this.#getOptions().microphone ?? {};
    try {
      if (source !== undefined && source !== null) graph.microphone.attachSource(source);
      else await this.#startMicrophone(graph, signal);
    } catch (error) {
      if (!isAbort(error)) this.#publishMicrophone(toFailedState(error));
      throw error;
    }
    this.#isMicrophoneOpen = true;
    this.#isMuted = false;
    this.#publishMicrophone('on');
  }

  closeMicrophone(): void {
    this.#isMicrophoneOpen = false;
    this.#graph?.microphone.stop();
    this.#publishMicrophone('off');
  }

  setMuted(isMuted: boolean): void {
    if (!this.#isMicrophoneOpen || isMuted === this.#isMuted) return;
    this.#isMuted = isMuted;
    this.#graph?.microphone
      .setMuted(isMuted)
      .then(() => this.#publishMicrophone(isMuted ? 'muted' : 'on'))
      .catch((error: unknown) => this.#handleLoss(VoiceAgentError.from(error)));
  }

  /** The old device stays in use when the new one cannot be opened. */
  async setInputDevice(deviceId: string | null): Promise<void> {
    if (this.#graph !== null && this.#isMicrophoneOpen) {
      await this.#graph.microphone.start(this.#toConstraints(deviceId));
    }
    this.#inputDeviceId = deviceId;
  }

  async setOutputDevice(deviceId: string | null): Promise<void> {
    const graph = this.#graph;
    if (graph !== null) await graph.speaker.setDevice(deviceId ?? '');
  }

  /** What of changed options holds at once: the volume. */
  applyOptions(): void {
    const { volume } = this.#getOptions().speaker ?? {};
    if (volume !== undefined) this.#graph?.speaker.setVolume(volume);
  }

  async dispose(): Promise<void> {
    const graph = this.#graph;
    this.#graph = null;
    this.#isMicrophoneOpen = false;
    await graph?.dispose();
  }

  async #build(): Promise<AudioGraph> {
    const { audio, speaker } = this.#getOptions();
    const context = audio?.context ?? null;
    const transport = audio?.transport ?? 'auto';
    const graph = await createAudioGraph({
      workletUrls: WORKLET_URLS,
      transport: transport === 'ports' ? 'port' : transport,
      onFailure: (error) => this.#observer.handleError(error),
      ...(context === null ? {} : { context }),
    });
    graph.microphone.on((event) => {
      if (event.type === 'error') this.#handleLoss(event.error);
    });
    if (speaker?.volume !== undefined) graph.speaker.setVolume(speaker.volume);
    const deviceId = speaker?.deviceId ?? null;
    if (deviceId !== null) await graph.speaker.setDevice(deviceId);
    return graph;
  }

  async #startMicrophone(graph: AudioGraph, signal: AbortSignal | undefined): Promise<void> {
    const constraints = this.#toConstraints(this.#inputDeviceId);
    await graph.microphone.start({ ...constraints, ...(signal === undefined ? {} : { signal }) });
  }

  #toConstraints(chosen: string | null | undefined): MicrophoneOptions {
    const { processing, deviceId } = this.#getOptions().microphone ?? {};
    const isRaw = processing === 'none';
    const id = chosen === undefined ? (deviceId ?? null) : chosen;
    return {
      echoCancellation: isRaw ? false : 'all',
      noiseSuppression: !isRaw,
      autoGainControl: !isRaw,
      ...(id === null ? {} : { deviceId: id }),
    };
  }

  #handleLoss(error: VoiceAgentError): void {
    this.#isMicrophoneOpen = false;
    this.#publishMicrophone(toFailedState(error));
    this.#observer.handleError(error);
  }

  get #isAudible(): boolean {
    return this.#graph?.session.state === 'running';
  }

  #publishAudible(): void {
    this.#onAudible(this.#isAudible);
    this.#observer.handleAudible(this.#isAudible);
  }

  #publishMicrophone(state: MicrophoneState): void {
    this.#observer.handleMicrophone(state);
  }
}

function toFailedState(error: unknown): MicrophoneState {
  const { code } = VoiceAgentError.from(error);
  if (code === 'microphone-denied') return 'denied';
  return code === 'microphone-missing' ? 'missing' : 'lost';
}
