// Voices side by side in one page: ours in the product's speak worker, the others beside it. Main thread.
import { proxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import { toBase64 } from '../../../src/core/base64.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { concatenate, toInt16 } from '../../../src/core/pcm.ts';
import type { SpeakConfig } from '../../../src/engines/worker-configs.ts';
import type { TtsService } from '../../../src/engines/services.ts';
import { WorkerTts } from '../../../src/engines/worker-tts.ts';
import type { KokoroJsService } from '../../workers/kokoro-js.worker.ts';
import type { SherpaVoiceService } from '../../workers/sherpa-voice.worker.ts';
import { loadStage } from '../product-engines.ts';

/** Called by the launcher. */
export interface VoiceBench {
  /** @param options.texts what will be said: one peer has to be given a lexicon of it. Without any, only what can be cut is loaded. */
  load(options: { threads: number; texts: readonly string[] }): Promise<void>;
  speak(arm: VoiceArm, text: string): Promise<SpokenFigures>;
  /** From the cut until the voice has let go of the request; null where it had ended before. */
  cut(request: CutRequest): Promise<number | null>;
  /** As `speak`, to listen to: s16le mono. */
  record(arm: VoiceArm, text: string): Promise<{ pcmBase64: string; sampleRateHz: number }>;
}

export interface CutRequest {
  readonly arm: 'kokoro' | 'piper';
  readonly text: string;
  /** From the request on. */
  readonly afterMs: number;
}

/** `sherpa-onnx` has the weights of `piper`. */
export type VoiceArm =
  'kokoro' | 'piper' | 'flite' | 'sherpa-onnx' | 'kokoro-js generate' | 'kokoro-js stream';

/** Lengths in ms, from the request on. */
export interface SpokenFigures {
  readonly firstAudioMs: number;
  readonly totalMs: number;
  readonly audioMs: number;
}

const KOKORO_JS_HZ = 24_000;

interface Chunk {
  readonly pcm: Float32Array;
  readonly sampleRateHz: number;
}

/** Far above those of the link, which numbers its own. */
const FIRST_CUT_ID = 1_000_000_000;

type Speak = (text: string, onChunk: (chunk: Chunk) => void) => Promise<void>;

function createBench(): VoiceBench {
  const voices = new Map<VoiceArm, Speak>();
  const services = new Map<VoiceArm, Remote<TtsService>>();
  let cuts = 0;
  const voiceOf = (arm: VoiceArm): Speak => {
    const speak = voices.get(arm);
    if (speak === undefined) throw new Error(`no voice ${arm}`);
    return speak;
  };
  return {
    async load({ threads, texts }) {
      for (const engine of ['kokoro', 'piper'] as const) {
        const { speak, service } = await loadOurs(engine, threads);
        voices.set(engine, speak);
        services.set(engine, service);
      }
      if (texts.length === 0) return;
      voices.set('flite', (await loadOurs('flite', threads)).speak);
      voices.set('sherpa-onnx', await loadSherpa(texts));
      const peer = wrap<KokoroJsService>(
        new Worker(new URL('../../workers/kokoro-js.worker.ts', import.meta.url), {
          type: 'module',
        }),
      );
      await peer.load({ threads });
      voices.set('kokoro-js generate', speakWithPeer(peer, 'generate'));
      voices.set('kokoro-js stream', speakWithPeer(peer, 'stream'));
    },

    async speak(arm, text) {
      const speak = voiceOf(arm);
      const startMs = performance.now();
      let [firstAudioMs, audioMs] = [0, 0];
      await speak(text, ({ pcm, sampleRateHz }) => {
        if (audioMs === 0) firstAudioMs = performance.now() - startMs;
        audioMs += (pcm.length * 1_000) / sampleRateHz;
      });
      return { firstAudioMs, totalMs: performance.now() - startMs, audioMs };
    },

    async cut({ arm, text, afterMs }) {
      const service = services.get(arm);
      if (service === undefined) throw new Error('load() comes first.');
      const id = FIRST_CUT_ID + cuts;
      cuts += 1;
      const progress = { isOver: false };
      const done = service.synthesize(id, { text, voice: null, speed: 1, outputRateHz: null });
      const over = done.then(() => (progress.isOver = true));
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      if (progress.isOver) return null;
      const cutMs = performance.now();
      void service.cancel(id);
      await over;
      return performance.now() - cutMs;
    },

    async record(arm, text) {
      const chunks: Chunk[] = [];
      await voiceOf(arm)(text, (chunk) => void chunks.push(chunk));
      const pcm = toInt16(concatenate(chunks.map((chunk) => chunk.pcm)));
      const pcmBase64 = toBase64(new Uint8Array(pcm.buffer));
      return { pcmBase64, sampleRateHz: chunks[0]?.sampleRateHz ?? 0 };
    },
  };
}

async function loadOurs(
  engine: SpeakConfig['engine'],
  threads: number,
): Promise<{ speak: Speak; service: Remote<TtsService> }> {
  const { loaded, port } = await loadStage<SpeakConfig>('tts', 'speak', {
    ...{ engine, threads, voice: null, language: 'en', phonemes: 'auto', backend: 'wasm' },
  });
  const tts = new WorkerTts({ loaded, clock: systemClock });
  tts.attach(port);
  const speak: Speak = async (text, onChunk) => {
    const { signal } = new AbortController();
    const request = { text, voice: null, speed: 1, signal };
    for await (const chunk of tts.synthesize(request)) onChunk(chunk);
  };
  // The link does not tell when a request that was cut off is over in the worker.
  return { speak, service: wrap<TtsService>(port) };
}

async function loadSherpa(texts: readonly string[]): Promise<Speak> {
  const service = wrap<SherpaVoiceService>(
    new Worker(new URL('../../workers/sherpa-voice.worker.ts', import.meta.url), {
      type: 'module',
    }),
  );
  await service.load(texts.join(' '));
  return (text, onChunk) => service.speak(text, proxy(onChunk));
}

function speakWithPeer(peer: Remote<KokoroJsService>, mode: 'generate' | 'stream'): Speak {
  return (text, onChunk) =>
    peer.speak(
      mode,
      text,
      proxy((pcm: Float32Array) => onChunk({ pcm, sampleRateHz: KOKORO_JS_HZ })),
    );
}

Object.assign(globalThis, { voiceBench: createBench() });
