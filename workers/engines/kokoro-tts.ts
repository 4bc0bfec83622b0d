// Kokoro 82M on ONNX Runtime: the good voice of the CPU tier. Runs in the speak worker.
import * as v from 'valibot';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { Logger } from '../../src/core/logger.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { createOnnxSession, Tensor, usableThreads } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import { tuneKokoroGraph } from './kokoro-graph.ts';
import type { KokoroGraph } from './kokoro-graph.ts';
import { toKokoroPhonemes } from './kokoro-phonemes.ts';
import { KOKORO_VOICES, KOKORO_VOICES_MODEL_ID, KokoroStyles } from './kokoro-voices.ts';
import { floatsOf, parseModelJson, pickName } from './model-input.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { SymbolTable } from './symbol-table.ts';

export interface KokoroTtsOptions {
  readonly files: ModelFiles;
  /** 1 is used on a page without isolation, whatever is asked for. */
  readonly threads: number;
  readonly phonemise: Phonemiser;
  /** A voice id for requests that name none. Default `af_heart`. */
  readonly voice?: string;
  /** `tuned` (default) rewrites the graph at load; `shipped` runs the file as it is, to compare. */
  readonly graph?: 'tuned' | 'shipped';
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
/** Said at load: first runs are slower, and a file that gives silence is found at once. */
const WARM_UP_TEXT = 'Hello.';
/** Samples per unit of a token's duration: hop 5 of the inverse STFT, upsampled 10 x 6 x 2 times. */
const FRAME_SAMPLES = 600;
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
  const { bytes, durationsName } = await readGraph(options);
  const session = await createOnnxSession(bytes, {
    modelId: MODEL_ID,
    threads: options.threads,
  });
  const model = new KokoroModel({
    ...{ session, durationsName, defaultVoice },
    phonemise: options.phonemise,
    styles: new KokoroStyles(files),
    alphabet: new SymbolTable(vocabulary.vocab),
    threads: usableThreads(options.threads),
    logger: options.logger ?? silentLogger,
  });
  return warmUp(new PiecewiseTts(model), { text: WARM_UP_TEXT, signal });
}

/** Apart, so that the bytes of the file are free for collection once they are rewritten. */
async function readGraph({ files, graph, signal }: KokoroTtsOptions): Promise<KokoroGraph> {
  const bytes = await files.read(MODEL_ID, MODEL_FILE, { signal });
  return graph === 'shipped' ? { bytes, durationsName: null } : tuneKokoroGraph(bytes);
}

interface KokoroParts {
  readonly session: InferenceSession;
  readonly durationsName: string | null;
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

  async speak(
    symbols: string,
    { voice, speed, signal }: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): Promise<SpokenRun> {
    const { alphabet, durationsName, session, styles } = this.#parts;
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
    const pcm = floatsOf(outputs, { name: session.outputNames[0], modelId: MODEL_ID });
    return { pcm, symbolEnds: toSymbolEnds(outputs, durationsName) };
  }

  async dispose(): Promise<void> {
    await this.#parts.session.release();
  }
}

/** Durations are given for every token, the padding at both ends included. */
function toSymbolEnds(
  outputs: InferenceSession.OnnxValueMapType,
  name: string | null,
): readonly number[] | null {
  if (name === null) return null;
  let end = 0;
  return Array.from(floatsOf(outputs, { name, modelId: MODEL_ID }).subarray(0, -1), (frames) => {
    end += frames * FRAME_SAMPLES;
    return end;
  });
}
