// Kokoro 82M on kernels of our own: the good voice of the CPU tier. Runs in the speak worker.
import * as v from 'valibot';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { Logger } from '../../src/core/logger.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { KokoroNetwork } from '../runtimes/kokoro/kokoro-network.ts';
import { startThreads } from '../runtimes/kernel-team/start-threads.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { createNetworkTeam } from '../runtimes/network/kernels.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { KOKORO_VOICES, KOKORO_VOICES_MODEL_ID, KokoroStyles } from './kokoro-voices.ts';
import { invalidModel, parseModelJson } from './model-input.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { runInSlices } from './run-in-slices.ts';
import { SymbolTable } from './symbol-table.ts';

export interface KokoroTtsOptions {
  readonly files: ModelFiles;
  /** 1 is used on a page without isolation, whatever is asked for. */
  readonly threads: number;
  readonly phonemise: Phonemiser;
  /** A voice id for requests that name none. Default `af_heart`. */
  readonly voice?: string;
  /** Told how many symbols of a clause the voice lacks. */
  readonly logger?: Logger;
  /** Aborting rejects with its reason, at the latest after the load step in progress. */
  readonly signal: AbortSignal;
}

const MODEL_ID = 'kokoro-82m';
const MODEL_FILE = 'kokoro-v1.0.int8.onnx';
const SAMPLE_RATE_HZ = 24_000;
/** The model takes 512 tokens, two of them padding; beyond some 200 it hurries. */
const LIMITS: RunLimits = { minimum: 20, preferred: 200, maximum: 510 };
/** Samples per unit of a token's duration: hop 5 of the inverse STFT, upsampled 10 x 6 x 2 times. */
const FRAME_SAMPLES = 600;
const PAD_ID = 0;
const Vocabulary = v.object({ vocab: v.record(v.string(), v.number()) });

/**
 * Loads `kokoro-82m` and one voice, and says a word to warm up. Rejects as `files.read`, or with
 * `model-invalid` or `synthesis-failed`.
 * @throws TypeError for an unknown `voice`.
 */
export async function createKokoroTts(options: KokoroTtsOptions): Promise<TtsEngine> {
  const { files, signal } = options;
  const defaultVoice = KOKORO_VOICES.find((voice) => voice.id === (options.voice ?? 'af_heart'));
  if (defaultVoice === undefined) {
    throw new TypeError(`voice: no Kokoro voice "${String(options.voice)}"`);
  }
  const vocabulary = parseModelJson(await files.read(MODEL_ID, 'vocab.json', { signal }), {
    schema: Vocabulary,
    modelId: MODEL_ID,
  });
  const logger = options.logger ?? silentLogger;
  const threads = usableThreads(options.threads);
  const network = await load(options, { logger, threads });
  const model = new KokoroModel({
    ...{ ...network, defaultVoice, threads, logger },
    phonemise: options.phonemise,
    styles: new KokoroStyles(files),
    alphabet: new SymbolTable(vocabulary.vocab),
  });
  return warmUp(new PiecewiseTts(model), signal);
}

interface LoadedNetwork {
  readonly network: KokoroNetwork;
  readonly stopThreads: () => void;
}

/** Apart, so that the bytes of the file are free for collection once the weights are packed. */
async function load(
  { files, signal }: KokoroTtsOptions,
  { logger, threads }: { logger: Logger; threads: number },
): Promise<LoadedNetwork> {
  const file = await files.read(MODEL_ID, MODEL_FILE, { signal });
  let stopThreads = (): void => undefined;
  try {
    const model = OnnxModel.parse(new Uint8Array(file));
    const team = createNetworkTeam();
    // Before the weights: they are prepared on all threads.
    stopThreads = await startThreads(team, { threads, logger, signal });
    const network = new KokoroNetwork(team, model);
    releaseBuffers([file]);
    return { network, stopThreads };
  } catch (error) {
    stopThreads();
    throw error instanceof RangeError ? invalidModel(MODEL_ID, error.message) : error;
  }
}

interface KokoroParts extends LoadedNetwork {
  readonly defaultVoice: TtsVoice;
  readonly phonemise: Phonemiser;
  readonly styles: KokoroStyles;
  readonly alphabet: SymbolTable;
  readonly threads: number;
  readonly logger: Logger;
}

class KokoroModel implements VoiceModel {
  readonly info: EngineInfo;
  readonly voices: readonly TtsVoice[] = KOKORO_VOICES;
  readonly defaultVoice: TtsVoice;
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly limits: RunLimits = LIMITS;
  readonly #parts: KokoroParts;

  constructor(parts: KokoroParts) {
    this.#parts = parts;
    this.defaultVoice = parts.defaultVoice;
    this.info = {
      name: 'kokoro',
      stage: 'tts',
      modelIds: [MODEL_ID, KOKORO_VOICES_MODEL_ID],
      backend: 'wasm',
      threads: parts.threads,
    };
  }

  async toSymbols(
    { words, mark }: { words: string; mark: ClauseMark },
    { voice, signal }: { voice: TtsVoice; signal: AbortSignal },
  ): Promise<string> {
    const { language } = voice;
    const request = { language, alphabet: 'kokoro', signal } as const;
    const phonemes = await this.#parts.phonemise.phonemise(words, request);
    if (phonemes === '') return '';
    const said = this.#parts.alphabet.keepKnown(phonemes + mark);
    if (said.dropped > 0) {
      this.#parts.logger.log('warn', 'symbols left out', { ...this.info, dropped: said.dropped });
    }
    return said.symbols;
  }

  async *speak(
    symbols: string,
    { voice, speed, signal }: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): AsyncGenerator<SpokenRun> {
    const { alphabet, network, styles } = this.#parts;
    const ids = alphabet.encode(symbols);
    const style = await styles.read(voice.id, ids.length, { signal });
    const tokens = [PAD_ID, ...ids, PAD_ID];
    const { pcm, frames, skippedSamples } = await runInSlices(
      network.run({ tokens, style, speed }),
      signal,
    );
    const symbolEnds = toSymbolEnds(frames).map((end) => end - skippedSamples);
    yield { pcm, symbolEnds, share: 1 };
  }

  dispose(): Promise<void> {
    this.#parts.stopThreads();
    return Promise.resolve();
  }
}

/** Frames are given for every token, the padding at both ends included. */
function toSymbolEnds(frames: readonly number[]): number[] {
  let end = 0;
  return frames.slice(0, -1).map((count) => {
    end += count * FRAME_SAMPLES;
    return end;
  });
}
