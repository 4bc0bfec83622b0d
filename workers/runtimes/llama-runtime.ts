// What runs a GGUF model: its requests, its answers, its failures. Worker or page.
import type { ChatCompletionParams } from '@wllama/wllama/esm/index.js';
import { VoiceAgentError } from '../../src/core/errors.ts';
import type { Grammar } from './tool-calls/grammar.ts';

export interface LlamaRuntimeOptions {
  readonly modelId: string;
  readonly threads: number;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

/** Everything of a request but what the runtime itself decides. */
export type LlamaRequest = Omit<ChatCompletionParams, 'stream' | 'abortSignal' | 'cache_prompt'> & {
  /** False evaluates the messages and generates nothing worth looking at. Default true. */
  readonly add_generation_prompt?: boolean;
  /** What the answer has already: it goes on behind it. */
  readonly begun?: string;
  /** What the answer has to be, without what it has already. Absent means that it may be anything. */
  readonly answer?: Grammar;
};

/** A part of an answer in the wire format. */
export interface LlamaChunk {
  readonly choices: readonly unknown[];
  /** In the last one: tokens that were evaluated, and generated. */
  readonly timings?: { readonly prompt_n: number; readonly predicted_n: number };
}

export interface LlamaCall {
  readonly signal: AbortSignal;
  readonly onChunk: (chunk: LlamaChunk) => void;
  /** Waited for before each token after the first, where the runtime can; rejects when the signal fires. */
  readonly mayGoOn?: () => Promise<void>;
}

export interface LlamaRuntime {
  readonly modelId: string;
  /** What the engine is called; absent of those that read GGUF files. */
  readonly name?: string;
  /** Absent means WASM. */
  readonly backend?: 'wasm' | 'webgpu';
  /** Threads it really has: 1 without SharedArrayBuffer. */
  readonly threads: number;
  /** False where messages cannot be evaluated ahead of a request. Absent means true. */
  readonly canPrefill?: boolean;
  /**
   * Generates until the end or the abort, chunk by chunk. Settles when the computing has stopped, so that
   * the next request can start at once; on abort that is after the batch or token in progress. Requests
   * must not overlap.
   */
  complete(request: LlamaRequest, call: LlamaCall): Promise<void>;
  /**
   * How probable it is, 0 to 1, that the last of these messages ends where it does; null where that cannot be told. Evaluates them up to
   * there, and is a request like others. Absent of runtimes that give no probabilities.
   */
  predictEnd?(
    request: Pick<LlamaRequest, 'messages' | 'tools'>,
    signal: AbortSignal,
  ): Promise<number | null>;
  /** Ends the worker and frees its memory. */
  dispose(): Promise<void>;
}

export function createTooLongError(reason: string): VoiceAgentError {
  const message = `The conversation is too long for the model: ${reason}. Leave out its oldest messages.`;
  return new VoiceAgentError('invalid-data', message, { details: { what: 'messages', reason } });
}
