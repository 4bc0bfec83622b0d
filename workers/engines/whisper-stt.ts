// Whisper speech recognition, streaming by re-decoding. Runs in the listen worker.
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { EngineBackend, EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { toPrimary, UNDETERMINED } from '../../src/core/language.ts';
import { takesGpu } from '../../src/models/catalog.ts';
import type { HubRequest } from '../runtimes/transformers/open-hub.ts';
import type { Decode } from './decoding.ts';
import { DEFAULT_STREAMING_POLICY } from './streaming-policy.ts';
import { StreamingRecogniser } from './streaming-recogniser.ts';
import { GpuFirst, openCandidate } from './gpu-first.ts';
import type { SelfTest } from './gpu-first.ts';
import type { VerdictStore } from './self-test-verdicts.ts';
import { loadWhisper } from './whisper-model.ts';
import type { WhisperModel } from './whisper-model.ts';
import { findWhisperFault, toTestSound } from './whisper-self-test.ts';

export interface WhisperSttOptions extends HubRequest {
  /** Default `auto`. A model whose entry lists no WebGPU runs on the processor. */
  readonly backend?: EngineBackend;
  /** Where verdicts on graphics processors are kept: the browser's storage unless given. */
  readonly verdicts?: VerdictStore;
  /** Told why a graphics processor is not used, or no longer; `info` has changed by then, if it was used. */
  readonly onFallback?: (error: VoiceAgentError) => void;
  /** How long `transcribe` may take before it answers with what is known. Default 8,000. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

const DEFAULT_DEADLINE_MS = 8_000;
const SAMPLE_RATE_HZ = 16_000;
/** Speech from which a language is told for good. */
const LANGUAGE_SAMPLES = 2 * SAMPLE_RATE_HZ;

/**
 * Loads any Whisper of the catalogue, on a graphics processor where the entry lists WebGPU and it hears what the processor
 * hears, and warms it up. Rejects as `loadWhisper` does.
 */
export async function createWhisperStt(options: WhisperSttOptions): Promise<SttEngine> {
  const { model, verdicts, signal, onFallback = () => undefined } = options;
  const whisper = await GpuFirst.load<WhisperModel>({
    backend: takesGpu(model) ? (options.backend ?? 'auto') : 'wasm',
    findGpu: (which) => openCandidate((gpu) => loadWhisper(options, gpu), which),
    selfTest: createSelfTest(options),
    ...(verdicts === undefined ? {} : { verdicts }),
    loadElsewhere: () => loadWhisper(options, null),
    onFallback,
  });
  const language = whisper.runner.languages.length > 1 ? 'en' : null;
  const second = new Float32Array(SAMPLE_RATE_HZ);
  try {
    await whisper.run((on) => on.decode(second, { draft: [], signal, language }), signal);
  } catch (error) {
    await whisper.dispose();
    throw whisper.runner.hub.toError(error);
  }
  return new WhisperStt(whisper, options);
}

/** The same sound on both: what is right is known of no weights but by themselves. */
function createSelfTest(options: WhisperSttOptions): SelfTest<WhisperModel> {
  const { model, signal } = options;
  const sound = toTestSound();
  return {
    subject: model.files.map(({ sha256 }) => sha256).join(),
    findFault: async (onGpu) => {
      const reference = await loadWhisper(options, null);
      try {
        const wanted = await reference.inspect(sound, { signal });
        return findWhisperFault(await onGpu.inspect(sound, { signal }), wanted);
      } finally {
        await reference.dispose();
      }
    },
    toError: (fault) =>
      new VoiceAgentError(
        'self-test-failed',
        `The recogniser hears something else on this graphics processor than on the processor (${fault}), and runs there instead. To have it tested again, call agent.forgetVerdicts().`,
        { details: { engine: 'whisper' } },
      ),
  };
}

class WhisperStt implements SttEngine {
  readonly languages: readonly string[];
  readonly #whisper: GpuFirst<WhisperModel>;
  readonly #options: WhisperSttOptions;
  /** Closes every stream with the engine. */
  readonly #disposal = new AbortController();

  constructor(whisper: GpuFirst<WhisperModel>, options: WhisperSttOptions) {
    this.#whisper = whisper;
    this.#options = options;
    this.languages = whisper.runner.languages;
  }

  get info(): EngineInfo {
    const { options, threads } = this.#whisper.runner.hub;
    const modelIds = [this.#options.model.id];
    return { name: 'whisper', stage: 'stt', modelIds, backend: options.device, threads };
  }

  /** `und` has the language detected. Throws `unsupported` for one that the model does not know. */
  open({ language, onPartial, signal }: SttStreamOptions): SttStream {
    return new StreamingRecogniser({
      decode: this.#createDecode(toPrimary(language)),
      onPartial,
      signal: AbortSignal.any([signal, this.#disposal.signal]),
      policy: DEFAULT_STREAMING_POLICY,
      clock: this.#options.clock ?? systemClock,
      deadlineMs: this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS,
    });
  }

  async dispose(): Promise<void> {
    this.#disposal.abort(
      new VoiceAgentError('disposed', 'The speech recogniser is disposed; create another one.', {
        details: { what: 'whisper' },
      }),
    );
    await this.#whisper.dispose();
  }

  #createDecode(language: string): Decode {
    const isKnown = this.languages.includes(language);
    if (!isKnown && language !== UNDETERMINED) throw createUnsupported(language, this.languages);
    const isMultilingual = this.languages.length > 1;
    let told = isKnown ? language : null;
    return (pcm, options) =>
      this.#whisper.run(async (whisper) => {
        if (!isMultilingual) return whisper.decode(pcm, { ...options, language: null });
        const heard = told ?? (await whisper.detectLanguage(pcm, options));
        if (pcm.length >= LANGUAGE_SAMPLES) told = heard;
        const decoding = await whisper.decode(pcm, { ...options, language: heard });
        return decoding.text === '' ? decoding : { ...decoding, language: heard };
      }, options.signal);
  }
}

function createUnsupported(language: string, known: readonly string[]): VoiceAgentError {
  return new VoiceAgentError(
    'unsupported',
    `This Whisper does not know "${language}", but ${known.join(', ')}. Set language to one of them, or to "auto" to have it detected.`,
    { details: { feature: `speech recognition in ${language}` } },
  );
}
