// sherpa-onnx, compiled to WASM: one thread, models from an in-memory disk. Worker: compiling it at once blocks a page.
import createModule from 'sherpa-onnx/sherpa-onnx-wasm-nodejs.js';
import wasmUrl from 'sherpa-onnx/sherpa-onnx-wasm-nodejs.wasm?url';
import { messageOf, VoiceAgentError } from '../../../src/core/errors.ts';
import { createInvalidModelError } from '../invalid-model.ts';
import { disk, said } from './node-stand-in.ts';

export interface SherpaSource<Role extends string> {
  /** The worker that it runs in, for the error that tells of it. */
  readonly worker: string;
  readonly modelId: string;
  /** By role: what the model's files are. */
  readonly files: Readonly<Record<Role, ArrayBuffer>>;
  readonly signal: AbortSignal;
}

const REFUSED = 'sherpa-onnx refused its files';

/** What the package makes of files: 0 where it refused them. */
interface SherpaPart {
  readonly handle: number;
}

/**
 * Starts the package anew, with memory of its own, and has `create` make one part of it from the paths of the files.
 * Rejects with `worker-load-failed` when the package's WASM is not served, `model-invalid`, or the signal's reason.
 */
export async function loadSherpa<Role extends string, Part extends SherpaPart>(
  { worker, modelId, files, signal }: SherpaSource<Role>,
  create: (module: object, paths: Readonly<Record<string, string>>) => Part,
): Promise<Part> {
  const wasmBinary = await fetchWasm(worker, signal);
  const paths = new Map<string, string>();
  for (const [role, bytes] of Object.entries<ArrayBuffer>(files)) {
    const path = `/${modelId}/${role}.${toEnding(bytes)}`;
    disk.set(path, new Uint8Array(bytes));
    paths.set(role, path);
  }
  said.last = '';
  try {
    const module = {};
    // It is ready when this returns, whatever it returns.
    void createModule(Object.assign(module, { wasmBinary }));
    const part = create(module, Object.fromEntries(paths));
    if (!(part.handle > 0)) throw new Error(REFUSED);
    return part;
  } catch (error) {
    // What it said last tells more than that it gave up. Its own exceptions are addresses in its memory.
    const last = said.last === '' && typeof error === 'number' ? REFUSED : said.last;
    const reason = last === '' ? error : new Error(last, { cause: error });
    throw createInvalidModelError(modelId, reason);
  } finally {
    // They were read.
    for (const path of paths.values()) disk.delete(path);
  }
}

/** By which the package, or ONNX Runtime in it, tells the formats of graphs apart; it asks texts for none. */
function toEnding(bytes: ArrayBuffer): 'onnx' | 'ort' {
  const mark = new Uint8Array(bytes).subarray(4, 8);
  return String.fromCharCode(...mark) === 'ORTM' ? 'ort' : 'onnx';
}

async function fetchWasm(worker: string, signal: AbortSignal): Promise<ArrayBuffer> {
  try {
    const response = await fetch(wasmUrl, { signal });
    if (response.ok) return await response.arrayBuffer();
    throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    const message = `sherpa-onnx could not be loaded from ${wasmUrl} (${messageOf(error)}). Serve it beside the worker.`;
    const details = { worker, url: wasmUrl };
    throw new VoiceAgentError('worker-load-failed', message, { details, cause: error });
  }
}
