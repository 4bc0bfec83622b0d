// Kokoro 82M on ONNX Runtime: the good voice of the CPU tier. Runs in the speak worker.
import * as v from 'valibot';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { Logger } from '../../src/core/logger.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { Istftnet } from '../runtimes/kokoro/istftnet.ts';
import { startThreads } from '../runtimes/kernel-team/start-threads.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { createNetworkTeam } from '../runtimes/network/kernels.ts';
import { createOnnxSession, Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import {
  DECODED_OUTPUT,
  HARMONICS_OUTPUT,
  splitKokoroGraph,
  styleOutput,
  tuneKokoroGraph,
} from './kokoro-graph.ts';
import { toKokoroPhonemes } from './kokoro-phonemes.ts';
import { KOKORO_VOICES, KOKORO_VOICES_MODEL_ID, KokoroStyles } from './kokoro-voices.ts';
import { floatsOf, parseModelJson, pickName } from './model-input.ts';
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
  /**
   * `split` (default): the generator runs on kernels of our own, the rest on ONNX Runtime, where the file's graph is
   * known; otherwise `tuned`: rewritten, all of it on ONNX Runtime. `shipped`: as the file is, to compare.
   */
  readonly graph?: 'split' | 'tuned' | 'shipped';
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
/** The generator's frames are half as long. */
const GENERATOR_FRAME_SAMPLES = 300;
const PAD_ID = 0;
/** Of the shipped file, and of the model hub's export. */
const TOKEN_INPUTS = ['tokens', 'input_ids'];

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
  const network =
    (await loadSplit(options, { logger, threads })) ?? (await loadWhole(options, threads));
  const model = new KokoroModel({
    ...{ ...network, defaultVoice, threads, logger },
    phonemise: options.phonemise,
    styles: new KokoroStyles(files),
    alphabet: new SymbolTable(vocabulary.vocab),
  });
  return warmUp(new PiecewiseTts(model), signal);
}

/** What runs: all of the graph, or what comes before the generator. */
interface KokoroNetwork {
  readonly session: InferenceSession;
  readonly generator: Istftnet | null;
  readonly stopThreads: () => void;
  readonly durationsName: string | null;
}

/** Null for a graph that is not known, or without memory for the generator's weights. */
async function loadSplit(
  { files, graph, signal }: KokoroTtsOptions,
  { logger, threads }: { logger: Logger; threads: number },
): Promise<KokoroNetwork | null> {
  if (graph !== undefined && graph !== 'split') return null;
  const file = await files.read(MODEL_ID, MODEL_FILE, { signal });
  const front = splitKokoroGraph(file);
  if (front === null) return null;
  let stopThreads = (): void => undefined;
  try {
    const team = createNetworkTeam();
    // Before the weights: they are prepared on all threads.
    stopThreads = await startThreads(team, { threads, logger, signal });
    const generator = new Istftnet(team, front.weights);
    const { durationsName, externalData } = front;
    const session = await createOnnxSession(front.bytes, {
      ...{ modelId: MODEL_ID, threads, externalData },
    });
    releaseBuffers([file, ...externalData.map(({ data }) => data.buffer)]);
    return { session, generator, stopThreads, durationsName };
  } catch (error) {
    stopThreads();
    if (!(error instanceof RangeError)) throw error;
    logger.log('warn', 'voice without its own kernels', { reason: error.message });
    return null;
  }
}

/** Apart, so that the bytes of the file are free for collection once they are rewritten. */
async function loadWhole(
  { files, graph, signal }: KokoroTtsOptions,
  threads: number,
): Promise<KokoroNetwork> {
  const bytes = await files.read(MODEL_ID, MODEL_FILE, { signal });
  const whole = graph === 'shipped' ? { bytes, durationsName: null } : tuneKokoroGraph(bytes);
  const session = await createOnnxSession(whole.bytes, { modelId: MODEL_ID, threads });
  const { durationsName } = whole;
  return { session, generator: null, stopThreads: () => undefined, durationsName };
}

interface KokoroParts extends KokoroNetwork {
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
    const ipa = await this.#parts.phonemise.phonemise(words, { language, signal });
    if (ipa === '') return '';
    const said = this.#parts.alphabet.keepKnown(toKokoroPhonemes(ipa, language) + mark);
    if (said.dropped > 0) {
      this.#parts.logger.log('warn', 'symbols left out', { ...this.info, dropped: said.dropped });
    }
    return said.symbols;
  }

  async *speak(
    symbols: string,
    { voice, speed, signal }: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): AsyncGenerator<SpokenRun> {
    const { alphabet, durationsName, generator, session, styles } = this.#parts;
    const ids = alphabet.encode(symbols);
    const style = await styles.read(voice.id, ids.length, { signal });
    const tokens = BigInt64Array.from([PAD_ID, ...ids, PAD_ID], BigInt);
    const outputs = await session.run({
      [pickName(session.inputNames, TOKEN_INPUTS, MODEL_ID)]: new Tensor('int64', tokens, [
        1,
        tokens.length,
      ]),
      style: new Tensor('float32', style, [1, style.length]),
      speed: new Tensor('float32', [speed], [1]),
    });
    const valuesOf = (name: string | undefined) => floatsOf(outputs, { name, modelId: MODEL_ID });
    const ends = durationsName === null ? null : toSymbolEnds(valuesOf(durationsName));
    if (generator === null) {
      yield { pcm: valuesOf(session.outputNames[0]), symbolEnds: ends, share: 1 };
      return;
    }
    const { pcm, skippedSamples } = await runInSlices(
      generator.run({
        decoded: valuesOf(DECODED_OUTPUT),
        harmonics: valuesOf(HARMONICS_OUTPUT),
        styleOf: (layer) => valuesOf(styleOutput(layer)),
        silentFrames: (ends?.[0] ?? 0) / GENERATOR_FRAME_SAMPLES,
      }),
      signal,
    );
    const symbolEnds = ends?.map((end) => end - skippedSamples) ?? null;
    yield { pcm, symbolEnds, share: 1 };
  }

  async dispose(): Promise<void> {
    this.#parts.stopThreads();
    await this.#parts.session.release();
  }
}

/** Durations are given for every token, the padding at both ends included. */
function toSymbolEnds(durations: Float32Array): readonly number[] {
  let end = 0;
  return Array.from(durations.subarray(0, -1), (frames) => {
    end += frames * FRAME_SAMPLES;
    return end;
  });
}
