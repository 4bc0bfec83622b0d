// Recognisers of sherpa-onnx for whole pieces of audio, streaming by re-decoding. Runs in the listen worker.
import { systemClock } from '../../src/core/clock.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { toPrimary, UNDETERMINED } from '../../src/core/language.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { createSherpaOffline } from '../runtimes/sherpa/sherpa-offline.ts';
import type {
  OfflineFamily,
  OfflineSource,
  SherpaOffline,
} from '../runtimes/sherpa/sherpa-offline.ts';
import { runBlocking } from '../runtimes/blocking-run.ts';
import type { DecodeOptions, Decoding } from './decoding.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { readGraphMetadata, readRoles } from './sherpa-files.ts';
import { checkSherpaLanguage, createUnknownLanguage } from './sherpa-language.ts';
import { DEFAULT_STREAMING_POLICY } from './streaming-policy.ts';
import { StreamingRecogniser } from './streaming-recogniser.ts';
import type { SttRequest } from './stt-choice.ts';

const SAMPLE_RATE_HZ = 16_000;
/** What a piece is lengthened to with silence: graphs fail on less than a handful of frames. */
const LEAST_SAMPLES = SAMPLE_RATE_HZ / 2;
/** How long `transcribe` may take before it answers with what is known. */
const DEADLINE_MS = 8_000;

/** Transducers are told from streaming ones first, by what their files say. */
export type Layout = Exclude<OfflineFamily, 'transducer'>;

/** Names of files by what the package calls them: Moonshine has either four graphs or two. */
const ROLES: Readonly<Record<Layout, Readonly<Record<string, string>>>> = {
  graph: { model: 'model', tokens: 'tokens.txt' },
  whisper: { encoder: '*-encoder', decoder: '*-decoder', tokens: '*-tokens.txt' },
  moonshine: {
    preprocessor: 'preprocess',
    encoder: 'encode',
    uncachedDecoder: 'uncached_decode',
    cachedDecoder: 'cached_decode',
    mergedDecoder: 'decoder_model_merged',
    tokens: 'tokens.txt',
  },
};

/** Loads a model of one of these layouts, and warms it up. Rejects with what reading its files or {@link openSherpaOffline} rejects with. */
export async function createSherpaOfflineStt(
  family: Layout,
  request: SttRequest,
): Promise<SttEngine> {
  const files = await readRoles(ROLES[family], request);
  const graph = files['model'] ?? files['encoder'];
  const isTelling = family !== 'moonshine' && graph !== undefined;
  const metadata = isTelling ? readGraphMetadata(graph, request.model.id) : new Map();
  return openSherpaOffline({ family, files, metadata }, request);
}

/** Of files that were read, warmed up. Rejects as {@link createSherpaOffline} does. */
export async function openSherpaOffline(
  source: Pick<OfflineSource, 'family' | 'files' | 'metadata'>,
  { model, signal }: SttRequest,
): Promise<SttEngine> {
  const about = { worker: 'listen', modelId: model.id, signal };
  const recogniser = await createSherpaOffline({ ...about, ...source });
  const engine = new SherpaOfflineStt(recogniser, model);
  const second = new Float32Array(SAMPLE_RATE_HZ);
  try {
    await engine.decode(second, { draft: [], signal, language: recogniser.languages?.[0] ?? '' });
    return engine;
  } catch (error) {
    signal.throwIfAborted();
    throw createInvalidModelError(model.id, messageOf(error));
  }
}

/** Texts carry no token ids and no probabilities: the library gives none, so finals have no confidence. */
class SherpaOfflineStt implements SttEngine {
  readonly info: EngineInfo;
  readonly languages: readonly string[];
  readonly #recogniser: SherpaOffline;
  /** Closes every stream with the engine. */
  readonly #disposal = new AbortController();

  constructor(recogniser: SherpaOffline, { id, languages }: SttRequest['model']) {
    this.#recogniser = recogniser;
    this.languages = languages;
    this.info = { name: 'sherpa-onnx', stage: 'stt', modelIds: [id], backend: 'wasm', threads: 1 };
  }

  /** Throws `unsupported` for a language that the catalogue does not give the model, or that the model does not know. */
  open({ language, onPartial, signal }: SttStreamOptions): SttStream {
    checkSherpaLanguage(this, language);
    const told = this.#toTold(toPrimary(language));
    return new StreamingRecogniser({
      decode: (pcm, options) => this.decode(pcm, { ...options, language: told }),
      onPartial,
      signal: AbortSignal.any([signal, this.#disposal.signal]),
      policy: DEFAULT_STREAMING_POLICY,
      clock: systemClock,
      deadlineMs: DEADLINE_MS,
    });
  }

  /** An abort is seen before the run: the library cannot be stopped within one. */
  async decode(
    pcm: Float32Array,
    { signal, language }: DecodeOptions & { readonly language: string },
  ): Promise<Decoding> {
    await nextMacrotask();
    signal.throwIfAborted();
    this.#disposal.signal.throwIfAborted();
    return runBlocking(() => {
      const result = this.#recogniser.run(lengthened(pcm), language);
      const text = result.text.trim();
      return { text, tokens: [], probabilities: [], language: readLanguage(result) };
    });
  }

  async dispose(): Promise<void> {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort(
      new VoiceAgentError('disposed', 'The speech recogniser is disposed; create another one.', {
        details: { what: 'sherpa-onnx' },
      }),
    );
    this.#recogniser.free();
  }

  /** A language that the package does not find in the model would end it. */
  #toTold(language: string): string {
    const { languages } = this.#recogniser;
    if (languages === null || language === UNDETERMINED) return '';
    if (!languages.includes(language)) {
      throw createUnknownLanguage({ info: this.info, languages }, language);
    }
    return language;
  }
}

/** Whisper tells it, and SenseVoice as one of its tokens; the others know of none. */
export function readLanguage({ text, lang }: { text: string; lang?: string }): string | undefined {
  if (text.trim() === '') return undefined;
  return /^(?:<\|)?([a-z]{2,3})(?:\|>)?$/u.exec(lang ?? '')?.[1];
}

function lengthened(pcm: Float32Array): Float32Array {
  if (pcm.length >= LEAST_SAMPLES) return pcm;
  const longer = new Float32Array(LEAST_SAMPLES);
  longer.set(pcm);
  return longer;
}
