// The capture path to compare with: each render quantum is a message of its own. Audio thread.
import { POST_PROCESSOR } from './quantum-message.ts';
import type { QuantumMessage } from './quantum-message.ts';

class PostProcessor extends AudioWorkletProcessor {
  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    if (samples === undefined) return true;
    const message: QuantumMessage = { frame: currentFrame, pcm: samples.slice() };
    this.port.postMessage(message, [message.pcm.buffer]);
    return true;
  }
}

registerProcessor(POST_PROCESSOR, PostProcessor);
