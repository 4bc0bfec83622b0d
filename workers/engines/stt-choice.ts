// The recogniser that a model of the catalogue is for. Runs in the listen worker.
import type { EngineBackend } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { SttEngine } from '../../src/core/contracts/speech-to-text.ts';
import type { VoiceAgentError } from '../../src/core/errors.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { modelKind } from '../../src/models/model-kind.ts';
import type { ModelKind } from '../../src/models/model-kind.ts';
import { createMoonshineStt } from './moonshine-stt.ts';
import type { Layout } from './sherpa-offline-stt.ts';

export interface SttRequest {
  readonly files: ModelFiles;
  readonly model: CatalogModel;
  readonly threads: number;
  readonly backend: EngineBackend;
  readonly onFallback: (error: VoiceAgentError) => void;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** Recognisers of sherpa-onnx for whole pieces of audio, by their layout. */
const OFFLINE: Readonly<Partial<Record<ModelKind, Layout>>> = {
  'sherpa-graph': 'graph',
  'sherpa-whisper': 'whisper',
  'sherpa-moonshine': 'moonshine',
};

/** Engines that few pages choose are fetched for those alone. Rejects as the engine does, or with `model-invalid`. */
export async function createStt({ model, ...request }: SttRequest): Promise<SttEngine> {
  const kind = modelKind(model, 'stt');
  if (kind === 'moonshine') {
    return createMoonshineStt({ ...request, modelId: model.id });
  }
  if (kind === 'sherpa') {
    const { createSherpaStt } = await import('./sherpa-stt.ts');
    return createSherpaStt({ ...request, model });
  }
  const family = OFFLINE[kind];
  if (family !== undefined) {
    const { createSherpaOfflineStt } = await import('./sherpa-offline-stt.ts');
    return createSherpaOfflineStt(family, { ...request, model });
  }
  const { createWhisperStt } = await import('./whisper-stt.ts');
  return createWhisperStt({ ...request, model });
}
