// The way from the playback worklet to the loudspeaker. Main thread.
import { VoiceAgentError } from '../core/errors.ts';

/** Long enough not to click, short enough to follow a slider. */
const VOLUME_SMOOTHING_S = 0.015;

/** `AudioContext.setSinkId`, which only Chromium has. */
interface SinkContext extends AudioContext {
  setSinkId?(sinkId: string): Promise<void>;
  readonly sinkId?: string | { readonly type: string };
}

export class Speaker {
  /** The last node before the loudspeaker, after every gain: recorders and meters tap it. */
  readonly outputNode: GainNode;
  readonly #context: SinkContext;

  constructor(context: AudioContext, source: AudioNode) {
    this.#context = context;
    this.outputNode = new GainNode(context);
    source.connect(this.outputNode).connect(context.destination);
  }

  get volume(): number {
    return this.outputNode.gain.value;
  }

  /** 1 is the voice as it is, 0 silence; applied within some 50 ms. */
  setVolume(volume: number): void {
    if (!(volume >= 0) || !Number.isFinite(volume)) {
      throw new TypeError(`volume: must be a finite number of at least 0, got ${volume}`);
    }
    const { currentTime } = this.#context;
    this.outputNode.gain.setTargetAtTime(volume, currentTime, VOLUME_SMOOTHING_S);
  }

  get canChooseDevice(): boolean {
    return typeof this.#context.setSinkId === 'function';
  }

  /**
   * Plays on the device with this id, '' for the system's choice. Rejects with `unsupported` where the
   * browser cannot, with `audio-unavailable` when the device cannot be used. Chrome's echo canceller
   * has been seen to stop working on a chosen device (ricky0123/vad issue 159).
   */
  async setDevice(deviceId: string): Promise<void> {
    if (this.#context.setSinkId === undefined) {
      throw new VoiceAgentError(
        'unsupported',
        'This browser plays on the system output only; choose the device there.',
        { details: { feature: 'AudioContext.setSinkId' } },
      );
    }
    try {
      await this.#context.setSinkId(deviceId);
    } catch (error) {
      throw new VoiceAgentError(
        'audio-unavailable',
        'The chosen loudspeaker cannot be used. Choose another.',
        { details: { reason: `output device "${deviceId}"` }, cause: error, retryable: true },
      );
    }
  }

  dispose(): void {
    this.outputNode.disconnect();
  }
}
