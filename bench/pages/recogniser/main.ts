// The recogniser in the product's listen worker: fed as people speak, or with the whole utterance at once. Main thread.
import { systemClock } from '../../../src/core/clock.ts';
import type { SttStream } from '../../../src/core/contracts/speech-to-text.ts';
import { WorkerStt } from '../../../src/engines/worker-stt.ts';
import type { ListenConfig } from '../../../src/engines/worker-configs.ts';
import { resample } from '../../../src/core/resampler.ts';
import { parseWavMono } from '../../../src/core/wav.ts';
import { Loudness } from '../../../talk/report/loudness.ts';
import { loadStage } from '../product-engines.ts';

/** `streaming`: fed in real time, with partial transcripts; `one shot`: nothing is done before the end. */
export type RecogniserArm = 'streaming' | 'one shot';

/** Called by the launcher, `speak` and `finish` in turn. */
export interface RecogniserBench {
  load(options: { threads: number }): Promise<void>;
  /** Lasts up to the recording's last loud sample, and the silence after which the final transcript is asked for. */
  speak(arm: RecogniserArm, file: string): Promise<{ audioMs: number; partials: number }>;
  /** The final transcript of what was spoken, and how long it took from the moment it was asked for. */
  finish(): Promise<{ finalMs: number; text: string; said: string }>;
}

const SAMPLE_RATE_HZ = 16_000;
/** A window of voice detection: that is how the product hands audio on. */
const PIECE_SAMPLES = 512;
/** Of silence, after which the product asks for the final transcript at the latest where nothing hears an end sooner. */
const EAGER_MS = 128;

function createBench(): RecogniserBench {
  let engine: WorkerStt | null = null;
  let spoken: { stream: SttStream; rest: Float32Array; said: string } | null = null;
  const { signal } = new AbortController();
  return {
    async load({ threads }) {
      const own = { threads, modelId: 'moonshine-tiny-en', backend: 'wasm' } as const;
      const { loaded, port } = await loadStage<ListenConfig>('stt', 'listen', own);
      engine = new WorkerStt({ loaded, clock: systemClock });
      engine.attach(port);
    },

    async speak(arm, file) {
      if (engine === null) throw new Error('load() comes first.');
      const { pcm: recorded, transcript } = await readRecording(file);
      const pcm = endSoon(recorded);
      let partials = 0;
      const stream = engine.open({ language: 'en', signal, onPartial: () => (partials += 1) });
      const isStreaming = arm === 'streaming';
      await inRealTime(pcm, (piece) => {
        if (isStreaming) stream.push(piece);
      });
      spoken = { stream, rest: isStreaming ? new Float32Array(0) : pcm, said: transcript };
      return { audioMs: (pcm.length * 1_000) / SAMPLE_RATE_HZ, partials };
    },

    async finish() {
      if (spoken === null) throw new Error('speak() comes first.');
      const { stream, rest, said } = spoken;
      const startMs = performance.now();
      if (rest.length > 0) stream.push(rest);
      const { text } = await stream.transcribe({ signal });
      const finalMs = performance.now() - startMs;
      stream.close();
      return { finalMs, text, said };
    },
  };
}

async function readRecording(file: string): Promise<{ pcm: Float32Array; transcript: string }> {
  const [audio, texts] = await Promise.all([
    fetch(`/recordings/${file}`),
    fetch('/recordings/transcripts.json'),
  ]);
  const { pcm, sampleRateHz } = parseWavMono(new Uint8Array(await audio.arrayBuffer()));
  const transcripts = (await texts.json()) as Record<string, string>;
  return {
    pcm: resample(pcm, { fromHz: sampleRateHz, toHz: SAMPLE_RATE_HZ }),
    transcript: transcripts[file] ?? '',
  };
}

/** Recordings end in silence of up to 400 ms, in which a recogniser could get ahead. */
function endSoon(recorded: Float32Array): Float32Array {
  const endMs = new Loudness(recorded, SAMPLE_RATE_HZ).lastBefore(Infinity) ?? 0;
  const pcm = new Float32Array(Math.round(((endMs + EAGER_MS) * SAMPLE_RATE_HZ) / 1_000));
  pcm.set(recorded.subarray(0, pcm.length));
  return pcm;
}

/** Hands out each piece when its last sample would have been spoken. */
async function inRealTime(pcm: Float32Array, hand: (piece: Float32Array) => void): Promise<void> {
  const startMs = performance.now();
  for (let at = 0; at < pcm.length; at += PIECE_SAMPLES) {
    const dueMs = startMs + ((at + PIECE_SAMPLES) * 1_000) / SAMPLE_RATE_HZ;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    hand(pcm.subarray(at, at + PIECE_SAMPLES));
  }
}

Object.assign(globalThis, { recogniserBench: createBench() });
