// Piper voices (VITS): the fast voice of the CPU tier. Runs in the speak worker.
import * as v from 'valibot';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { knows } from '../../src/core/language.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { parseModelJson } from './model-input.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { loadPiperKernels } from './piper-kernels.ts';
import type { PiperNetwork } from './piper-network.ts';
import { symbolsOf, SymbolTable } from './symbol-table.ts';

export interface PiperFiles {
  readonly modelId: string;
  /** The graph, for example `en_US-joe-medium.onnx`; its settings lie beside it under `.json`. */
  readonly fileName: string;
  /** What the catalogue says: settings of another language are refused. Default any. */
  readonly languages?: readonly string[];
}

export interface PiperTtsOptions extends PiperFiles {
  readonly files: ModelFiles;
  /** 1 is used on a page without isolation, whatever is asked for. */
  readonly threads: number;
  readonly phonemise: Phonemiser;
  /** `kernels` (default): on kernels of our own where the file's graph is known. `onnx`: on ONNX Runtime, to compare. */
  readonly runtime?: 'kernels' | 'onnx';
  /** Told how many symbols of a clause the voice lacks. */
  readonly logger?: Logger;
  /** Aborting rejects with its reason, at the latest after the load step in progress. */
  readonly signal: AbortSignal;
}

/** The parts of a voice's `.onnx.json` that are used; other keys are ignored. */
const PiperConfig = v.object({
  audio: v.object({ sample_rate: v.number() }),
  espeak: v.object({ voice: v.string() }),
  inference: v.object({
    noise_scale: v.number(),
    length_scale: v.number(),
    noise_w: v.number(),
  }),
  /** Newer files have `PhonemeType.ESPEAK`. */
  phoneme_type: v.optional(v.string(), 'espeak'),
  phoneme_map: v.optional(v.record(v.string(), v.array(v.string())), {}),
  phoneme_id_map: v.record(v.string(), v.array(v.number())),
  num_speakers: v.optional(v.number(), 1),
  speaker_id_map: v.optional(v.record(v.string(), v.number()), {}),
  language: v.optional(v.object({ code: v.string() })),
  dataset: v.optional(v.string()),
});
type PiperConfig = v.InferOutput<typeof PiperConfig>;

/** VITS sets no limit; these keep a run, and so an abort, under a few seconds. */
const LIMITS: RunLimits = { minimum: 12, preferred: 250, maximum: 500 };
const MARKS_AS: Readonly<Partial<Record<ClauseMark, string>>> = { '…': '.', '—': ',' };

/**
 * Loads any Piper voice and says a word to warm up. Rejects as `files.read`, or with `model-invalid` or
 * `synthesis-failed`; with `unsupported`, before the weights are fetched, when the phonemiser does not know the voice's language.
 */
export async function createPiperTts(options: PiperTtsOptions): Promise<TtsEngine> {
  const { files, modelId, fileName, signal } = options;
  const config = parseModelJson(await files.read(modelId, `${fileName}.json`, { signal }), {
    schema: PiperConfig,
    modelId,
  });
  checkLanguage(config, options);
  const logger = options.logger ?? silentLogger;
  const threads = usableThreads(options.threads);
  const file = await files.read(modelId, fileName, { signal });
  const network = await loadNetwork(file, { ...options, threads, logger });
  const { phonemise } = options;
  const model = new PiperModel({ network, config, modelId, phonemise, threads, logger });
  return warmUp(new PiecewiseTts(model), signal);
}

/** Before the weights are fetched; begins to load the phonemes of the language. */
function checkLanguage(config: PiperConfig, options: PiperTtsOptions): void {
  const { modelId, languages = ['*'], phonemise, signal } = options;
  const spoken = languageOf(config);
  if (!knows(languages, spoken)) {
    const reason = `its settings are of "${spoken}", its entry says ${languages.join(', ')}`;
    throw createInvalidModelError(modelId, reason);
  }
  if (readsLetters(config)) return;
  const language = config.espeak.voice;
  if (!phonemise.knows(language)) {
    throw new VoiceAgentError(
      'unsupported',
      `The voice "${modelId}" needs the phonemes of "${language}", which this site does not serve. Add the model espeak-phonemes, or choose another voice with options.engines.tts: one that comes with a lexicon, or an endpoint.`,
      { details: { feature: `phonemes: ${language}` } },
    );
  }
  // What fails here fails again where words are asked for.
  phonemise.phonemise('Hello', { language, alphabet: 'ipa', signal }).catch(() => undefined);
}

async function loadNetwork(
  file: ArrayBuffer,
  options: PiperTtsOptions & { logger: Logger },
): Promise<PiperNetwork> {
  const network = options.runtime === 'onnx' ? null : await loadPiperKernels(file, options);
  if (network !== null) return network;
  // A library of some size, for other graphs alone.
  const { loadPiperOnnx } = await import('./piper-onnx.ts');
  return loadPiperOnnx(file, options);
}

interface PiperParts {
  readonly network: PiperNetwork;
  readonly config: PiperConfig;
  readonly modelId: string;
  readonly phonemise: Phonemiser;
  readonly threads: number;
  readonly logger: Logger;
}

class PiperModel implements VoiceModel {
  readonly info: EngineInfo;
  readonly voices: readonly TtsVoice[];
  readonly defaultVoice: TtsVoice;
  readonly sampleRateHz: number;
  readonly limits: RunLimits = LIMITS;
  readonly #parts: PiperParts;
  readonly #alphabet: SymbolTable;
  /** By voice. */
  readonly #speakers: ReadonlyMap<string, number>;

  constructor(parts: PiperParts) {
    const { config, modelId, threads } = parts;
    this.#parts = parts;
    this.#alphabet = new SymbolTable(config.phoneme_id_map);
    const speakers = toSpeakers(config);
    const voice = { id: modelId, name: config.dataset ?? modelId, language: languageOf(config) };
    const voices = speakers.map(([name]) => ({ ...voice, id: `${modelId}/${name}`, name }));
    this.voices = voices.length > 0 ? voices : [voice];
    this.defaultVoice = voices[0] ?? voice;
    this.#speakers = new Map(speakers.map(([name, number]) => [`${modelId}/${name}`, number]));
    this.sampleRateHz = config.audio.sample_rate;
    this.info = { name: 'piper', stage: 'tts', modelIds: [modelId], backend: 'wasm', threads };
  }

  async toSymbols(
    { words, mark }: { words: string; mark: ClauseMark },
    { signal }: { signal: AbortSignal },
  ): Promise<string> {
    const spoken = await this.#pronounce(words, signal);
    if (spoken === '') return '';
    const said = this.#alphabet.keepKnown(spoken);
    if (said.dropped > 0) {
      const { logger } = this.#parts;
      logger.log('warn', 'symbols left out', { ...this.info, dropped: said.dropped });
    }
    if (said.symbols.trim() === '') return '';
    return said.symbols + this.#alphabet.keepKnown(MARKS_AS[mark] ?? mark).symbols;
  }

  async *speak(
    symbols: string,
    { voice, speed, signal }: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): AsyncGenerator<SpokenRun> {
    const { network, config } = this.#parts;
    const { noise_scale, length_scale, noise_w } = config.inference;
    const { ids, symbolEnds } = this.#toIds(symbols);
    const parts = network.speak(ids, {
      noise: noise_scale,
      durationNoise: noise_w,
      length: length_scale / speed,
      speaker: this.#speakers.get(voice.id) ?? 0,
      signal,
    });
    for await (const { pcm, idEnds, share } of parts) {
      const ends = idEnds === null ? null : symbolEnds.map((end) => idEnds[end] ?? 0);
      yield { pcm, symbolEnds: ends, share };
    }
  }

  dispose(): Promise<void> {
    return this.#parts.network.dispose();
  }

  /** Voices of type `text` read letters themselves; all others read IPA, taken apart (NFD). */
  async #pronounce(words: string, signal: AbortSignal): Promise<string> {
    const { config, phonemise } = this.#parts;
    if (readsLetters(config)) return words.toLowerCase().normalize('NFD');
    const request = { language: config.espeak.voice, alphabet: 'ipa', signal } as const;
    const ipa = await phonemise.phonemise(words, request);
    return symbolsOf(ipa.normalize('NFD'))
      .flatMap((symbol) => config.phoneme_map[symbol] ?? [symbol])
      .join('');
  }

  /** Start, then each symbol followed by the pad that VITS was trained with, then the end. */
  #toIds(symbols: string): PiperIds {
    const pad = this.#alphabet.encode('_');
    const ids = [...this.#alphabet.encode('^'), ...pad];
    const symbolEnds = [ids.length];
    for (const symbol of this.#alphabet.split(symbols)) {
      ids.push(...this.#alphabet.encode(symbol), ...pad);
      // Words are counted in code points: all those of a symbol end with it.
      symbolEnds.push(...symbolsOf(symbol).map(() => ids.length));
    }
    ids.push(...this.#alphabet.encode('$'));
    return { ids, symbolEnds };
  }
}

interface PiperIds {
  readonly ids: readonly number[];
  /** How many ids there are up to the end of each code point's symbol, preceded by how many there are before the first. */
  readonly symbolEnds: readonly number[];
}

/** By their numbers, the first of which is the voice's own choice; none of a voice with one speaker. */
function toSpeakers({ speaker_id_map, num_speakers }: PiperConfig): (readonly [string, number])[] {
  const named = Object.entries(speaker_id_map).toSorted(([, one], [, other]) => one - other);
  if (named.length > 0 || num_speakers <= 1) return named;
  return Array.from({ length: num_speakers }, (_, number) => [`${number}`, number] as const);
}

function languageOf({ language, espeak }: PiperConfig): string {
  return (language?.code ?? espeak.voice).replace('_', '-');
}

/** Instead of phonemes. */
function readsLetters({ phoneme_type }: PiperConfig): boolean {
  return /\btext$/iu.test(phoneme_type);
}
