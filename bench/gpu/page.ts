// Engines that run on WebGPU, and their like that do not, one at a time, for the launcher. Main thread.
import { probeThisDevice } from '../../src/browser/probe-device.ts';
import type { DeviceGpu } from '../../src/agent/engine-choice.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { resample } from '../../src/core/resampler.ts';
import type { ListenConfig, SpeakConfig, ThinkConfig } from '../../src/engines/worker-configs.ts';
import { WorkerLlm } from '../../src/engines/worker-llm.ts';
import { WorkerStt } from '../../src/engines/worker-stt.ts';
import { WorkerTts } from '../../src/engines/worker-tts.ts';
import { encodeGolden } from '../../test/support/golden-input.ts';
import { servedModelFiles as files } from '../../test/support/model-files-over-http.ts';
import { compare, findFault } from '../../workers/engines/golden-utterance.ts';
import { KOKORO_GOLDEN } from '../../workers/engines/kokoro-golden.ts';
import { loadKokoroWebgpu } from '../../workers/engines/kokoro-webgpu.ts';
import { openGpu } from '../../workers/runtimes/gpu-device.ts';
import { loadStage } from '../pages/product-engines.ts';

/** Called by the launcher. All reject as the engines do. */
export interface GpuBench {
  probe(): Promise<DeviceGpu>;
  /** Kokoro says its golden utterance. */
  testKokoro(): Promise<GoldenVerdict>;
  /** Medians of some runs in the product's speak worker; `info` says what it really ran on. */
  speak(backend: 'webgpu' | 'wasm'): Promise<SpokenFigures>;
  /** Tokens per second of a catalogue model in the product's think worker; `info` says what it really ran on. */
  think(modelId: string, backend: 'webgpu' | 'wasm'): Promise<ThoughtFigures>;
  /** What a catalogue model in the listen worker hears of a sentence that Piper says. */
  hear(modelId: string): Promise<HeardFigures>;
}

export interface GoldenVerdict {
  readonly likeness: number;
  readonly louderDb: number;
  /** Null where it passed. */
  readonly fault: string | null;
}

export interface SpokenFigures {
  readonly info: EngineInfo;
  readonly firstAudioMs: number;
  readonly rtf: number;
}

export interface ThoughtFigures {
  readonly info: EngineInfo;
  readonly tokensPerSecond: number;
}

export interface HeardFigures {
  readonly info: EngineInfo;
  readonly rtf: number;
  readonly said: string;
  readonly heard: string;
}

const ROUNDS = 3;
const SENTENCE = 'The morning train left the station a little before seven.';
const QUESTION = 'Please tell me a long story about a dog.';
const ANSWER_TOKENS = 48;
const RECOGNISER_HZ = 16_000;
const { signal } = new AbortController();
const threads = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

const bench: GpuBench = {
  probe: async () => (await probeThisDevice(systemClock)).gpu,

  async testKokoro() {
    const gpu = await openGpu({ allowFallbackAdapter: true });
    const runtime = await loadKokoroWebgpu(gpu, { files, threads, logger: silentLogger, signal });
    try {
      const { pcm } = await runtime.speak(await encodeGolden(), signal);
      return { ...compare(pcm, KOKORO_GOLDEN), fault: findFault(pcm, KOKORO_GOLDEN) };
    } finally {
      await runtime.dispose();
    }
  },

  async speak(backend) {
    const tts = await openVoice('kokoro', backend);
    const runs: { firstAudioMs: number; rtf: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) runs.push(await say(tts, SENTENCE));
    return {
      info: tts.info,
      firstAudioMs: medianOf(runs.map(({ firstAudioMs }) => firstAudioMs)),
      rtf: medianOf(runs.map(({ rtf }) => rtf)),
    };
  },

  async think(modelId, backend) {
    const own = { threads, modelId, spareModelId: null, backend };
    const { loaded, port } = await loadStage<ThinkConfig>('llm', 'think', own);
    const llm = new WorkerLlm({ loaded, clock: systemClock });
    llm.attach(port);
    return measureTokens(llm);
  },

  async hear(modelId) {
    const { pcm, audioMs } = await say(await openVoice('piper', 'wasm'), SENTENCE);
    const own = { threads, modelId, backend: 'webgpu' } as const;
    const { loaded, port } = await loadStage<ListenConfig>('stt', 'listen', own);
    const stt = new WorkerStt({ loaded, clock: systemClock });
    stt.attach(port);
    const rtfs: number[] = [];
    let heard = '';
    for (let round = 0; round < ROUNDS; round++) {
      const stream = stt.open({ language: 'en', signal, onPartial: () => undefined });
      const startMs = performance.now();
      stream.push(pcm.slice());
      heard = (await stream.transcribe({ signal })).text;
      rtfs.push((performance.now() - startMs) / audioMs);
      stream.close();
    }
    return { info: stt.info, rtf: medianOf(rtfs), said: SENTENCE, heard };
  },
};

async function openVoice(
  engine: SpeakConfig['engine'],
  backend: SpeakConfig['backend'],
): Promise<WorkerTts> {
  const { loaded, port } = await loadStage<SpeakConfig>('tts', 'speak', {
    ...{ engine, threads, voice: null, language: 'en', phonemes: 'auto', backend },
  });
  const tts = new WorkerTts({ loaded, clock: systemClock });
  tts.attach(port);
  return tts;
}

async function say(tts: WorkerTts, text: string) {
  const parts: Float32Array[] = [];
  const startMs = performance.now();
  let [firstAudioMs, audioMs] = [0, 0];
  for await (const chunk of tts.synthesize({ text, voice: null, speed: 1, signal })) {
    if (audioMs === 0) firstAudioMs = performance.now() - startMs;
    audioMs += (chunk.pcm.length * 1_000) / chunk.sampleRateHz;
    parts.push(resample(chunk.pcm, { fromHz: chunk.sampleRateHz, toHz: RECOGNISER_HZ }));
  }
  const rtf = (performance.now() - startMs) / audioMs;
  return { firstAudioMs, audioMs, rtf, pcm: Float32Array.from(parts.flatMap((each) => [...each])) };
}

/** From the first token of an answer to its last. Programs for the graphics processor are compiled before. */
async function measureTokens(llm: LlmEngine): Promise<ThoughtFigures> {
  await answer(llm);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(await answer(llm));
  return { info: llm.info, tokensPerSecond: medianOf(rates) };
}

async function answer(llm: LlmEngine): Promise<number> {
  const messages = [{ role: 'user', content: QUESTION }] as const;
  const request = { messages, maxTokens: ANSWER_TOKENS, temperature: 0, seed: 42, signal };
  let [firstMs, deltas, tokens] = [0, 0, 0];
  for await (const part of llm.generate(request)) {
    if (part.type === 'text-delta') {
      if (deltas === 0) firstMs = performance.now();
      deltas += 1;
    } else if (part.type === 'finish') tokens = part.completionTokens ?? deltas;
  }
  return (Math.max(0, tokens - 1) * 1_000) / (performance.now() - firstMs);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

Object.assign(globalThis, { gpuBench: bench });
