// Takes the microphone's samples off the audio graph. Runs on the audio thread.
import { PortCaptureWriter, SharedCaptureWriter } from '../../src/core/capture-host.ts';
import type { CaptureSink } from '../../src/core/capture-host.ts';
import { mixDown } from '../../src/core/pcm.ts';
import { CAPTURE_PROCESSOR } from '../../src/core/worklet-protocol.ts';
import type {
  CaptureProcessorOptions,
  WorkletMessage,
  WorkletStore,
} from '../../src/core/worklet-protocol.ts';

class CaptureProcessor extends AudioWorkletProcessor implements AudioWorkletProcessorImpl {
  readonly #store: WorkletStore;
  #mono = new Float32Array(128);
  #sink: CaptureSink | undefined;
  #hasStarted = false;
  /** Context frame of the next sample. */
  #frame = 0;
  #isStopped = false;

  constructor(options: { processorOptions: CaptureProcessorOptions }) {
    super();
    this.#store = options.processorOptions.store;
    if (this.#store.kind === 'shared') {
      this.#sink = new SharedCaptureWriter(this.#store.memory);
    }
    this.port.onmessage = (event: MessageEvent<WorkletMessage>) => this.#receive(event.data);
  }

  /** With nothing connected it captures silence: listeners take their time from the samples. */
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const quantumSamples = outputs[0]?.[0]?.length ?? 128;
    // The quantum is 128 frames unless the context was asked for another size.
    if (this.#mono.length !== quantumSamples) this.#mono = new Float32Array(quantumSamples);
    // Positions are context frames, so that other threads can place what they hear in time.
    if (!this.#hasStarted) {
      this.#sink?.start(currentFrame);
      this.#frame = currentFrame;
    }
    this.#hasStarted = this.#sink !== undefined;
    this.#fillGap();
    mixDown(inputs[0] ?? [], this.#mono);
    this.#write();
    return !this.#isStopped;
  }

  /**
   * Silence in place of quanta that the context left out keeps positions and context frames in step. Under
   * load Chromium now and then shows the frame of a call before: only one that is ahead tells of a loss.
   */
  #fillGap(): void {
    if (currentFrame - this.#frame < this.#mono.length) return;
    this.#mono.fill(0);
    while (currentFrame - this.#frame >= this.#mono.length) this.#write();
  }

  #write(): void {
    this.#sink?.write(this.#mono);
    this.#frame += this.#mono.length;
  }

  #receive(message: WorkletMessage): void {
    if (message.type === 'stop') {
      this.#isStopped = true;
      this.#sink?.close();
      this.#sink = undefined;
      this.port.close();
    } else if (this.#store.kind === 'port') {
      this.#sink?.close();
      this.#hasStarted = false;
      this.#sink = new PortCaptureWriter(message.port, {
        sampleRateHz: sampleRate,
        capacitySamples: this.#store.capacitySamples,
      });
    }
  }
}

registerProcessor(CAPTURE_PROCESSOR, CaptureProcessor);
