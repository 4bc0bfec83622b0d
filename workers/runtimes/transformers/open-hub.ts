// Fetches transformers.js when a model needs it, and lets it read models from our store alone. Worker or page.
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import gpuGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import gpuWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import { messageOf, VoiceAgentError } from '../../../src/core/errors.ts';
import { createInvalidModelError } from '../invalid-model.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';
import { unsupported } from '../gpu-device.ts';
import type { Gpu } from '../gpu-device.ts';
import { usableThreads } from '../usable-threads.ts';
import type { HubOptions, TransformersLibrary } from './library.ts';

export interface HubRequest {
  readonly files: ModelFiles;
  readonly model: CatalogModel;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface Hub {
  readonly library: TransformersLibrary;
  readonly options: HubOptions;
  readonly threads: number;
  /** What it computes on; null for the processor. */
  readonly gpu: Gpu | null;
  /** What loading from the hub failed of: the store's own error, else `model-invalid`, or `unsupported` on a graphics processor. */
  toError(error: unknown): Error;
}

/** Endings of file names and what the library calls the numbers in them. */
const DTYPES: Readonly<Record<string, string>> = {
  '': 'fp32',
  _fp16: 'fp16',
  _quantized: 'q8',
  _int8: 'int8',
  _uint8: 'uint8',
  _q4: 'q4',
  _q4f16: 'q4f16',
  _bnb4: 'bnb4',
};
/** The longest first: each name ends in the empty one. */
const ENDINGS = Object.keys(DTYPES).sort((one, other) => other.length - one.length);
/** Of the library: errors alone. */
const LOG_ERRORS = 40;
const FOLDER = '/models/';

/**
 * The library set up for one model of the catalogue. Its settings are the thread's: one model is loaded at a time.
 * Names of files stand in the catalogue without the hub's `onnx/` folder.
 */
export async function openHub(request: HubRequest, gpu: Gpu | null): Promise<Hub> {
  const { threads, signal } = request;
  const module: unknown = await import('@huggingface/transformers');
  const library = module as TransformersLibrary;
  signal.throwIfAborted();
  const served = serveFiles(request);
  Object.assign(library.env, {
    fetch: served.fetch,
    allowLocalModels: true,
    allowRemoteModels: false,
    localModelPath: FOLDER,
    useBrowserCache: false,
    useWasmCache: false,
    logLevel: LOG_ERRORS,
  });
  const { wasm } = library.env.backends.onnx;
  const gpuPaths = { mjs: gpuGlueUrl, wasm: gpuWasmUrl };
  // Taken once in a thread, by the first model: the larger build computes on the processor as well.
  wasm.wasmPaths = gpu === null ? { mjs: glueUrl, wasm: wasmUrl } : gpuPaths;
  wasm.numThreads = usableThreads(threads);
  const toError = (error: unknown): Error =>
    toHubError(served.failure.error ?? error, request, gpu);
  return { library, options: toOptions(request, gpu), threads: wasm.numThreads, gpu, toError };
}

/** Answers the library's requests from the store. What the catalogue does not list is not there. */
function serveFiles({ files, model, signal }: HubRequest): {
  fetch: (address: string | URL) => Promise<Response>;
  failure: { error?: unknown };
} {
  const failure: { error?: unknown } = {};
  const names = new Set(model.files.map(({ name }) => name));
  const fetch = async (address: string | URL): Promise<Response> => {
    const name = String(address).split('/').at(-1) ?? '';
    if (!String(address).startsWith(`${FOLDER}${model.id}/`) || !names.has(name)) {
      return new Response(null, { status: 404 });
    }
    try {
      return new Response(await files.read(model.id, name, { signal }));
    } catch (error) {
      failure.error ??= error;
      throw error;
    }
  };
  return { fetch, failure };
}

function toOptions({ model: { files } }: HubRequest, gpu: Gpu | null): HubOptions {
  const dtype: Record<string, string> = {};
  const external: Record<string, boolean> = {};
  for (const { name } of files) {
    const stem = /^(.*)\.onnx$/u.exec(name)?.[1];
    const ending = ENDINGS.find((end) => stem?.endsWith(end) === true) ?? '';
    const base = stem?.slice(0, stem.length - ending.length);
    const found = DTYPES[ending];
    if (base === undefined || found === undefined || base in dtype) continue;
    dtype[base] = found;
    external[base] = files.some((other) => other.name === `${name}_data`);
  }
  return {
    subfolder: '',
    device: gpu === null ? 'wasm' : 'webgpu',
    dtype,
    use_external_data_format: external,
    // Idle threads of the pool do not spin between runs: other workers need the cores.
    session_options: {
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      ...(gpu === null ? {} : { executionProviders: [{ name: 'webgpu', device: gpu.device }] }),
    },
  };
}

function toHubError(error: unknown, { model, signal }: HubRequest, gpu: Gpu | null): Error {
  if (signal.aborted) return signal.reason as Error;
  if (VoiceAgentError.is(error)) return error;
  // What is wrong with a model, the processor says.
  if (gpu !== null) return unsupported('this model on WebGPU', messageOf(error));
  return createInvalidModelError(model.id, error);
}
