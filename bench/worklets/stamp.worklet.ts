// Says of each render quantum when it was rendered, on the audio thread: the zero of every capture delay.
import { STAMP_PROCESSOR } from './quantum-message.ts';
import type { StampMessage } from './quantum-message.ts';

/** About a quarter of a second at 48 kHz. */
const STAMPS_PER_MESSAGE = 96;

class StampProcessor extends AudioWorkletProcessor {
  #stamps = new Float64Array(STAMPS_PER_MESSAGE);
  #count = 0;
  #frame = 0;

  process(): boolean {
    if (this.#count === 0) this.#frame = currentFrame;
    this.#stamps[this.#count] = Date.now();
    this.#count += 1;
    if (this.#count < STAMPS_PER_MESSAGE) return true;
    const message: StampMessage = { frame: this.#frame, epochMs: this.#stamps };
    this.port.postMessage(message, [this.#stamps.buffer]);
    this.#stamps = new Float64Array(STAMPS_PER_MESSAGE);
    this.#count = 0;
    return true;
  }
}

registerProcessor(STAMP_PROCESSOR, StampProcessor);
