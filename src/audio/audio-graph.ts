// The whole Web Audio graph of one session: microphone in, voice out, a fixed set of nodes. Main thread.
import { createCaptureMemory } from '../core/capture-ring.ts';
import type { CaptureTransport } from '../core/capture-input.ts';
import { Disposer } from '../core/disposer.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { PlaybackTransport } from '../core/playback-link.ts';
import { createPlaybackMemory } from '../core/playback-ring.ts';
import { CAPTURE_PROCESSOR, PLAYBACK_PROCESSOR } from '../core/worklet-protocol.ts';
import type { WorkletStore } from '../core/worklet-protocol.ts';
import { AudioSession } from './audio-session.ts';
import type { AudioSessionOptions } from './audio-session.ts';
import { Microphone } from './microphone.ts';
import { Speaker } from './speaker.ts';
import { WorkletEndpoint } from './worklet-endpoint.ts';
import { loadWorklet } from './worklet-loader.ts';

export interface AudioGraphOptions extends AudioSessionOptions {
  /** Addresses of the built worklets; the bundler knows them. */
  readonly workletUrls: { readonly capture: string; readonly playback: string };
  /** Default `auto`: shared memory on a cross-origin isolated page, ports elsewhere. */
  readonly transport?: 'auto' | 'shared' | 'port';
  /** What the capture path holds while the turn worker is busy. Default 2,500 ms. */
  readonly captureCapacityMs?: number;
  /** How far a voice may run ahead of what is heard. Default 5,000 ms. */
  readonly playbackCapacityMs?: number;
  /** Gathered before a reply, or one that ran dry, is started. Default 20 ms. */
  readonly prebufferMs?: number;
  readonly mediaDevices?: MediaDevices | undefined;
  /** A worklet threw: its direction is silent until a new graph is made. */
  readonly onFailure?: ((error: VoiceAgentError) => void) | undefined;
  readonly signal?: AbortSignal;
}

export class AudioGraph {
  readonly session: AudioSession;
  /** Not started: that takes a permission, and typing works without it. */
  readonly microphone: Microphone;
  readonly speaker: Speaker;
  /** Where every source of `microphone` enters, before the capture: recorders tap it. */
  readonly inputNode: GainNode;
  readonly #capture: WorkletEndpoint;
  readonly #playback: WorkletEndpoint;
  readonly #disposer: Disposer;

  /** Use {@link createAudioGraph}: the worklets must have been loaded into `session.context`. */
  constructor(session: AudioSession, options: AudioGraphOptions, disposer: Disposer) {
    const { context } = session;
    this.session = session;
    this.#disposer = disposer;
    this.inputNode = new GainNode(context);
    disposer.add(() => this.inputNode.disconnect());
    this.#capture = createCaptureEndpoint(context, options);
    disposer.add(() => this.#capture.stop());
    // The capture's output is silence; a node that leads nowhere is not rendered by every browser.
    this.inputNode.connect(this.#capture.node).connect(context.destination);
    this.#playback = createPlaybackEndpoint(context, options);
    disposer.add(() => this.#playback.stop());
    this.speaker = new Speaker(context, this.#playback.node);
    disposer.add(() => this.speaker.dispose());
    this.microphone = new Microphone(context, { ...options, target: this.inputNode });
    disposer.add(() => this.microphone.stop());
  }

  /** A transport for the turn worker's `openCapture`; see {@link transferOf} for its transfer list. */
  connectCapture(): CaptureTransport {
    return this.#capture.connect();
  }

  /** A transport for the turn worker's `openPlayback`. What an earlier holder queued is dropped. */
  connectPlayback(): PlaybackTransport {
    return this.#playback.connect();
  }

  /** Lets the microphone go, ends the worklets, closes the context. Idempotent. */
  dispose(): Promise<void> {
    return this.#disposer.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

/**
 * Builds the graph. The context may come up suspended (`session.state` is `needs-gesture`): the graph
 * is complete all the same, and runs after `session.resume()`. Unwinds what it built when it rejects.
 */
export async function createAudioGraph(options: AudioGraphOptions): Promise<AudioGraph> {
  options.signal?.throwIfAborted();
  const disposer = new Disposer();
  try {
    const session = new AudioSession(options);
    disposer.add(() => session.close());
    await Promise.all(
      [options.workletUrls.capture, options.workletUrls.playback].map((url) =>
        loadWorklet(session.context, url, { signal: options.signal }),
      ),
    );
    return new AudioGraph(session, options, disposer);
  } catch (error) {
    await disposer.dispose().catch(() => undefined);
    throw error;
  }
}

/** What must be transferred, not copied, when transports are posted to a worker. */
export function transferOf(
  ...transports: (CaptureTransport | PlaybackTransport)[]
): Transferable[] {
  return transports.flatMap((transport) => (transport.kind === 'port' ? [transport.port] : []));
}

function createCaptureEndpoint(context: AudioContext, options: AudioGraphOptions): WorkletEndpoint {
  const capacitySamples = toSamples(context, options.captureCapacityMs ?? 2500);
  const store: WorkletStore = usesSharedMemory(options)
    ? { kind: 'shared', memory: createCaptureMemory({ capacitySamples }) }
    : { kind: 'port', capacitySamples };
  return new WorkletEndpoint(context, {
    processor: CAPTURE_PROCESSOR,
    store,
    node: {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      processorOptions: { store },
    },
    onFailure: () => options.onFailure?.(toFailure('capture')),
  });
}

function createPlaybackEndpoint(
  context: AudioContext,
  options: AudioGraphOptions,
): WorkletEndpoint {
  const capacitySamples = toSamples(context, options.playbackCapacityMs ?? 5000);
  const store: WorkletStore = usesSharedMemory(options)
    ? { kind: 'shared', memory: createPlaybackMemory({ capacitySamples, isShared: true }) }
    : { kind: 'port', capacitySamples };
  return new WorkletEndpoint(context, {
    processor: PLAYBACK_PROCESSOR,
    store,
    node: {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      processorOptions: { store, prebufferMs: options.prebufferMs ?? 20 },
    },
    onFailure: () => options.onFailure?.(toFailure('playback')),
  });
}

function usesSharedMemory({ transport = 'auto' }: AudioGraphOptions): boolean {
  return transport === 'auto' ? globalThis.crossOriginIsolated : transport === 'shared';
}

function toSamples(context: AudioContext, lengthMs: number): number {
  return Math.ceil((context.sampleRate * lengthMs) / 1000);
}

function toFailure(direction: 'capture' | 'playback'): VoiceAgentError {
  return new VoiceAgentError('audio-unavailable', `The ${direction} worklet failed. Start anew.`, {
    details: { reason: `the ${direction} worklet threw` },
    retryable: true,
  });
}
