// Recognisers of sherpa-onnx for whole pieces of audio, of any kind that the package runs here. In the listen worker.
import asr from 'sherpa-onnx/sherpa-onnx-asr.js';
import type { OfflineConfig, OfflineRecogniser } from 'sherpa-onnx/sherpa-onnx-asr.js';
import { createInvalidModelError } from '../invalid-model.ts';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

/** `graph`: one graph; `transducer` and `whisper`: several that say what they are; `moonshine`: several that do not. */
export type OfflineFamily = 'graph' | 'transducer' | 'whisper' | 'moonshine';

/** Files by the package's own names for them, and `tokens`. */
export interface OfflineSource extends SherpaSource<string> {
  readonly family: OfflineFamily;
  /** Of the graph that says what the model is. */
  readonly metadata: ReadonlyMap<string, string>;
}

const SAMPLE_RATE_HZ = 16_000;

/** What a graph calls itself (`model_type`), and where the package wants it. */
const GRAPHS: Readonly<Record<string, string>> = {
  EncDecCTCModel: 'nemoCtc',
  EncDecCTCModelBPE: 'nemoCtc',
  EncDecHybridRNNTCTCBPEModel: 'nemoCtc',
  paraformer: 'paraformer',
  sense_voice_ctc: 'senseVoice',
  wenet_ctc: 'wenetCtc',
  zipformer2_ctc: 'zipformerCtc',
};

/** What the encoder of a transducer calls itself, and what the package calls the whole. */
const TRANSDUCERS: Readonly<Record<string, string>> = {
  EncDecHybridRNNTCTCBPEModel: 'nemo_transducer',
  EncDecRNNTBPEModel: 'nemo_transducer',
  conformer: 'transducer',
  zipformer: 'transducer',
  zipformer2: 'transducer',
};

/** Rejects as {@link loadSherpa} does; with `model-invalid` for a model of a kind that is not known here. */
export async function createSherpaOffline(source: OfflineSource): Promise<SherpaOffline> {
  // Looked up before the package does: what it does not know ends it.
  const place = toPlace(source);
  return loadSherpa(source, (module, { tokens, ...graphs }) => {
    const config: OfflineConfig = {
      featConfig: { sampleRate: SAMPLE_RATE_HZ, featureDim: 80 },
      modelConfig: { tokens, numThreads: 1, provider: 'cpu', debug: 0, ...place(graphs) },
      decodingMethod: 'greedy_search',
    };
    const recogniser = new asr.OfflineRecognizer(config, module);
    return new SherpaOffline(recogniser, { config, metadata: source.metadata });
  });
}

type Place = (graphs: Readonly<Record<string, string>>) => Partial<OfflineConfig['modelConfig']>;

function toPlace({ family, metadata, modelId }: OfflineSource): Place {
  if (family === 'moonshine') return (moonshine) => ({ moonshine });
  const kind = metadata.get('model_type') ?? '';
  if (family === 'whisper' && kind.startsWith('whisper')) {
    // Without a length the package adds 20 s of silence to each piece; -1 is its own default, 10 s.
    const options = { language: '', task: 'transcribe', tailPaddings: -1 };
    return (graphs) => ({ whisper: { ...graphs, ...options } });
  }
  const known: Readonly<Record<string, string>> = {
    graph: GRAPHS,
    transducer: TRANSDUCERS,
    whisper: {},
  }[family];
  const found = known[kind];
  if (found === undefined) {
    const names = family === 'whisper' ? 'whisper-*' : Object.keys(known).join(', ');
    const reason = `its metadata calls it "${kind}", which is none of ${names}`;
    throw createInvalidModelError(modelId, reason);
  }
  if (family === 'graph') return (graphs) => ({ [found]: graphs });
  return (transducer) => ({ transducer, modelType: found });
}

interface OfflineParts {
  readonly config: OfflineConfig;
  readonly metadata: ReadonlyMap<string, string>;
}

/** One recogniser. All of it blocks. */
export class SherpaOffline {
  /** Primary tags of languages that it can be told to hear; null where it cannot be told. */
  readonly languages: readonly string[] | null;
  readonly #recogniser: OfflineRecogniser;
  readonly #config: OfflineConfig;

  constructor(recogniser: OfflineRecogniser, { config, metadata }: OfflineParts) {
    this.#recogniser = recogniser;
    this.#config = config;
    const isTold =
      config.modelConfig.whisper !== undefined && metadata.get('is_multilingual') === '1';
    this.languages = isTold ? (metadata.get('all_language_codes') ?? '').split(',') : null;
  }

  get handle(): number {
    return this.#recogniser.handle;
  }

  /** @param language one of {@link languages}, or empty: it is detected then, by models that can. */
  run(pcm: Float32Array, language: string): { readonly text: string; readonly lang?: string } {
    const { whisper } = this.#config.modelConfig;
    if (whisper !== undefined && this.languages !== null && whisper.language !== language) {
      whisper.language = language;
      this.#recogniser.setConfig(this.#config);
    }
    const piece = this.#recogniser.createStream();
    try {
      piece.acceptWaveform(SAMPLE_RATE_HZ, pcm);
      this.#recogniser.decode(piece);
      return this.#recogniser.getResult(piece);
    } finally {
      piece.free();
    }
  }

  free(): void {
    this.#recogniser.free();
  }
}
