// The microphone, or whatever stands in for it: opened, muted, switched and lost. Main thread.
import { abortable, createAbortReason } from '../core/abort.ts';
import { Emitter } from '../core/emitter.ts';
import type { VoiceAgentError } from '../core/errors.ts';
import { reportUncaught } from './audio-session.ts';
import { pageMediaDevices } from './devices.ts';
import {
  isMicrophoneBlockedByPolicy,
  toDeniedError,
  toLostError,
  toMicrophoneError,
} from './microphone-errors.ts';

export interface MicrophoneOptions {
  /**
   * `'all'` (default) asks to cancel everything the device plays, Web Audio included, where the browser
   * knows it (Chrome); elsewhere it means `true`.
   */
  readonly echoCancellation?: 'all' | boolean;
  /** Default true. */
  readonly noiseSuppression?: boolean;
  /** Default true. */
  readonly autoGainControl?: boolean;
  /** Exactly this device; default: the system's choice. */
  readonly deviceId?: string;
}

export type MicrophoneState = 'off' | 'live' | 'muted';

export type MicrophoneEvent =
  | { readonly type: 'state-change'; readonly state: MicrophoneState }
  /** The system or a hardware switch silenced the device, or gave it back. */
  | { readonly type: 'system-mute'; readonly isMuted: boolean }
  | { readonly type: 'error'; readonly error: VoiceAgentError };

/** What is connected now. A foreign source is disconnected at the end, but never stopped. */
interface Source {
  readonly node: AudioNode;
  readonly tracks: readonly MediaStreamTrack[];
  readonly isOwn: boolean;
  readonly listening: AbortController;
}

export class Microphone {
  readonly #context: AudioContext;
  readonly #target: AudioNode;
  readonly #mediaDevices: MediaDevices | undefined;
  readonly #emitter: Emitter<MicrophoneEvent>;
  #source: Source | undefined;
  #options: MicrophoneOptions = {};
  #opening: AbortController | undefined;
  #state: MicrophoneState = 'off';

  /** @param options.target where the sound goes; sources come and go, it stays. */
  constructor(
    context: AudioContext,
    options: {
      target: AudioNode;
      mediaDevices?: MediaDevices | undefined;
      onListenerError?: ((error: unknown) => void) | undefined;
    },
  ) {
    this.#context = context;
    this.#target = options.target;
    this.#mediaDevices = options.mediaDevices ?? pageMediaDevices();
    this.#emitter = new Emitter(options.onListenerError ?? reportUncaught);
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  /** What the browser really granted; undefined without a device. */
  get settings(): MediaTrackSettings | undefined {
    return this.#source?.tracks[0]?.getSettings();
  }

  on(listener: (event: MicrophoneEvent) => void): () => void {
    return this.#emitter.on('*', listener);
  }

  /**
   * Opens the device, or changes to another one in place: the old one is let go only when the new one
   * is there. Rejects with `microphone-denied`, `-missing` or `-busy`, with the signal's reason, or
   * with an abort when a later `start` or `stop` overtakes it.
   */
  async start(options: MicrophoneOptions & { signal?: AbortSignal } = {}): Promise<void> {
    const { signal, ...wanted } = options;
    this.#opening?.abort(createAbortReason('The microphone was started anew or stopped.'));
    const opening = new AbortController();
    this.#opening = opening;
    const stream = await this.#open(wanted, [opening.signal, ...(signal ? [signal] : [])]);
    this.#opening = undefined;
    this.#options = wanted;
    this.#connect(this.#toSource(stream, true));
  }

  /** Takes the sound from elsewhere: a stream (a room, a recording) or a node of the same context. */
  attachSource(source: MediaStream | AudioNode): void {
    this.stop();
    this.#connect(
      source instanceof MediaStream
        ? this.#toSource(source, false)
        : { node: source, tracks: [], isOwn: false, listening: new AbortController() },
    );
  }

  /**
   * Muted, the capture goes on with silence. With `release` the device itself is let go (its indicator
   * goes off) and opened again with the same options at the end; that can fail as `start` can.
   */
  async setMuted(isMuted: boolean, options: { release?: boolean } = {}): Promise<void> {
    if (!isMuted) {
      if (this.#source === undefined && this.#state === 'muted') await this.start(this.#options);
      else this.#setEnabled(true);
      return;
    }
    if (this.#state === 'off') return;
    if (options.release === true && this.#source?.isOwn === true) this.#disconnect();
    else this.#setEnabled(false);
    this.#setState('muted');
  }

  /** Lets the device go; a `start` in progress rejects. Idempotent. */
  stop(): void {
    this.#opening?.abort(createAbortReason('The microphone was stopped.'));
    this.#opening = undefined;
    this.#disconnect();
    this.#setState('off');
  }

  async #open(wanted: MicrophoneOptions, signals: AbortSignal[]): Promise<MediaStream> {
    const signal = AbortSignal.any(signals);
    signal.throwIfAborted();
    if (this.#mediaDevices === undefined) throw toDeniedError('insecure-context');
    const opened = this.#mediaDevices.getUserMedia({ audio: toConstraints(wanted) });
    try {
      return await abortable(opened, signal);
    } catch (error) {
      // The person may still answer the prompt: a microphone nobody waits for is closed at once.
      opened.then(stopTracks, () => undefined);
      signal.throwIfAborted();
      throw toMicrophoneError(error, {
        deviceId: wanted.deviceId ?? null,
        isBlockedByPolicy: isMicrophoneBlockedByPolicy(),
      });
    }
  }

  #toSource(stream: MediaStream, isOwn: boolean): Source {
    const listening = new AbortController();
    const tracks = stream.getAudioTracks();
    const { signal } = listening;
    for (const track of tracks) {
      track.addEventListener('ended', () => this.#handleLoss(), { signal });
      for (const type of ['mute', 'unmute']) {
        track.addEventListener(
          type,
          () => this.#emitter.emit({ type: 'system-mute', isMuted: type === 'mute' }),
          { signal },
        );
      }
    }
    return { node: this.#context.createMediaStreamSource(stream), tracks, isOwn, listening };
  }

  #connect(source: Source): void {
    const wasMuted = this.#state === 'muted' && this.#source !== undefined;
    this.#disconnect();
    this.#source = source;
    if (wasMuted) {
      this.#setEnabled(false);
      return;
    }
    source.node.connect(this.#target);
    this.#setState('live');
  }

  #disconnect(): void {
    const source = this.#source;
    if (source === undefined) return;
    this.#source = undefined;
    source.listening.abort();
    this.#detach(source.node);
    if (source.isOwn) source.tracks.forEach((track) => track.stop());
  }

  /** A foreign track is its owner's to disable, so muting cuts the connection as well. */
  #setEnabled(isEnabled: boolean): void {
    const source = this.#source;
    if (source === undefined) return;
    if (source.isOwn) source.tracks.forEach((track) => (track.enabled = isEnabled));
    if (isEnabled) source.node.connect(this.#target);
    else this.#detach(source.node);
    this.#setState(isEnabled ? 'live' : 'muted');
  }

  #detach(node: AudioNode): void {
    try {
      node.disconnect(this.#target);
    } catch {
      // It was not connected: muted before, or cut by its owner.
    }
  }

  #handleLoss(): void {
    this.#disconnect();
    this.#setState('off');
    this.#emitter.emit({ type: 'error', error: toLostError() });
  }

  #setState(state: MicrophoneState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#emitter.emit({ type: 'state-change', state });
  }
}

function toConstraints(options: MicrophoneOptions): MediaTrackConstraints {
  return {
    // A browser that does not know 'all' reads any non-empty string as true.
    echoCancellation: (options.echoCancellation ?? 'all') as boolean,
    noiseSuppression: options.noiseSuppression ?? true,
    autoGainControl: options.autoGainControl ?? true,
    ...(options.deviceId === undefined ? {} : { deviceId: { exact: options.deviceId } }),
  };
}

function stopTracks(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}
