// Recognisers of sherpa-onnx for whole pieces of audio: one graph and its tokens. In the listen worker.
import asr from 'sherpa-onnx/sherpa-onnx-asr.js';
import type { OfflineRecogniser } from 'sherpa-onnx/sherpa-onnx-asr.js';
import { createInvalidModelError } from '../invalid-model.ts';
import { readFields, textOf } from '../onnx-graph/protobuf.ts';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

/** What a file calls itself (`model_type`), and where the package wants it. */
const PLACES: Readonly<Record<string, string>> = {
  EncDecCTCModel: 'nemoCtc',
  EncDecCTCModelBPE: 'nemoCtc',
  EncDecHybridRNNTCTCBPEModel: 'nemoCtc',
  sense_voice_ctc: 'senseVoice',
  wenet_ctc: 'wenetCtc',
  zipformer2_ctc: 'zipformerCtc',
};
/** `metadata_props` of an ONNX model. */
const METADATA_FIELD = 14;

/** Rejects as {@link loadSherpa} does; with `model-invalid` for a model of a kind that is not known here. */
export async function createSherpaOffline(
  source: SherpaSource<'model' | 'tokens'>,
): Promise<OfflineRecogniser> {
  const kind = modelTypeOf(source);
  const place = PLACES[kind];
  if (place === undefined) {
    const known = Object.keys(PLACES).join(', ');
    const reason = `its metadata calls it "${kind}", which is none of ${known}`;
    throw createInvalidModelError(source.modelId, reason);
  }
  return loadSherpa(source, (module, { model, tokens }) => {
    const modelConfig = { tokens, numThreads: 1, provider: 'cpu', debug: 0 };
    return new asr.OfflineRecognizer(
      {
        featConfig: { sampleRate: 16_000, featureDim: 80 },
        modelConfig: { ...modelConfig, [place]: { model } },
        decodingMethod: 'greedy_search',
      },
      module,
    );
  });
}

/** Looked up before the package does: what it does not know ends it. */
function modelTypeOf({ files, modelId }: SherpaSource<'model' | 'tokens'>): string {
  try {
    for (const field of readFields(new Uint8Array(files.model))) {
      if (field.number !== METADATA_FIELD) continue;
      if (textOf(field.bytes, 1) === 'model_type') return textOf(field.bytes, 2);
    }
    return '';
  } catch (error) {
    if (error instanceof RangeError) throw createInvalidModelError(modelId, error.message);
    throw error;
  }
}
