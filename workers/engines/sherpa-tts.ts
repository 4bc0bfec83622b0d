// VITS voices on sherpa-onnx: words become sounds by the lexicon that comes with a voice. Runs in the speak worker.
import type { OfflineTts } from 'sherpa-onnx/sherpa-onnx-tts.js';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import { UNDETERMINED } from '../../src/core/language.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { createSherpaVoice } from '../runtimes/sherpa/sherpa-voice.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { SpokenLexicon } from './spoken-lexicon.ts';
import { createRunFailure } from './voice-run-failure.ts';

export interface SherpaTtsOptions {
  readonly files: ModelFiles;
  /** Lists `*.onnx`, `tokens.txt` and `lexicon.txt`. */
  readonly model: CatalogModel;
  /** Told how many words of a clause the voice lacks. */
  readonly logger?: Logger;
  /** Aborting rejects with its reason, at the latest after the load step in progress. */
  readonly signal: AbortSignal;
}

/** Characters, since a symbol is one: VITS sets no limit, and a run cannot be stopped once it began. */
const LIMITS: RunLimits = { minimum: 12, preferred: 160, maximum: 300 };
/** The library ends a piece at a dash, and knows no ellipsis. */
const MARKS_AS: Readonly<Partial<Record<ClauseMark, string>>> = { '…': '.', '—': ',' };

/**
 * Loads a voice and says a word to warm up. Rejects as `files.read` and `createSherpaVoice` do, or with
 * `synthesis-failed`.
 */
export async function createSherpaTts(options: SherpaTtsOptions): Promise<TtsEngine> {
  const { files, model, signal, logger = silentLogger } = options;
  const graph = model.files.find(({ name }) => name.endsWith('.onnx'))?.name ?? 'model.onnx';
  const [bytes, tokens, words] = await Promise.all([
    files.read(model.id, graph, { signal }),
    files.read(model.id, 'tokens.txt', { signal }),
    files.read(model.id, 'lexicon.txt', { signal }),
  ]);
  const lexicon = new SpokenLexicon(new TextDecoder().decode(words));
  const voice = await createSherpaVoice({
    ...{ worker: 'speak', modelId: model.id, signal },
    files: { model: bytes, tokens, lexicon: words },
  });
  const spoken = new LexiconVoice({ voice, lexicon, model, logger });
  return warmUp(new PiecewiseTts(spoken), signal);
}

interface LexiconVoiceParts {
  readonly voice: OfflineTts;
  readonly lexicon: SpokenLexicon;
  readonly model: CatalogModel;
  readonly logger: Logger;
}

/** Its symbols are the words themselves: the library makes sounds of them. It times no words. */
class LexiconVoice implements VoiceModel {
  readonly info: EngineInfo;
  readonly voices: readonly TtsVoice[];
  readonly defaultVoice: TtsVoice;
  readonly sampleRateHz: number;
  readonly limits: RunLimits = LIMITS;
  readonly #parts: LexiconVoiceParts;

  constructor(parts: LexiconVoiceParts) {
    const { id } = parts.model;
    this.#parts = parts;
    this.voices = toVoices(parts.model, parts.voice.numSpeakers);
    this.defaultVoice = this.voices[0] ?? toVoice(parts.model);
    this.sampleRateHz = parts.voice.sampleRate;
    this.info = { name: 'sherpa-onnx', stage: 'tts', modelIds: [id], backend: 'wasm', threads: 1 };
  }

  async toSymbols({ words, mark }: { words: string; mark: ClauseMark }): Promise<string> {
    const { lexicon, logger } = this.#parts;
    const { text, dropped } = lexicon.keepSayable(words);
    if (dropped > 0) logger.log('warn', 'words left out', { ...this.info, dropped });
    return text === '' ? '' : text + (MARKS_AS[mark] ?? mark);
  }

  async *speak(
    symbols: string,
    { voice, speed }: { voice: TtsVoice; speed: number },
  ): AsyncGenerator<SpokenRun> {
    const sid = this.voices.indexOf(voice);
    yield { pcm: this.#generate(symbols, { sid, speed }), symbolEnds: null, share: 1 };
  }

  async dispose(): Promise<void> {
    this.#parts.voice.free();
  }

  #generate(text: string, options: { sid: number; speed: number }): Float32Array {
    const { voice, model } = this.#parts;
    try {
      // Rests as the model makes them; the library would shorten them to a fifth.
      return voice.generateWithConfig(text, { ...options, silenceScale: 1 }).samples;
    } catch (error) {
      throw createRunFailure(model.id, error);
    }
  }
}

/** `MODEL/0`, `MODEL/1` and so on of a model with several speakers. */
function toVoices(model: CatalogModel, speakers: number): TtsVoice[] {
  const voice = toVoice(model);
  if (speakers <= 1) return [voice];
  return Array.from({ length: speakers }, (_, at) => ({
    ...voice,
    id: `${model.id}/${at}`,
    name: `${model.name} ${at}`,
  }));
}

/** Of several languages it speaks whichever the text is in. */
function toVoice({ id, name, languages }: CatalogModel): TtsVoice {
  const [only = '*', ...others] = languages;
  const isOne = only !== '*' && others.length === 0;
  return { id, name, language: isOne ? only : UNDETERMINED };
}
