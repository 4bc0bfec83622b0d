// Fetches WebLLM when a model needs it, and loads a compiled model of the catalogue. Worker: it takes the thread's
// `caches`.
import { messageOf, VoiceAgentError } from '../../../src/core/errors.ts';
import { createInvalidModelError } from '../invalid-model.ts';
import { createStoreCaches, hubAddress } from './store-caches.ts';
import type { StoreCachesOptions } from './store-caches.ts';
import type { MlcEngine } from './web-llm-runtime.ts';

interface WebLlmLibrary {
  readonly MLCEngine: new (config: object) => MlcEngine & {
    /** Asks for an adapter, whatever is loaded. */
    getMaxStorageBufferBindingSize(): Promise<number>;
    reload(modelId: string): Promise<void>;
  };
}

/**
 * Rejects with `unsupported` where there is no WebGPU, before anything of the model is fetched; with
 * `model-download-failed`, `model-integrity` or `model-invalid`; or with the signal's reason.
 */
export async function openWebLlm(options: StoreCachesOptions): Promise<MlcEngine> {
  const { model, signal } = options;
  const module: unknown = await import('@mlc-ai/web-llm');
  signal.throwIfAborted();
  const { caches, failure } = createStoreCaches(options);
  Object.defineProperty(globalThis, 'caches', { value: caches, configurable: true });
  const library = model.files.find(({ name }) => name.endsWith('.wasm'))?.name ?? '';
  const record = {
    model: hubAddress(model.id),
    model_id: model.id,
    model_lib: hubAddress(model.id, library),
  };
  const engine = new (module as WebLlmLibrary).MLCEngine({
    appConfig: { model_list: [record], cacheBackend: 'cache' },
    logLevel: 'SILENT',
  });
  await engine.getMaxStorageBufferBindingSize().catch((error: unknown) => {
    throw toGpuError(error);
  });
  try {
    await engine.reload(model.id);
    signal.throwIfAborted();
    return engine;
  } catch (error) {
    await engine.unload().catch(() => undefined);
    signal.throwIfAborted();
    const reason = failure.error ?? error;
    throw VoiceAgentError.is(reason)
      ? reason
      : (toTypedError(reason) ?? createInvalidModelError(model.id, reason));
  }
}

function toGpuError(error: unknown): VoiceAgentError {
  return toTypedError(error) ?? createUnsupported(error);
}

/** What the device lacks; null for what the model does. */
function toTypedError(error: unknown): VoiceAgentError | null {
  const name = error instanceof Error ? error.name : '';
  if (/^(?:WebGPUNot|ShaderF16|FeatureSupport)/u.test(name)) return createUnsupported(error);
  if (!/^DeviceLost/u.test(name)) return null;
  return new VoiceAgentError(
    'gpu-lost',
    `The graphics card was lost while the model was loaded: ${messageOf(error)}. Take a smaller model.`,
    { details: { adapter: 'webgpu' }, cause: error },
  );
}

function createUnsupported(error: unknown): VoiceAgentError {
  return new VoiceAgentError(
    'unsupported',
    `WebLLM needs WebGPU, which this device does not offer it: ${messageOf(error)}. Take a GGUF model or a remote one.`,
    { details: { feature: 'WebGPU' }, cause: error },
  );
}
