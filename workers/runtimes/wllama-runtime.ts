// llama.cpp compiled to WASM (wllama 3). Its calls come from a worker or a page; it computes in a worker
// of its own, which it starts from a blob.
import { LogLevel, Wllama } from '@wllama/wllama/esm/index.js';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { withDeadline } from '../../src/core/abort.ts';
import { systemClock } from '../../src/core/clock.ts';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { gpuLost, unsupported } from './gpu-device.ts';
import { createInvalidModelError } from './invalid-model.ts';
import { createTooLongError } from './llama-runtime.ts';
import type {
  LlamaCall,
  LlamaRequest,
  LlamaRuntime,
  LlamaRuntimeOptions,
} from './llama-runtime.ts';
import { toGrammarText } from './tool-calls/grammar.ts';
import { withToolCalls } from './tool-calls/with-tool-calls.ts';

/**
 * Prompt tokens evaluated between two looks at the abort. Measured on two cores: 8 take about 200 ms and
 * larger batches are not faster per token (SmolLM2-135M Q4_1, 8 against 32 and 128).
 */
const BATCH_TOKENS = 8;
/** Loading takes 2 to 5 s for 100 MB; beyond this the worker will never answer. */
const LOAD_LIMIT_MS = 120_000;

export interface WllamaOptions extends LlamaRuntimeOptions {
  /** Whether WebGPU computes all layers. Default false. */
  readonly isOnGpu?: boolean;
}

/** The library offloads as many layers as a model has. */
const ALL_LAYERS = 99_999;

/**
 * Starts llama.cpp on a GGUF file, or on the parts of one in order. They are read until this has settled. Rejects with `model-invalid` for bytes it cannot use,
 * `worker-load-failed` when its WASM is not there, `unsupported` where the browser lacks 64-bit WASM
 * memory or where WebGPU cannot take the model, `worker-timeout`, or the signal's reason; nothing is left running then.
 */
export async function createWllamaRuntime(
  blobs: readonly Blob[],
  options: WllamaOptions,
): Promise<LlamaRuntime> {
  assertSupported();
  await assertGguf(blobs, options.modelId);
  await assertServed(wasmUrl, options.signal);
  const lastError = { text: '' };
  const isOnGpu = options.isOnGpu === true;
  const wllama = createQuietWllama((text) => (lastError.text = text));
  try {
    await withDeadline(load(wllama, blobs, options), {
      clock: systemClock,
      limitMs: LOAD_LIMIT_MS,
      toTimeoutError: createTimeoutError,
      signal: options.signal,
    });
    if (!(wllama.getLoadedContextInfo().n_vocab > 0)) throw new Error(lastError.text);
  } catch (error) {
    await wllama.exit();
    options.signal.throwIfAborted();
    if (VoiceAgentError.is(error)) throw error;
    // What is wrong with a model, the processor says.
    if (isOnGpu) throw unsupported('this model on WebGPU', messageOf(error));
    throw createInvalidModelError(options.modelId, error);
  }
  const runtime: LlamaRuntime = {
    modelId: options.modelId,
    backend: isOnGpu ? 'webgpu' : 'wasm',
    threads: wllama.getNumThreads(),
    complete: async (request, call) => {
      try {
        await complete(wllama, request, call);
      } catch (error) {
        call.signal.throwIfAborted();
        const typed = toTypedError(error);
        throw isOnGpu && typed.code !== 'invalid-data' ? toGpuError(typed) : typed;
      }
    },
    dispose: () => wllama.exit(),
  };
  // For a template that never looks at `tools`, the library would have every answer be JSON.
  return knowsTools(wllama.getChatTemplate()) ? runtime : withToolCalls(runtime);
}

const knowsTools = (chatTemplate: string | null): boolean => /\btools\b/u.test(chatTemplate ?? '');

/** The library would otherwise write every token's doings to the console, and fetch parts from a CDN. */
function createQuietWllama(onError: (text: string) => void): Wllama {
  const drop = (): void => undefined;
  const error = (...parts: readonly unknown[]): void => onError(parts.map(String).join(' '));
  const wllama = new Wllama(
    { default: wasmUrl },
    { logger: { debug: drop, log: drop, warn: drop, error } },
  );
  wllama.setCompat(null);
  return wllama;
}

function load(wllama: Wllama, blobs: readonly Blob[], options: WllamaOptions): Promise<void> {
  return wllama.loadModel([...blobs], {
    n_threads: options.threads,
    n_ctx: options.contextTokens,
    n_batch: BATCH_TOKENS,
    n_ubatch: BATCH_TOKENS,
    // One sequence: every request finds the prefix that the one before it left.
    n_parallel: 1,
    n_gpu_layers: options.isOnGpu === true ? ALL_LAYERS : 0,
    log_level: LogLevel.ERROR,
  });
}

async function complete(
  wllama: Wllama,
  { begun, answer, ...request }: LlamaRequest,
  { signal, onChunk }: LlamaCall,
): Promise<void> {
  await wllama.createChatCompletion({
    ...request,
    ...(answer === undefined ? {} : { grammar: toGrammarText(answer) }),
    messages: begun === undefined ? request.messages : goOn(request.messages, begun),
    cache_prompt: true,
    stream: true,
    onData: onChunk,
    abortSignal: signal,
  });
}

/** Whatever it fails of there, it may do on the processor. */
function toGpuError(error: VoiceAgentError): VoiceAgentError {
  return gpuLost('llama.cpp', error.message, error);
}

/** llama.cpp does not end a last message of the model's, but goes on behind it. */
function goOn(messages: LlamaRequest['messages'], content: string): LlamaRequest['messages'] {
  return [...messages, { role: 'assistant', content }];
}

function toTypedError(error: unknown): VoiceAgentError {
  const reason = messageOf(error);
  if (/exceeds the available context size/u.test(reason)) return createTooLongError(reason);
  // The library rejects with a bare string once its WASM is dead.
  if ((error instanceof Error && error.name === 'RuntimeError') || /has crashed/u.test(reason)) {
    const message = `llama.cpp crashed: ${reason}. Start the engine again.`;
    const details = { worker: 'llama', reason };
    return new VoiceAgentError('worker-crashed', message, { details, cause: error });
  }
  return VoiceAgentError.from(error);
}

function assertSupported(): void {
  try {
    new WebAssembly.Memory({
      address: 'i64',
      initial: 1n,
    } as unknown as WebAssembly.MemoryDescriptor);
  } catch {
    const feature = '64-bit WebAssembly memory';
    throw new VoiceAgentError(
      'unsupported',
      `This browser lacks ${feature}, which the local language model needs. Use a remote one here.`,
      { details: { feature } },
    );
  }
}

async function assertGguf(blobs: readonly Blob[], modelId: string): Promise<void> {
  for (const blob of blobs) {
    if ((await blob.slice(0, 4).text()) === 'GGUF') continue;
    throw createInvalidModelError(modelId, new Error('it is not a GGUF file'));
  }
}

/** The library never answers when its WASM is missing. */
async function assertServed(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw createMissingError(url, messageOf(error));
  });
  await response.body?.cancel();
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || type.includes('html'))
    throw createMissingError(url, `HTTP ${response.status}`);
}

function createMissingError(url: string, reason: string): VoiceAgentError {
  return new VoiceAgentError(
    'worker-load-failed',
    `The code of the local language model could not be loaded from ${url} (${reason}). Serve it beside the worker.`,
    { details: { worker: 'llama', url } },
  );
}

function createTimeoutError(): VoiceAgentError {
  return new VoiceAgentError(
    'worker-timeout',
    'llama.cpp did not load the model in time. Reload the page.',
    {
      details: { worker: 'llama', waitedMs: LOAD_LIMIT_MS },
      retryable: true,
    },
  );
}
