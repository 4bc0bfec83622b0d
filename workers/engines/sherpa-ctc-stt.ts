// Recognisers of sherpa-onnx for whole pieces of audio, streaming by re-decoding. Runs in the listen worker.
import type { OfflineRecogniser } from 'sherpa-onnx/sherpa-onnx-asr.js';
import { systemClock } from '../../src/core/clock.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { createSherpaOffline } from '../runtimes/sherpa/sherpa-offline.ts';
import { runBlocking } from '../runtimes/blocking-run.ts';
import type { DecodeOptions, Decoding } from './decoding.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { checkSherpaLanguage } from './sherpa-language.ts';
import { DEFAULT_STREAMING_POLICY } from './streaming-policy.ts';
import { StreamingRecogniser } from './streaming-recogniser.ts';
import type { SttRequest } from './stt-choice.ts';

const SAMPLE_RATE_HZ = 16_000;
/** What a piece is lengthened to with silence: graphs fail on less than a handful of frames. */
const LEAST_SAMPLES = SAMPLE_RATE_HZ / 2;
/** How long `transcribe` may take before it answers with what is known. */
const DEADLINE_MS = 8_000;

/** Loads one graph and its tokens, and warms it up. Rejects with what reading its files or {@link createSherpaOffline} rejects with. */
export async function createSherpaCtcStt({ files, model, signal }: SttRequest): Promise<SttEngine> {
  const graph = model.files.find(({ name }) => /^model.*\.onnx$/u.test(name))?.name ?? 'model.onnx';
  const [bytes, tokens] = await Promise.all([
    files.read(model.id, graph, { signal }),
    files.read(model.id, 'tokens.txt', { signal }),
  ]);
  const recogniser = await createSherpaOffline({
    ...{ worker: 'listen', modelId: model.id, signal },
    files: { model: bytes, tokens },
  });
  const engine = new SherpaCtcStt(recogniser, model);
  try {
    await engine.decode(new Float32Array(SAMPLE_RATE_HZ), { draft: [], signal });
    return engine;
  } catch (error) {
    signal.throwIfAborted();
    throw createInvalidModelError(model.id, messageOf(error));
  }
}

/** Texts carry no token ids and no probabilities: the library gives none, so finals have no confidence. */
class SherpaCtcStt implements SttEngine {
  readonly info: EngineInfo;
  readonly languages: readonly string[];
  readonly #recogniser: OfflineRecogniser;
  /** Closes every stream with the engine. */
  readonly #disposal = new AbortController();

  constructor(recogniser: OfflineRecogniser, { id, languages }: SttRequest['model']) {
    this.#recogniser = recogniser;
    this.languages = languages;
    this.info = { name: 'sherpa-onnx', stage: 'stt', modelIds: [id], backend: 'wasm', threads: 1 };
  }

  /** Throws `unsupported` for a language that the catalogue does not give the model. */
  open({ language, onPartial, signal }: SttStreamOptions): SttStream {
    checkSherpaLanguage(this, language);
    return new StreamingRecogniser({
      decode: (pcm, options) => this.decode(pcm, options),
      onPartial,
      signal: AbortSignal.any([signal, this.#disposal.signal]),
      policy: DEFAULT_STREAMING_POLICY,
      clock: systemClock,
      deadlineMs: DEADLINE_MS,
    });
  }

  /** An abort is seen before the run: the library cannot be stopped within one. */
  async decode(pcm: Float32Array, { signal }: DecodeOptions): Promise<Decoding> {
    await nextMacrotask();
    signal.throwIfAborted();
    this.#disposal.signal.throwIfAborted();
    return runBlocking(() => this.#run(pcm));
  }

  #run(pcm: Float32Array): Decoding {
    const piece = this.#recogniser.createStream();
    try {
      piece.acceptWaveform(SAMPLE_RATE_HZ, lengthened(pcm));
      this.#recogniser.decode(piece);
      const result = this.#recogniser.getResult(piece);
      const text = result.text.trim();
      return { text, tokens: [], probabilities: [], language: readLanguage(result) };
    } finally {
      piece.free();
    }
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
}

/** SenseVoice writes it as one of its tokens; the others know of none. */
export function readLanguage({ text, lang }: { text: string; lang?: string }): string | undefined {
  return text.trim() === '' ? undefined : /^<\|([a-z]{2,3})\|>$/u.exec(lang ?? '')?.[1];
}

function lengthened(pcm: Float32Array): Float32Array {
  if (pcm.length >= LEAST_SAMPLES) return pcm;
  const longer = new Float32Array(LEAST_SAMPLES);
  longer.set(pcm);
  return longer;
}
