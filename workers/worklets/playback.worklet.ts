// Puts the agent's voice on the audio graph, mono on every channel. Runs on the audio thread.
import { copyToAll } from '../../src/core/pcm.ts';
import { PortPlaybackHost, SharedPlaybackHost } from '../../src/core/playback-host.ts';
import type { PlaybackHost } from '../../src/core/playback-host.ts';
import { PLAYBACK_PROCESSOR } from '../../src/core/worklet-protocol.ts';
import type { PlaybackProcessorOptions, WorkletMessage } from '../../src/core/worklet-protocol.ts';

class PlaybackProcessor extends AudioWorkletProcessor implements AudioWorkletProcessorImpl {
  readonly #host: PlaybackHost;
  #mono = new Float32Array(128);
  #isStopped = false;
  /** Context frame of the next quantum. */
  #nextFrame = 0;

  constructor(options: { processorOptions: PlaybackProcessorOptions }) {
    super();
    const { store, prebufferMs } = options.processorOptions;
    const playout = { sampleRateHz: sampleRate, prebufferMs };
    this.#host =
      store.kind === 'shared'
        ? new SharedPlaybackHost(store.memory, playout)
        : new PortPlaybackHost(store.capacitySamples, playout);
    this.port.onmessage = (event: MessageEvent<WorkletMessage>) => this.#receive(event.data);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const channels = outputs[0] ?? [];
    const quantumSamples = channels[0]?.length ?? 128;
    // The quantum is 128 frames unless the context was asked for another size.
    if (this.#mono.length !== quantumSamples) this.#mono = new Float32Array(quantumSamples);
    // Under load Chromium now and then shows the frame of a call before.
    const frame = Math.max(currentFrame, this.#nextFrame);
    this.#nextFrame = frame + quantumSamples;
    if (!this.#isStopped) this.#host.render(this.#mono, frame);
    copyToAll(this.#mono, channels);
    return !this.#isStopped;
  }

  #receive(message: WorkletMessage): void {
    if (message.type === 'stop') {
      this.#isStopped = true;
      this.#mono.fill(0);
      this.#host.close();
      this.port.close();
    } else if (this.#host instanceof PortPlaybackHost) {
      this.#host.attach(message.port);
    }
  }
}

registerProcessor(PLAYBACK_PROCESSOR, PlaybackProcessor);
