// Voices side by side in one page: ours in the product's speak worker, kokoro-js in its own. Main thread.
import { proxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import { systemClock } from '../../../src/core/clock.ts';
import type { TtsEngine } from '../../../src/core/contracts/text-to-speech.ts';
import type { SpeakConfig } from '../../../src/engines/worker-configs.ts';
import { WorkerTts } from '../../../src/engines/worker-tts.ts';
import type { KokoroJsService } from '../../workers/kokoro-js.worker.ts';
import { loadStage } from '../product-engines.ts';

/** Called by the launcher. */
export interface VoiceBench {
  load(options: { threads: number }): Promise<void>;
  speak(arm: VoiceArm, text: string): Promise<SpokenFigures>;
}

export type VoiceArm = 'kokoro' | 'piper' | 'kokoro-js generate' | 'kokoro-js stream';

/** Lengths in ms, from the request on. */
export interface SpokenFigures {
  readonly firstAudioMs: number;
  readonly totalMs: number;
  readonly audioMs: number;
}

const KOKORO_JS_HZ = 24_000;

type Speak = (text: string, onChunk: (audioMs: number) => void) => Promise<void>;

function createBench(): VoiceBench {
  const voices = new Map<VoiceArm, Speak>();
  return {
    async load({ threads }) {
      for (const engine of ['kokoro', 'piper'] as const) {
        voices.set(engine, await loadOurs(engine, threads));
      }
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
      const speak = voices.get(arm);
      if (speak === undefined) throw new Error(`no voice ${arm}`);
      const startMs = performance.now();
      let [firstAudioMs, audioMs] = [0, 0];
      await speak(text, (chunkMs) => {
        if (audioMs === 0) firstAudioMs = performance.now() - startMs;
        audioMs += chunkMs;
      });
      return { firstAudioMs, totalMs: performance.now() - startMs, audioMs };
    },
  };
}

async function loadOurs(engine: SpeakConfig['engine'], threads: number): Promise<Speak> {
  const { loaded, port } = await loadStage<SpeakConfig>('tts', 'speak', {
    ...{ engine, threads, voice: null, language: 'en', phonemes: 'auto', backend: 'wasm' },
  });
  const tts: TtsEngine & { attach(port: MessagePort): void } = new WorkerTts({
    ...{ loaded, clock: systemClock },
  });
  tts.attach(port);
  return async (text, onChunk) => {
    const { signal } = new AbortController();
    for await (const chunk of tts.synthesize({ text, voice: null, speed: 1, signal })) {
      onChunk((chunk.pcm.length * 1_000) / chunk.sampleRateHz);
    }
  };
}

function speakWithPeer(peer: Remote<KokoroJsService>, mode: 'generate' | 'stream'): Speak {
  return (text, onChunk) =>
    peer.speak(
      mode,
      text,
      proxy((pcm: Float32Array) => onChunk((pcm.length * 1_000) / KOKORO_JS_HZ)),
    );
}

Object.assign(globalThis, { voiceBench: createBench() });
