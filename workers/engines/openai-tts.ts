// A voice behind an OpenAI-compatible endpoint. Text leaves the device. In the turn worker, with `fetch` alone.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { concatenate, toPeak } from '../../src/core/pcm.ts';
import { OpenAiSpeech } from '../../src/engines/openai-speech.ts';
import type { OpenAiSpeechOptions } from '../../src/engines/openai-speech.ts';
import { SPEECH_RATE_HZ } from '../../src/engines/speech-answer.ts';
import type { RunLimits } from '../../src/text/utterance-splitter.ts';
import { PiecewiseTts } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { symbolsOf } from './symbol-table.ts';

export interface OpenAiTtsOptions extends OpenAiSpeechOptions {
  /** Names of the server's voices, the default first; at least one. */
  readonly voices: readonly string[];
  /** BCP 47, what they speak. */
  readonly language: string;
}

/** Characters. A request says one sentence, or several short clauses: what a voice needs for its melody. */
const LIMITS: RunLimits = { minimum: 1, preferred: 300, maximum: 1_000 };
/** Of speech at its own pace, for telling how much of a text was said: some 15 characters per second. */
const SAMPLES_PER_CHARACTER = 0.065 * SPEECH_RATE_HZ;
/** A guess at what was said never says that all was. */
const MOST_SHARE = 0.95;
/** What stays back at the end of each part, so that the last one has an end to be faded: 30 ms. */
const KEPT_BACK_SAMPLES = 0.03 * SPEECH_RATE_HZ;
/** Of the peak so far (-40 dB): quieter ends wait for what follows, since the last one is trimmed. */
const QUIET_RATIO = 0.01;

/** Makes no request until it is asked to speak. Throws a `TypeError` for options that cannot work. */
export function createOpenAiTts(options: OpenAiTtsOptions): TtsEngine {
  return new PiecewiseTts(new OpenAiVoice(options));
}

class OpenAiVoice implements VoiceModel {
  readonly info: EngineInfo;
  readonly voices: readonly TtsVoice[];
  readonly defaultVoice: TtsVoice;
  readonly sampleRateHz: number = SPEECH_RATE_HZ;
  readonly limits: RunLimits = LIMITS;
  readonly #speech: OpenAiSpeech;

  constructor({ voices, language, ...options }: OpenAiTtsOptions) {
    this.#speech = new OpenAiSpeech(options);
    this.voices = voices.map((id) => ({ id, name: id, language }));
    const [first] = this.voices;
    if (first === undefined) throw new TypeError('voices must name at least one voice, got none.');
    this.defaultVoice = first;
    this.info = {
      name: 'openai',
      stage: 'tts',
      modelIds: [],
      modelName: options.model,
      backend: 'remote',
      threads: 1,
    };
  }

  async toSymbols({ words, mark }: Parameters<VoiceModel['toSymbols']>[0]): Promise<string> {
    return words + mark;
  }

  /** Samples are handed on as they arrive, up to the last sound. */
  async *speak(
    text: string,
    { voice, speed, signal }: Parameters<VoiceModel['speak']>[1],
  ): AsyncGenerator<SpokenRun> {
    const wholeSamples = (symbolsOf(text).length * SAMPLES_PER_CHARACTER) / speed;
    let pending = new Float32Array(0);
    let madeSamples = 0;
    let peak = 0;
    for await (const pcm of this.#speech.speak({ text, voice: voice.id, speed, signal })) {
      // What has arrived already comes without a turn of the event loop, in which an abort is seen.
      await nextMacrotask();
      pending = concatenate([pending, pcm]);
      peak = Math.max(peak, toPeak(pcm));
      const lastSound = pending.findLastIndex((sample) => Math.abs(sample) > peak * QUIET_RATIO);
      const end = lastSound + 1 - KEPT_BACK_SAMPLES;
      if (end <= 0) continue;
      madeSamples += end;
      const share = Math.min(MOST_SHARE, madeSamples / wholeSamples);
      yield { pcm: pending.slice(0, end), symbolEnds: null, share };
      pending = pending.slice(end);
    }
    yield { pcm: pending, symbolEnds: null, share: 1 };
  }

  async dispose(): Promise<void> {
    // Requests end with the signals of those who made them.
  }
}
