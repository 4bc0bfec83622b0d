// The voice detector that a page asked for. Runs in the turn worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { createSileroVad } from './silero-vad.ts';

export interface VadRequest {
  readonly engine: 'silero' | 'sherpa-onnx';
  readonly files: ModelFiles;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** What few pages choose is fetched for those alone. Rejects as the engine does. */
export async function createVad({ engine, ...request }: VadRequest): Promise<VadEngine> {
  if (engine === 'silero') return createSileroVad(request);
  const { createSherpaVad } = await import('./sherpa-vad.ts');
  return createSherpaVad(request);
}
