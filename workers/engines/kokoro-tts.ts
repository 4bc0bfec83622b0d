// Kokoro 82M, the good voice: on kernels of our own, or on a graphics processor. Runs in the speak worker.
import * as v from 'valibot';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { VoiceAgentError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import type { EngineBackend } from '../../src/core/contracts/engine.ts';
import type { Gpu } from '../runtimes/gpu-device.ts';
import type { KokoroInput } from '../runtimes/kokoro/kokoro-network.ts';
import { openCandidate } from './gpu-first.ts';
import { loadKokoroRuntime } from './kokoro-backend.ts';
import { KOKORO_GOLDEN } from './kokoro-golden.ts';
import { loadKokoroKernels } from './kokoro-kernels.ts';
import { KOKORO_MODEL_ID } from './kokoro-runtime.ts';
import type { KokoroRuntime, KokoroRuntimeOptions } from './kokoro-runtime.ts';
import { KOKORO_VOICES, KOKORO_VOICES_MODEL_ID, KokoroStyles } from './kokoro-voices.ts';
import { parseModelJson } from './model-input.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { storedVerdicts } from './self-test-verdicts.ts';
import type { VerdictStore } from './self-test-verdicts.ts';
import { SymbolTable } from './symbol-table.ts';

export type LoadOnGpu = (gpu: Gpu, options: KokoroRuntimeOptions) => Promise<KokoroRuntime>;

export interface KokoroTtsOptions {
  readonly files: ModelFiles;
  /** 1 is used on a page without isolation, whatever is asked for. */
  readonly threads: number;
  readonly phonemise: Phonemiser;
  /** What it runs on. Default `wasm`. */
  readonly backend?: EngineBackend;
  /** Puts the network on a graphics processor; tests leave most of it to the CPU. */
  readonly loadOnGpu?: LoadOnGpu;
  /** Where verdicts on graphics processors are kept: the browser's storage unless given. */
  readonly verdicts?: VerdictStore;
  /** Told why a graphics processor is not used, or no longer; `info` has changed by then, if it was used. */
  readonly onFallback?: (error: VoiceAgentError) => void;
  /** A voice id for requests that name none. Default `af_heart`. */
  readonly voice?: string;
  /** Those whose style vectors are served. Default {@link KOKORO_VOICES}. */
  readonly voices?: readonly TtsVoice[];
  /** Told how many symbols of a clause the voice lacks. */
  readonly logger?: Logger;
  /** Aborting rejects with its reason, at the latest after the load step in progress. */
  readonly signal: AbortSignal;
}

const SAMPLE_RATE_HZ = 24_000;
/** The model takes 512 tokens, two of them padding; beyond some 200 it hurries. */
const LIMITS: RunLimits = { minimum: 20, preferred: 200, maximum: 510 };
/** Samples per unit of a token's duration: hop 5 of the inverse STFT, upsampled 10 x 6 x 2 times. */
const FRAME_SAMPLES = 600;
/** A symbol is heard 50 ms before its frames: runs of words cut out there are understood best (docs/voices.md). */
const LEAD_FRAMES = 2;
const PAD_ID = 0;
const Vocabulary = v.object({ vocab: v.record(v.string(), v.number()) });

/**
 * Loads `kokoro-82m` and one voice, and says a word to warm up. Rejects as `files.read`, or with
 * `model-invalid` or `synthesis-failed`.
 * @throws TypeError for an unknown `voice`.
 */
export async function createKokoroTts(options: KokoroTtsOptions): Promise<TtsEngine> {
  const { files, signal } = options;
  const { voices = KOKORO_VOICES } = options;
  const defaultVoice = voices.find((voice) => voice.id === (options.voice ?? 'af_heart'));
  if (defaultVoice === undefined) {
    throw new TypeError(`voice: no Kokoro voice "${String(options.voice)}"`);
  }
  const vocabulary = parseModelJson(await files.read(KOKORO_MODEL_ID, 'vocab.json', { signal }), {
    schema: Vocabulary,
    modelId: KOKORO_MODEL_ID,
  });
  const logger = options.logger ?? silentLogger;
  const speaker = new Speaker(new KokoroStyles(files), new SymbolTable(vocabulary.vocab));
  const runtime = await load(options, { logger, speaker });
  const { phonemise } = options;
  const model = new KokoroModel({ runtime, speaker, voices, defaultVoice, phonemise, logger });
  return warmUp(new PiecewiseTts(model), signal);
}

function load(
  options: KokoroTtsOptions,
  { logger, speaker }: { logger: Logger; speaker: Speaker },
): Promise<KokoroRuntime> {
  const { files, threads, signal } = options;
  const common = { files, threads, logger, signal };
  return loadKokoroRuntime({
    backend: options.backend ?? 'wasm',
    golden: KOKORO_GOLDEN,
    verdicts: options.verdicts ?? storedVerdicts,
    signal,
    findGpu: (which) =>
      openCandidate((gpu) => (options.loadOnGpu ?? loadWhole)(gpu, common), which),
    loadKernels: () => loadKokoroKernels(common),
    encodeGolden: () => speaker.encode(KOKORO_GOLDEN.symbols, { ...KOKORO_GOLDEN, signal }),
    onFallback: options.onFallback ?? (() => undefined),
  });
}

const loadWhole: LoadOnGpu = async (gpu, options) => {
  // A library of some size, for graphics processors alone.
  const { loadKokoroWebgpu } = await import('./kokoro-webgpu.ts');
  return loadKokoroWebgpu(gpu, options);
};

/** Symbols and a voice as numbers. */
class Speaker {
  readonly alphabet: SymbolTable;
  readonly #styles: KokoroStyles;

  constructor(styles: KokoroStyles, alphabet: SymbolTable) {
    this.#styles = styles;
    this.alphabet = alphabet;
  }

  async encode(
    symbols: string,
    { voice, speed, signal }: { voice: string; speed: number; signal: AbortSignal },
  ): Promise<KokoroInput> {
    const ids = this.alphabet.encode(symbols);
    const style = await this.#styles.read(voice, ids.length, { signal });
    return { tokens: [PAD_ID, ...ids, PAD_ID], style, speed };
  }
}

interface KokoroParts {
  readonly runtime: KokoroRuntime;
  readonly speaker: Speaker;
  readonly voices: readonly TtsVoice[];
  readonly defaultVoice: TtsVoice;
  readonly phonemise: Phonemiser;
  readonly logger: Logger;
}

class KokoroModel implements VoiceModel {
  readonly voices: readonly TtsVoice[];
  readonly defaultVoice: TtsVoice;
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly limits: RunLimits = LIMITS;
  readonly #parts: KokoroParts;

  constructor(parts: KokoroParts) {
    this.#parts = parts;
    this.voices = parts.voices;
    this.defaultVoice = parts.defaultVoice;
  }

  /** It changes when a graphics processor is lost. */
  get info(): EngineInfo {
    const { backend, threads } = this.#parts.runtime;
    const modelIds = [KOKORO_MODEL_ID, KOKORO_VOICES_MODEL_ID];
    return { name: 'kokoro', stage: 'tts', modelIds, backend, threads };
  }

  async toSymbols(
    { words, mark }: { words: string; mark: ClauseMark },
    { voice, signal }: { voice: TtsVoice; signal: AbortSignal },
  ): Promise<string> {
    const { language } = voice;
    const request = { language, alphabet: 'kokoro', signal } as const;
    const phonemes = await this.#parts.phonemise.phonemise(words, request);
    if (phonemes === '') return '';
    const said = this.#parts.speaker.alphabet.keepKnown(phonemes + mark);
    if (said.dropped > 0) {
      this.#parts.logger.log('warn', 'symbols left out', { ...this.info, dropped: said.dropped });
    }
    return said.symbols;
  }

  async *speak(
    symbols: string,
    { voice, speed, signal }: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): AsyncGenerator<SpokenRun> {
    const { runtime, speaker } = this.#parts;
    const input = await speaker.encode(symbols, { voice: voice.id, speed, signal });
    const { pcm, frames, skippedSamples } = await runtime.speak(input, signal);
    const symbolEnds = toSymbolEnds(frames).map((end) => end - skippedSamples);
    yield { pcm, symbolEnds, share: 1 };
  }

  dispose(): Promise<void> {
    return this.#parts.runtime.dispose();
  }
}

/** Frames are given for every token, the padding at both ends included. */
function toSymbolEnds(frames: readonly number[]): number[] {
  let end = -LEAD_FRAMES * FRAME_SAMPLES;
  return frames.slice(0, -1).map((count) => {
    end += count * FRAME_SAMPLES;
    return end;
  });
}
