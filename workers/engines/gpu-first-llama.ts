// A language model on a graphics processor that may be lost: an answer goes on elsewhere where it stopped. In the think worker.
import { toChunk } from '../../src/engines/openai-wire.ts';
import type {
  LlamaCall,
  LlamaChunk,
  LlamaRequest,
  LlamaRuntime,
} from '../runtimes/llama-runtime.ts';
import type { GpuFirst } from './gpu-first.ts';

export class GpuFirstLlama implements LlamaRuntime {
  readonly #gpuFirst: GpuFirst<LlamaRuntime>;

  constructor(gpuFirst: GpuFirst<LlamaRuntime>) {
    this.#gpuFirst = gpuFirst;
  }

  get modelId(): string {
    return this.#gpuFirst.runner.modelId;
  }

  get name(): string {
    return this.#gpuFirst.runner.name ?? 'llama';
  }

  get backend(): 'wasm' | 'webgpu' {
    return this.#gpuFirst.runner.backend ?? 'wasm';
  }

  get threads(): number {
    return this.#gpuFirst.runner.threads;
  }

  get canPrefill(): boolean {
    return this.#gpuFirst.runner.canPrefill ?? true;
  }

  async complete(request: LlamaRequest, call: LlamaCall): Promise<void> {
    const answer = new Answer(request, call);
    await this.#gpuFirst.run((runtime) => answer.computeOn(runtime), call.signal);
    answer.finish();
  }

  dispose(): Promise<void> {
    return this.#gpuFirst.dispose();
  }
}

/** What was told of it stays told; only its rest is computed by another runtime. */
class Answer {
  readonly #request: LlamaRequest;
  readonly #call: LlamaCall;
  #text = '';
  /** Parts with text, about as many as tokens. */
  #parts = 0;
  /** Calls of tools, and how it ended: of the runtime that came to the end. */
  #closing: LlamaChunk[] = [];
  /** Of the runtime that computes it: one that was given up says no more. */
  #attempt = 0;

  constructor(request: LlamaRequest, call: LlamaCall) {
    this.#request = request;
    this.#call = call;
  }

  computeOn(runtime: LlamaRuntime): Promise<void> {
    this.#attempt += 1;
    this.#closing = [];
    const attempt = this.#attempt;
    const onChunk = (chunk: LlamaChunk): void => {
      if (attempt === this.#attempt) this.#take(chunk);
    };
    return runtime.complete(this.#rest, { ...this.#call, onChunk });
  }

  finish(): void {
    this.#closing.forEach((chunk) => this.#call.onChunk(chunk));
  }

  get #rest(): LlamaRequest {
    if (this.#text === '') return this.#request;
    const { max_tokens: limit, ...request } = this.#request;
    const left = limit === undefined ? {} : { max_tokens: Math.max(1, limit - this.#parts) };
    return { ...request, ...left, begun: this.#text };
  }

  #take(chunk: LlamaChunk): void {
    const { text } = toChunk(chunk);
    if (text === '') {
      this.#closing.push(chunk);
      return;
    }
    this.#text += text;
    this.#parts += 1;
    this.#call.onChunk(chunk);
  }
}
