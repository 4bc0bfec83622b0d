// Records two mono inputs side by side, on the audio thread: 0 is the microphone, 1 the agent.
import { LoudnessGate } from './loudness-rule.ts';
import type { RecorderMessage } from './recorder-messages.ts';
import { RECORDER_PROCESSOR } from './recorder-messages.ts';

/** A tenth of a second per message: few enough not to load the page, small enough to lose little. */
const BLOCK_FRAMES = 4_800;
const S16_FULL_SCALE = 32_768;

class RecorderProcessor extends AudioWorkletProcessor {
  readonly #gate = new LoudnessGate(sampleRate);
  #block = new Int16Array(2 * BLOCK_FRAMES);
  #filled = 0;
  #recorded = 0;
  #startFrame: number | null = null;
  #isRunning = true;

  constructor() {
    super();
    this.port.onmessage = () => {
      this.#isRunning = false;
    };
  }

  process([microphone, agent]: Float32Array[][], [output]: Float32Array[][]): boolean {
    const frames = output?.[0]?.length ?? 128;
    if (this.#startFrame === null) {
      this.#startFrame = currentFrame;
      this.#post({ type: 'started', frame: currentFrame });
    }
    // Under load Chromium now and then shows the frame of a call before: only one that is ahead tells of a loss.
    const missingFrames = currentFrame - this.#startFrame - this.#recorded;
    if (missingFrames > 0) this.#fillGap(missingFrames);
    for (let index = 0; index < frames; index += 1) {
      this.#add(microphone?.[0]?.[index] ?? 0, agent?.[0]?.[index] ?? 0);
    }
    if (this.#isRunning) return true;
    this.#flush();
    this.#post({ type: 'ended' });
    return false;
  }

  /** Silence in place of what was not rendered keeps recording time and context time in step. */
  #fillGap(missingFrames: number): void {
    this.#post({ type: 'gap', recordedFrame: this.#recorded, missingFrames });
    for (let index = 0; index < missingFrames; index += 1) this.#add(0, 0);
  }

  #add(left: number, right: number): void {
    this.#block[2 * this.#filled] = toS16(left);
    this.#block[2 * this.#filled + 1] = toS16(right);
    this.#filled += 1;
    this.#recorded += 1;
    if (this.#gate.push(right)) {
      const windowStart = this.#recorded - this.#gate.windowSamples;
      this.#post({ type: 'level', recordedFrame: windowStart, isLoud: this.#gate.isLoud });
    }
    if (this.#filled === BLOCK_FRAMES) this.#flush();
  }

  #flush(): void {
    const samples = this.#block.slice(0, 2 * this.#filled);
    this.#filled = 0;
    this.#post({ type: 'block', samples }, [samples.buffer]);
  }

  #post(message: RecorderMessage, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}

function toS16(sample: number): number {
  return Math.max(
    -S16_FULL_SCALE,
    Math.min(S16_FULL_SCALE - 1, Math.round(sample * S16_FULL_SCALE)),
  );
}

registerProcessor(RECORDER_PROCESSOR, RecorderProcessor);
