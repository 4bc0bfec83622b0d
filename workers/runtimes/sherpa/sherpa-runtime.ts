// sherpa-onnx, compiled to WASM: one thread, models from an in-memory disk. Worker: compiling it at once blocks a page.
import createAsr from 'sherpa-onnx/sherpa-onnx-asr.js';
import createModule from 'sherpa-onnx/sherpa-onnx-wasm-nodejs.js';
import wasmUrl from 'sherpa-onnx/sherpa-onnx-wasm-nodejs.wasm?url';
import { messageOf, VoiceAgentError } from '../../../src/core/errors.ts';
import { createInvalidError } from '../llama-runtime.ts';
import { disk } from './node-stand-in.ts';

export interface SherpaResult {
  readonly text: string;
  /** Seconds from the beginning of the piece, one per token. */
  readonly timestamps?: readonly number[];
  /** Seconds before the piece. */
  readonly start_time?: number;
}

export interface SherpaStream {
  acceptWaveform(sampleRateHz: number, pcm: Float32Array): void;
  free(): void;
}

/** A streaming recogniser of the package. */
export interface SherpaRecogniser {
  createStream(): SherpaStream;
  isReady(stream: SherpaStream): boolean;
  decode(stream: SherpaStream): void;
  isEndpoint(stream: SherpaStream): boolean;
  reset(stream: SherpaStream): void;
  getResult(stream: SherpaStream): SherpaResult;
  free(): void;
}

export interface TransducerRequest {
  readonly modelId: string;
  /** By role: what the model's files are. */
  readonly files: Readonly<Record<'encoder' | 'decoder' | 'joiner' | 'tokens', ArrayBuffer>>;
  readonly signal: AbortSignal;
  /** Silence after words that ends a piece of text; what is recognised then starts anew. */
  readonly endpointSilenceMs: number;
}

/**
 * Loads a streaming transducer. Rejects with `worker-load-failed` when the package's WASM is not served,
 * `model-invalid`, or the signal's reason.
 */
export async function createTransducer(request: TransducerRequest): Promise<SherpaRecogniser> {
  const { modelId, files, signal, endpointSilenceMs } = request;
  const wasmBinary = await fetchWasm(signal);
  const paths = Object.entries(files).map(([role, bytes]) => {
    const path = `/${modelId}/${role}`;
    disk.set(path, new Uint8Array(bytes));
    return [role, path] as const;
  });
  const { tokens = '', ...transducer } = Object.fromEntries(paths);
  try {
    const module = {};
    const said = { last: 'sherpa-onnx refused its files' };
    const printErr = (line: string): void => void (said.last = line);
    // It is ready when this returns, whatever it returns.
    void createModule(Object.assign(module, { wasmBinary, print: printErr, printErr }));
    const recogniser = createAsr.createOnlineRecognizer(module, {
      featConfig: { sampleRate: 16_000, featureDim: 80 },
      modelConfig: { transducer, tokens, numThreads: 1, provider: 'cpu', debug: 0 },
      decodingMethod: 'greedy_search',
      enableEndpoint: 1,
      rule1MinTrailingSilence: 10,
      rule2MinTrailingSilence: endpointSilenceMs / 1_000,
      rule3MinUtteranceLength: 30,
    });
    if (!(recogniser.handle > 0)) throw new Error(said.last);
    return recogniser;
  } catch (error) {
    throw createInvalidError(modelId, error);
  } finally {
    // The recogniser has read them.
    for (const [, path] of paths) disk.delete(path);
  }
}

async function fetchWasm(signal: AbortSignal): Promise<ArrayBuffer> {
  try {
    const response = await fetch(wasmUrl, { signal });
    if (response.ok) return await response.arrayBuffer();
    throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    const message = `sherpa-onnx could not be loaded from ${wasmUrl} (${messageOf(error)}). Serve it beside the worker.`;
    const details = { worker: 'listen', url: wasmUrl };
    throw new VoiceAgentError('worker-load-failed', message, { details, cause: error });
  }
}
