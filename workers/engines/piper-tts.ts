// Piper voices (VITS) on ONNX Runtime: the fast voice of the CPU tier. Runs in the speak worker.
import * as v from 'valibot';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { HifiGan } from '../runtimes/hifigan/hifigan.ts';
import { GraphWeights } from '../runtimes/onnx-graph/graph-weights.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../runtimes/onnx-graph/onnx-tensor.ts';
import { startThreads } from '../runtimes/kernel-team/start-threads.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { createNetworkTeam } from '../runtimes/network/kernels.ts';
import { createOnnxSession, Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { floatsOf, parseModelJson } from './model-input.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { runInSlices } from './run-in-slices.ts';
import { symbolsOf, SymbolTable } from './symbol-table.ts';

export interface PiperTtsOptions {
  readonly files: ModelFiles;
  readonly modelId: string;
  /** The graph, for example `en_US-joe-medium.onnx`; its settings lie beside it under `.json`. */
  readonly fileName: string;
  /** 1 is used on a page without isolation, whatever is asked for. */
  readonly threads: number;
  readonly phonemise: Phonemiser;
  /**
   * `split` (default): the generator runs on kernels of our own, the rest on ONNX Runtime, where the file's graph is
   * known. `shipped`: all of it on ONNX Runtime, to compare.
   */
  readonly graph?: 'split' | 'shipped';
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
/** A frame is 256 samples, 12 ms at 22,050 Hz. */
const FIRST_PART_FRAMES = 40;
/** Each is made in a fraction of the time that the one before it takes to be heard. */
const PART_GROWTH = 3;
/** What is left over and shorter is made with the part before it. */
const SHORTEST_PART_FRAMES = 24;
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
  const network =
    (await loadSplit(options, { logger, threads })) ?? (await loadWhole(options, threads));
  const { phonemise } = options;
  const model = new PiperModel({ ...network, config, modelId, phonemise, threads, logger });
  return warmUp(new PiecewiseTts(model), signal);
}

/** What runs: all of the graph, or what comes before the generator. */
interface PiperNetwork {
  readonly session: InferenceSession;
  readonly generator: HifiGan | null;
  readonly stopThreads: () => void;
}

/** Null for a graph that is not known, or without memory for the generator's weights. */
async function loadSplit(
  { files, modelId, fileName, graph, signal }: PiperTtsOptions,
  { logger, threads }: { logger: Logger; threads: number },
): Promise<PiperNetwork | null> {
  if (graph === 'shipped') return null;
  const bytes = new Uint8Array(await files.read(modelId, fileName, { signal }));
  const model = OnnxModel.tryParse(bytes);
  if (model === null) return null;
  const weights = new GraphWeights(model);
  if (!HifiGan.fits(weights)) return null;
  let stopThreads = (): void => undefined;
  try {
    const team = createNetworkTeam();
    // Before the weights: they are prepared on all threads.
    stopThreads = await startThreads(team, { threads, logger, signal });
    const generator = new HifiGan(team, weights);
    for (const name of model.outputs) model.removeOutput(name);
    model.addOutput(generator.input, DATA_TYPE.float);
    model.prune();
    const { bytes: front, externalData } = model.toParts();
    const session = await createOnnxSession(front.buffer, { modelId, threads, externalData });
    releaseBuffers([bytes.buffer, ...externalData.map(({ data }) => data.buffer)]);
    return { session, generator, stopThreads };
  } catch (error) {
    stopThreads();
    if (!(error instanceof RangeError)) throw error;
    logger.log('warn', 'voice without its own kernels', { reason: error.message });
    return null;
  }
}

async function loadWhole(
  { files, modelId, fileName, signal }: PiperTtsOptions,
  threads: number,
): Promise<PiperNetwork> {
  const bytes = await files.read(modelId, fileName, { signal });
  const session = await createOnnxSession(bytes, { modelId, threads });
  return { session, generator: null, stopThreads: () => undefined };
}

interface PiperParts extends PiperNetwork {
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

  async *speak(
    symbols: string,
    { voice, speed, signal }: { voice: TtsVoice; speed: number; signal: AbortSignal },
  ): AsyncGenerator<SpokenRun> {
    const { session, generator, config, modelId } = this.#parts;
    const { noise_scale, length_scale, noise_w } = config.inference;
    const ids = this.#toIds(symbols);
    const inputs: Record<string, Tensor> = {
      input: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      input_lengths: new Tensor('int64', [BigInt(ids.length)], [1]),
      scales: new Tensor('float32', [noise_scale, length_scale / speed, noise_w], [3]),
    };
    if (session.inputNames.includes('sid')) {
      const speaker = config.speaker_id_map[voice.name] ?? 0;
      inputs['sid'] = new Tensor('int64', [BigInt(speaker)], [1]);
    }
    const outputs = await session.run(inputs);
    const made = floatsOf(outputs, { name: session.outputNames[0], modelId });
    if (generator === null) {
      yield { pcm: made, symbolEnds: null, share: 1 };
      return;
    }
    const frames = generator.framesOf(made);
    for (const [from, to] of toParts(frames)) {
      const pcm = await runInSlices(generator.run(made, { from, to }), signal);
      yield { pcm, symbolEnds: null, share: to / frames };
    }
  }

  async dispose(): Promise<void> {
    this.#parts.stopThreads();
    await this.#parts.session.release();
  }

  /** Voices of type `text` read letters themselves; all others read IPA, taken apart (NFD). */
  async #pronounce(words: string, signal: AbortSignal): Promise<string> {
    const { config, phonemise } = this.#parts;
    if (config.phoneme_type === 'text') return words.toLowerCase().normalize('NFD');
    const ipa = await phonemise.phonemise(words, { language: config.espeak.voice, signal });
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

/** Frames of the generator, from and to: the first part is short, so that it can be heard while the next is made. */
function toParts(frames: number): [from: number, to: number][] {
  const parts: [number, number][] = [];
  let from = 0;
  for (let size = FIRST_PART_FRAMES; from < frames; size *= PART_GROWTH) {
    const to = from + size + SHORTEST_PART_FRAMES > frames ? frames : from + size;
    parts.push([from, to]);
    from = to;
  }
  return parts;
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
