// The voice detector that a page asked for. Runs in the turn worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { createEnergyVad } from './energy-vad.ts';
import { createSileroVad } from './silero-vad.ts';

export interface VadRequest {
  readonly engine: 'silero' | 'sherpa-onnx' | 'energy';
  readonly files: ModelFiles;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** What few pages choose is fetched for those alone. Rejects as the engine does. */
export async function createVad({ engine, ...request }: VadRequest): Promise<VadEngine> {
  if (engine === 'energy') return createEnergyVad();
  if (engine === 'silero') return createSileroVad(request);
  const { createSherpaVad } = await import('./sherpa-vad.ts');
  return createSherpaVad(request);
}

export interface ServingVad {
  readonly vad: VadEngine;
  /** Why it is not the one that was asked for. */
  readonly error: VoiceAgentError | null;
}

/** As {@link createVad}; in the place of one that cannot be loaded, the one that needs no model. Rejects on abort alone. */
export async function createVadOrFloor(request: VadRequest): Promise<ServingVad> {
  try {
    return { vad: await createVad(request), error: null };
  } catch (error) {
    request.signal.throwIfAborted();
    return { vad: createEnergyVad(), error: VoiceAgentError.from(error) };
  }
}
