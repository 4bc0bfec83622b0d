// Piper voices (VITS): the fast voice of the CPU tier. Runs in the speak worker.
import * as v from 'valibot';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { parseModelJson } from './model-input.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { loadPiperKernels } from './piper-kernels.ts';
import type { PiperNetwork } from './piper-network.ts';
import { symbolsOf, SymbolTable } from './symbol-table.ts';

export interface PiperTtsOptions {
  readonly files: ModelFiles;
  readonly modelId: string;
  /** The graph, for example `en_US-joe-medium.onnx`; its settings lie beside it under `.json`. */
  readonly fileName: string;
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
 * `synthesis-failed`; with `unsupported` when the phonemiser does not know the voice's language.
 */
export async function createPiperTts(options: PiperTtsOptions): Promise<TtsEngine> {
  const { files, modelId, fileName, signal } = options;
  const config = parseModelJson(await files.read(modelId, `${fileName}.json`, { signal }), {
    schema: PiperConfig,
    modelId,
  });
  const logger = options.logger ?? silentLogger;
  const threads = usableThreads(options.threads);
  const network = await loadNetwork({ ...options, threads, logger });
  const { phonemise } = options;
  const model = new PiperModel({ network, config, modelId, phonemise, threads, logger });
  return warmUp(new PiecewiseTts(model), signal);
}

async function loadNetwork(options: PiperTtsOptions & { logger: Logger }): Promise<PiperNetwork> {
  const network = options.runtime === 'onnx' ? null : await loadPiperKernels(options);
  if (network !== null) return network;
  // A library of some size, for other graphs alone.
  const { loadPiperOnnx } = await import('./piper-onnx.ts');
  return loadPiperOnnx(options);
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

  constructor(parts: PiperParts) {
    const { config, modelId, threads } = parts;
    this.#parts = parts;
    this.#alphabet = new SymbolTable(config.phoneme_id_map);
    this.defaultVoice = toVoice(config, modelId);
    this.voices = toVoices(config, this.defaultVoice);
    this.sampleRateHz = config.audio.sample_rate;
    this.info = { name: 'piper', stage: 'tts', modelIds: [modelId], backend: 'wasm', threads };
  }

  async toSymbols(
    { words, mark }: { words: string; mark: ClauseMark },
    { signal }: { signal: AbortSignal },
  ): Promise<string> {
    const spoken = await this.#pronounce(words, signal);
    if (spoken === '') return '';
    const said = this.#alphabet.keepKnown(spoken + (MARKS_AS[mark] ?? mark));
    if (said.dropped > 0) {
      const { logger } = this.#parts;
      logger.log('warn', 'symbols left out', { ...this.info, dropped: said.dropped });
    }
    return said.symbols;
  }

  speak(
    symbols: string,
    { voice, speed, signal }: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): AsyncIterable<SpokenRun> {
    const { network, config } = this.#parts;
    const { noise_scale, length_scale, noise_w } = config.inference;
    return network.speak(this.#toIds(symbols), {
      noise: noise_scale,
      durationNoise: noise_w,
      length: length_scale / speed,
      speaker: config.speaker_id_map[voice.name] ?? 0,
      signal,
    });
  }

  dispose(): Promise<void> {
    return this.#parts.network.dispose();
  }

  /** Voices of type `text` read letters themselves; all others read IPA, taken apart (NFD). */
  async #pronounce(words: string, signal: AbortSignal): Promise<string> {
    const { config, phonemise } = this.#parts;
    if (config.phoneme_type === 'text') return words.toLowerCase().normalize('NFD');
    const request = { language: config.espeak.voice, alphabet: 'ipa', signal } as const;
    const ipa = await phonemise.phonemise(words, request);
    return symbolsOf(ipa.normalize('NFD'))
      .flatMap((symbol) => config.phoneme_map[symbol] ?? [symbol])
      .join('');
  }

  /** Start, then each symbol followed by the pad that VITS was trained with, then the end. */
  #toIds(symbols: string): number[] {
    const pad = this.#alphabet.encode('_');
    const between = symbolsOf(symbols).flatMap((symbol) => [
      ...this.#alphabet.encode(symbol),
      ...pad,
    ]);
    return [...this.#alphabet.encode('^'), ...pad, ...between, ...this.#alphabet.encode('$')];
  }
}

function toVoice(config: PiperConfig, modelId: string): TtsVoice {
  const language = (config.language?.code ?? config.espeak.voice).replace('_', '-');
  const [speaker] = Object.keys(config.speaker_id_map);
  if (speaker !== undefined) return { id: `${modelId}/${speaker}`, name: speaker, language };
  return { id: modelId, name: config.dataset ?? modelId, language };
}

function toVoices(config: PiperConfig, voice: TtsVoice): TtsVoice[] {
  const speakers = Object.keys(config.speaker_id_map);
  if (speakers.length === 0) return [voice];
  const modelId = voice.id.slice(0, voice.id.indexOf('/'));
  return speakers.map((name) => ({ ...voice, id: `${modelId}/${name}`, name }));
}
