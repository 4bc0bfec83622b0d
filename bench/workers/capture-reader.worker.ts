// The far end of a capture path: the product's ears with its voice detection, told when each window is judged. Worker.
import { expose } from 'comlink';
import { Ears } from '../../src/agent/ears.ts';
import { openCapture } from '../../src/core/capture-input.ts';
import type { CaptureTransport } from '../../src/core/capture-input.ts';
import type { AudioInput } from '../../src/core/contracts/audio-io.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { createSileroVad } from '../../workers/engines/silero-vad.ts';
import type { QuantumMessage } from '../worklets/quantum-message.ts';
import { QuantumInput } from './quantum-input.ts';

export interface JudgedWindow {
  /** Context time of its end. */
  readonly endMs: number;
  /** Wall clock when its probability was there. */
  readonly epochMs: number;
}

export interface CaptureReader {
  load(): Promise<void>;
  /** The product's own path, shared memory or port. */
  readTransport(transport: CaptureTransport): void;
  /** One message for each quantum, on this port. */
  readMessages(port: MessagePort, sampleRateHz: number): void;
  /** Stops reading; what was judged since the start, and the samples that never came. */
  stop(): { windows: JudgedWindow[]; lostSamples: number };
}

const files: ModelFiles = {
  async read(modelId, fileName, { signal }) {
    return (await fetch(`/models/${modelId}/${fileName}`, { signal })).arrayBuffer();
  },
};

class Reader implements CaptureReader {
  #vad: VadEngine | null = null;
  #input: AudioInput | null = null;
  #reading = new AbortController();
  #windows: JudgedWindow[] = [];

  async load(): Promise<void> {
    this.#vad = await createSileroVad({ files, signal: new AbortController().signal });
  }

  readTransport(transport: CaptureTransport): void {
    this.#read(openCapture(transport));
  }

  readMessages(port: MessagePort, sampleRateHz: number): void {
    const input = new QuantumInput(sampleRateHz);
    port.onmessage = ({ data }: MessageEvent<QuantumMessage>) => input.handle(data);
    this.#read(input);
  }

  stop(): { windows: JudgedWindow[]; lostSamples: number } {
    const lostSamples = this.#input?.stats.lostSamples ?? 0;
    this.#reading.abort();
    this.#input?.dispose();
    return { windows: this.#windows, lostSamples };
  }

  #read(input: AudioInput): void {
    if (this.#vad === null) throw new Error('load() comes first.');
    this.#input = input;
    this.#windows = [];
    this.#reading = new AbortController();
    const onWindow = ({ endMs }: { endMs: number }): void => {
      this.#windows.push({ endMs, epochMs: Date.now() });
    };
    const ears = new Ears({ input, vad: this.#vad, onWindow });
    ears.setListening(true);
    // It ends by being stopped.
    ears.run(this.#reading.signal).catch(() => undefined);
  }
}

expose(new Reader());
