// Moonshine speech recognition, streaming by re-decoding. Runs in the listen worker.
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type {
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { toPrimary } from '../../src/core/language.ts';
import { startThreads } from '../runtimes/kernel-team/start-threads.ts';
import { Moonshine } from '../runtimes/moonshine/moonshine.ts';
import { createNetworkTeam } from '../runtimes/network/kernels.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import type { Decode } from './decoding.ts';
import { withFurtherLooks } from './further-looks.ts';
import { MAX_HINTED_SAMPLES, MoonshineModel } from './moonshine-model.ts';
import { toHintTokens } from './phrase-hints.ts';
import { DEFAULT_STREAMING_POLICY } from './streaming-policy.ts';
import type { StreamingPolicy } from './streaming-policy.ts';
import { StreamingRecogniser } from './streaming-recogniser.ts';

export interface MoonshineSttOptions {
  readonly files: ModelFiles;
  /** 1 on a page that is not isolated, whatever is asked for. */
  readonly threads: number;
  /** Aborts loading. */
  readonly signal: AbortSignal;
  /** Any English Moonshine of the catalogue. Default `moonshine-tiny-en`. */
  readonly modelId?: string;
  readonly policy?: Partial<StreamingPolicy>;
  /** How long `transcribe` may take before it answers with what is known. Default 8,000. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

const LANGUAGE = 'en';
const DEFAULT_DEADLINE_MS = 8_000;
const WARM_UP_SAMPLES = 16_000;

/**
 * Loads and warms up the model. Rejects with `model-download-failed`, `model-integrity` or
 * `model-invalid`, or with the signal's reason; nothing stays loaded then.
 */
export async function createMoonshineStt(options: MoonshineSttOptions): Promise<SttEngine> {
  const modelId = options.modelId ?? 'moonshine-tiny-en';
  const model = await loadModel(modelId, options);
  try {
    await model.decode(new Float32Array(WARM_UP_SAMPLES), { draft: [4], signal: options.signal });
  } catch (error) {
    await model.dispose();
    throw error;
  }
  return new MoonshineStt(model, { ...options, modelId });
}

class MoonshineStt implements SttEngine {
  readonly languages: readonly string[] = [LANGUAGE];
  readonly info: EngineInfo;
  readonly #model: MoonshineModel;
  readonly #options: MoonshineSttOptions;
  /** Closes every stream with the engine. */
  readonly #disposal = new AbortController();
  #disposed: Promise<void> | undefined;

  constructor(model: MoonshineModel, options: MoonshineSttOptions & { modelId: string }) {
    this.#model = model;
    this.#options = options;
    this.info = {
      name: 'moonshine',
      stage: 'stt',
      modelIds: [options.modelId],
      backend: 'wasm',
      threads: usableThreads(options.threads),
    };
  }

  /** Throws `unsupported` for a language that is not English. */
  open({ language, hints = [], onPartial, signal }: SttStreamOptions): SttStream {
    if (toPrimary(language) !== LANGUAGE) {
      throw new VoiceAgentError(
        'unsupported',
        `Moonshine recognises English only, not "${language}". Choose another recogniser or set language to "en".`,
        { details: { feature: `speech recognition in ${language}` } },
      );
    }
    const hintTokens = hints.map(toHintTokens);
    const decode: Decode = (pcm, decodeOptions) =>
      this.#model.decode(pcm, { ...decodeOptions, hints: hintTokens });
    const decodeSurely = withFurtherLooks(decode);
    return new StreamingRecogniser({
      // A hoped-for phrase is preferred to what is more probable.
      decode: (pcm, decodeOptions) =>
        hints.length > 0 && pcm.length <= MAX_HINTED_SAMPLES
          ? decode(pcm, decodeOptions)
          : decodeSurely(pcm, decodeOptions),
      onPartial,
      signal: AbortSignal.any([signal, this.#disposal.signal]),
      policy: { ...DEFAULT_STREAMING_POLICY, ...this.#options.policy },
      clock: this.#options.clock ?? systemClock,
      deadlineMs: this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS,
    });
  }

  async dispose(): Promise<void> {
    this.#disposal.abort(
      new VoiceAgentError('disposed', 'The speech recogniser is disposed; create another one.', {
        details: { what: 'moonshine' },
      }),
    );
    this.#disposed ??= this.#model.dispose();
    await this.#disposed;
  }
}

async function loadModel(
  modelId: string,
  { files, threads, signal }: MoonshineSttOptions,
): Promise<MoonshineModel> {
  const [encoder, decoder] = await Promise.all([
    files.read(modelId, 'encoder_model.onnx', { signal }),
    files.read(modelId, 'decoder_model_merged.onnx', { signal }),
  ]);
  signal.throwIfAborted();
  const team = createNetworkTeam();
  const stopThreads = await startThreads(team, {
    threads: usableThreads(threads),
    logger: silentLogger,
    signal,
  });
  try {
    const given = { encoder: new Uint8Array(encoder), decoder: new Uint8Array(decoder) };
    const network = new Moonshine(team, given);
    releaseBuffers([encoder, decoder]);
    return new MoonshineModel(network, stopThreads);
  } catch (error) {
    stopThreads();
    throw error instanceof RangeError ? createInvalidModelError(modelId, error) : error;
  }
}
