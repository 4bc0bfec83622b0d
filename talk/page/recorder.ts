// The page's end of the recorder: taps, samples kept in memory, and the agent's loudness as it changes.
import { createDeferred } from '../../src/core/deferred.ts';
import type { RawGap } from './raw-run.ts';
import recorderUrl from './recorder.worklet.ts?worker&url';
import { RECORDER_PROCESSOR } from './recorder-messages.ts';
import type { RecorderMessage } from './recorder-messages.ts';

export interface RecorderLevel {
  /** AudioContext time of the window in which the agent's channel crossed the threshold. */
  readonly contextMs: number;
  readonly isLoud: boolean;
}

/** Records from its creation until `stop`. Memory: 192 kB per second. */
export class Recorder {
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  readonly #onLevel: (level: RecorderLevel) => void;
  readonly #blocks: Int16Array[] = [];
  readonly #gaps: RawGap[] = [];
  readonly #started = createDeferred();
  readonly #ended = createDeferred();
  #isTapped = false;
  #startFrame = 0;
  #frames = 0;

  private constructor(context: AudioContext, onLevel: (level: RecorderLevel) => void) {
    this.#context = context;
    this.#onLevel = onLevel;
    this.#node = new AudioWorkletNode(context, RECORDER_PROCESSOR, {
      numberOfInputs: 2,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<RecorderMessage>) => this.#handle(data);
    // It puts out silence: a node that leads nowhere might not be run.
    this.#node.connect(context.destination);
  }

  /** Resolves when the first frame was recorded. The context must be running. */
  static async create(
    context: AudioContext,
    onLevel: (level: RecorderLevel) => void,
  ): Promise<Recorder> {
    await context.audioWorklet.addModule(recorderUrl);
    const recorder = new Recorder(context, onLevel);
    await recorder.#started.promise;
    return recorder;
  }

  get startContextMs(): number {
    return this.#toContextMs(0);
  }

  get frames(): number {
    return this.#frames;
  }

  get gaps(): readonly RawGap[] {
    return this.#gaps;
  }

  tapMicrophone(node: AudioNode): void {
    this.#isTapped = true;
    node.connect(this.#node, 0, 0);
  }

  tapAgent(node: AudioNode): void {
    this.#isTapped = true;
    node.connect(this.#node, 0, 1);
  }

  async stop(): Promise<void> {
    this.#node.port.postMessage('stop');
    await this.#ended.promise;
  }

  /** Takes up to `maxBlocks` of the oldest blocks out, joined; empty when none are left. */
  take(maxBlocks: number): Int16Array {
    const blocks = this.#blocks.splice(0, maxBlocks);
    const joined = new Int16Array(blocks.reduce((sum, block) => sum + block.length, 0));
    let offset = 0;
    for (const block of blocks) {
      joined.set(block, offset);
      offset += block.length;
    }
    return joined;
  }

  #handle(message: RecorderMessage): void {
    switch (message.type) {
      case 'started':
        this.#startFrame = message.frame;
        this.#started.resolve();
        return;
      case 'block':
        this.#blocks.push(message.samples);
        this.#frames += message.samples.length / 2;
        return;
      case 'level':
        this.#onLevel({
          contextMs: this.#toContextMs(message.recordedFrame),
          isLoud: message.isLoud,
        });
        return;
      case 'gap':
        // Before the first tap nothing could be lost: the graph skips a few quanta as it starts.
        if (!this.#isTapped) return;
        this.#gaps.push({
          contextMs: this.#toContextMs(message.recordedFrame),
          missingFrames: message.missingFrames,
        });
        return;
      case 'ended':
        this.#ended.resolve();
        return;
    }
  }

  #toContextMs(recordedFrame: number): number {
    return ((this.#startFrame + recordedFrame) * 1000) / this.#context.sampleRate;
  }
}
