// Flite, a voice of the time before neural ones: the smallest download, and quick on any device. Runs in the speak worker.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { TtsEngine, TtsVoice } from '../../src/core/contracts/text-to-speech.ts';
import { parseWavMono } from '../../src/core/wav.ts';
import type { ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { runWasiCommand } from '../runtimes/wasi-command.ts';
import { PiecewiseTts, warmUp } from './piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from './piecewise-tts.ts';
import { createRunFailure } from './voice-run-failure.ts';

export interface FliteTtsOptions {
  readonly files: ModelFiles;
  /** Aborting rejects with its reason, at the latest after the load step in progress. */
  readonly signal: AbortSignal;
}

const MODEL_ID = 'flite-en';
const FILE_NAME = 'flite.wasm';
const OUTPUT_NAME = 'speech.wav';

const SLT: TtsVoice = { id: 'slt', name: 'SLT', language: 'en-US' };
/** Those of 16 kHz among the voices that are compiled in; `awb` is a Scot. */
const VOICES: readonly TtsVoice[] = [
  SLT,
  { id: 'rms', name: 'RMS', language: 'en-US' },
  { id: 'awb', name: 'AWB', language: 'en-GB' },
  { id: 'kal16', name: 'KAL', language: 'en-US' },
];
const SAMPLE_RATE_HZ = 16_000;

/** Characters: it has no limit, and a run cannot be stopped once it began. */
const LIMITS: RunLimits = { minimum: 12, preferred: 160, maximum: 300 };
const MARKS_AS: Readonly<Partial<Record<ClauseMark, string>>> = { '…': '.', '—': ',' };
/** Letters without their accents, and the apostrophe: it knows ASCII alone. */
const UNSAYABLE = /[^\x20-\x7e]/gu;

/** Loads the program and says a word to warm up. Rejects as `files.read`, or with `model-invalid` or `synthesis-failed`. */
export async function createFliteTts({ files, signal }: FliteTtsOptions): Promise<TtsEngine> {
  const bytes = await files.read(MODEL_ID, FILE_NAME, { signal });
  const module = await WebAssembly.compile(bytes).catch((error: unknown) => {
    throw createInvalidModelError(MODEL_ID, error);
  });
  signal.throwIfAborted();
  return warmUp(new PiecewiseTts(new FliteVoice(module)), signal);
}

/** Its symbols are characters. It times no words. */
class FliteVoice implements VoiceModel {
  readonly info: EngineInfo = {
    ...{ name: 'flite', stage: 'tts', modelIds: [MODEL_ID], backend: 'wasm', threads: 1 },
  };
  readonly voices: readonly TtsVoice[] = VOICES;
  readonly defaultVoice: TtsVoice = SLT;
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly limits: RunLimits = LIMITS;
  readonly #module: WebAssembly.Module;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  async toSymbols({ words, mark }: { words: string; mark: ClauseMark }): Promise<string> {
    const plain = words.replaceAll('’', "'").normalize('NFD').replaceAll(UNSAYABLE, '');
    return /[a-z0-9]/iu.test(plain) ? plain + (MARKS_AS[mark] ?? mark) : '';
  }

  async *speak(
    symbols: string,
    { voice, speed }: { voice: TtsVoice; speed: number },
  ): AsyncGenerator<SpokenRun> {
    yield { pcm: await this.#say(symbols, { voice, speed }), symbolEnds: null, share: 1 };
  }

  async dispose(): Promise<void> {
    // Each run is an instance of its own.
  }

  async #say(
    text: string,
    { voice, speed }: { voice: TtsVoice; speed: number },
  ): Promise<Float32Array> {
    const args = [
      ...['flite', '-voice', voice.id, '--setf', `duration_stretch=${1 / speed}`],
      ...['-t', text, '-o', OUTPUT_NAME],
    ];
    try {
      const run = await runWasiCommand(this.#module, { args, fileName: OUTPUT_NAME });
      if (run.exitCode === 0 && run.file !== null) return parseWavMono(run.file).pcm;
      throw new Error(`it ended with ${run.exitCode}: ${run.printed}`);
    } catch (error) {
      throw createRunFailure(voice.id, error);
    }
  }
}
