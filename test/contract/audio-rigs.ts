// Real worklets on a real audio thread, rendered quantum by quantum: an offline context that is
// suspended in between.
import captureUrl from '../../workers/worklets/capture.worklet.ts?worker&url';
import playbackUrl from '../../workers/worklets/playback.worklet.ts?worker&url';
import { openCapture } from '../../src/core/capture-input.ts';
import { createCaptureMemory } from '../../src/core/capture-ring.ts';
import { openPlayback } from '../../src/core/playback-output.ts';
import { createPlaybackMemory } from '../../src/core/playback-ring.ts';
import { CAPTURE_PROCESSOR, PLAYBACK_PROCESSOR } from '../../src/core/worklet-protocol.ts';
import type { WorkletStore } from '../../src/core/worklet-protocol.ts';
import { WorkletEndpoint } from '../../src/audio/worklet-endpoint.ts';
import type { InputRig } from './audio-input.suite.ts';
import { QUANTUM, RATE_HZ } from './audio-output.suite.ts';
import type { OutputRig } from './audio-output.suite.ts';

const CAPACITY_SAMPLES = 16_384;

/** Counts up, sample by sample; and hands over, in order, what it is given. */
const HELPERS = `
  registerProcessor('counter', class extends AudioWorkletProcessor {
    process(_, [[output]]) {
      for (let i = 0; i < output.length; i += 1) output[i] = currentFrame + i;
      return true;
    }
  });
  registerProcessor('recorder', class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.port.onmessage = (event) => this.port.postMessage(event.data);
    }
    process([[input]]) {
      if (input) this.port.postMessage(input.slice());
      return true;
    }
  });
`;

class SteppedContext {
  readonly context = new OfflineAudioContext({
    numberOfChannels: 1,
    length: RATE_HZ * 120,
    sampleRate: RATE_HZ,
  });
  readonly heard: Float32Array[] = [];
  #frame = 0;
  #recorder: AudioWorkletNode | undefined;
  #answer: () => void = () => undefined;

  async load(): Promise<void> {
    const helpers = URL.createObjectURL(new Blob([HELPERS], { type: 'text/javascript' }));
    for (const url of [captureUrl, playbackUrl, helpers]) {
      await this.context.audioWorklet.addModule(url);
    }
  }

  /** Records `node` and renders the first, empty quantum. */
  async begin(node: AudioNode): Promise<void> {
    const recorder = new AudioWorkletNode(this.context, 'recorder');
    recorder.port.onmessage = ({ data }: MessageEvent<Float32Array | 'ping'>) => {
      if (data === 'ping') this.#answer();
      else this.heard.push(data);
    };
    node.connect(recorder).connect(this.context.destination);
    this.#recorder = recorder;
    const suspended = this.context.suspend(QUANTUM / RATE_HZ);
    void this.context.startRendering();
    await suspended;
    this.#frame = QUANTUM;
    await this.settle();
    this.heard.length = 0;
  }

  /** Lets messages in both directions arrive. */
  async settle(): Promise<void> {
    for (let i = 0; i < 3; i += 1) {
      await new Promise<void>((resolve) => {
        this.#answer = resolve;
        this.#recorder?.port.postMessage('ping');
      });
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  async step(quanta: number): Promise<void> {
    this.#frame += quanta * QUANTUM;
    const suspended = this.context.suspend(this.#frame / RATE_HZ);
    await this.context.resume();
    await suspended;
    await this.settle();
  }
}

/** An `AudioOutput` whose other end is the playback worklet. */
export async function createOutputRig(kind: 'shared' | 'port'): Promise<OutputRig> {
  const stepped = new SteppedContext();
  await stepped.load();
  const store: WorkletStore =
    kind === 'shared'
      ? {
          kind,
          memory: createPlaybackMemory({ capacitySamples: CAPACITY_SAMPLES, isShared: true }),
        }
      : { kind, capacitySamples: CAPACITY_SAMPLES };
  const endpoint = new WorkletEndpoint(stepped.context, {
    processor: PLAYBACK_PROCESSOR,
    store,
    node: {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: { store, prebufferMs: 20 },
    },
    onFailure: () => {
      throw new Error('the playback worklet threw');
    },
  });
  const output = openPlayback(endpoint.connect());
  // Over a port the worklet answers once it listens.
  const answered = new Promise<void>((resolve) => {
    const detach = output.onCursor(() => {
      detach();
      resolve();
    });
  });
  await stepped.begin(endpoint.node);
  await answered;
  return {
    output,
    capacitySamples: CAPACITY_SAMPLES,
    settle: () => stepped.settle(),
    async render(quanta) {
      await stepped.settle();
      await stepped.step(quanta);
      const heard = new Float32Array(quanta * QUANTUM);
      stepped.heard.splice(0).forEach((quantum, i) => heard.set(quantum, i * QUANTUM));
      return heard;
    },
    dispose() {
      output.dispose();
      endpoint.stop();
    },
  };
}

/** An `AudioInput` whose other end is the capture worklet, fed with counted samples. */
export async function createInputRig(kind: 'shared' | 'port'): Promise<InputRig> {
  const stepped = new SteppedContext();
  await stepped.load();
  const capacitySamples = 8_192;
  const store: WorkletStore =
    kind === 'shared'
      ? { kind, memory: createCaptureMemory({ capacitySamples }) }
      : { kind, capacitySamples };
  const endpoint = new WorkletEndpoint(stepped.context, {
    processor: CAPTURE_PROCESSOR,
    store,
    node: { outputChannelCount: [1], processorOptions: { store } },
    onFailure: () => {
      throw new Error('the capture worklet threw');
    },
  });
  new AudioWorkletNode(stepped.context, 'counter', { outputChannelCount: [1] }).connect(
    endpoint.node,
  );
  await stepped.begin(endpoint.node);
  const input = openCapture(endpoint.connect());
  const seenSamples = (): number =>
    input.stats.readSamples + input.stats.lostSamples + input.availableSamples;
  // A port opens some time after its messages were sent: what arrives first shows where it begins.
  let firstIndex = QUANTUM;
  if (kind === 'port') {
    while (input.availableSamples === 0) await stepped.step(15);
    firstIndex = input.positionSamples + input.read(new Float32Array(capacitySamples));
  }
  const before = input.stats.readSamples;
  let capturedSamples = 0;
  return {
    input,
    firstIndex,
    capacitySamples,
    async capture(quanta) {
      for (let left = quanta; left > 0; left -= 15) {
        const count = Math.min(15, left);
        await stepped.step(count);
        capturedSamples += count * QUANTUM;
        // A port delivers whole blocks of 40 ms unasked.
        const held = kind === 'port' ? capturedSamples % 1_920 : 0;
        const due = before + capturedSamples - held;
        while (seenSamples() < due) await stepped.settle();
      }
    },
    dispose() {
      input.dispose();
      endpoint.stop();
    },
  };
}
