// The recogniser in the product's listen worker, fed as people speak or with the whole utterance at once, and sherpa-onnx
// with the same weights. Main thread.
import { transfer, wrap } from 'comlink';
import type { Remote } from 'comlink';
import { systemClock } from '../../../src/core/clock.ts';
import type { SttStream } from '../../../src/core/contracts/speech-to-text.ts';
import { WorkerStt } from '../../../src/engines/worker-stt.ts';
import type { ListenConfig } from '../../../src/engines/worker-configs.ts';
import { resample } from '../../../src/core/resampler.ts';
import { parseWavMono } from '../../../src/core/wav.ts';
import { Loudness } from '../../../talk/report/loudness.ts';
import type { SherpaRecogniserService } from '../../workers/sherpa-recogniser.worker.ts';
import { loadStage } from '../product-engines.ts';

/** `streaming`: fed in real time, with partial transcripts; the others do nothing before the end. */
export type RecogniserArm = 'streaming' | 'one shot' | 'sherpa-onnx';

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
  let recognisers: { own: WorkerStt; sherpa: Remote<SherpaRecogniserService> } | null = null;
  let spoken: { transcribe: () => Promise<string>; said: string } | null = null;
  const { signal } = new AbortController();
  return {
    async load({ threads }) {
      const own = { threads, modelId: 'moonshine-tiny-en', backend: 'wasm' } as const;
      const { loaded, port } = await loadStage<ListenConfig>('stt', 'listen', own);
      const engine = new WorkerStt({ loaded, clock: systemClock });
      engine.attach(port);
      recognisers = { own: engine, sherpa: await loadSherpa() };
    },

    async speak(arm, file) {
      if (recognisers === null) throw new Error('load() comes first.');
      const { own, sherpa } = recognisers;
      const { pcm: recorded, transcript: said } = await readRecording(file);
      const pcm = endSoon(recorded);
      const audioMs = (pcm.length * 1_000) / SAMPLE_RATE_HZ;
      if (arm === 'sherpa-onnx') {
        await inRealTime(pcm, () => undefined);
        const transcribe = () => sherpa.transcribe(transfer(pcm, [pcm.buffer]));
        spoken = { transcribe, said };
        return { audioMs, partials: 0 };
      }
      let partials = 0;
      const stream = own.open({ language: 'en', signal, onPartial: () => (partials += 1) });
      const isStreaming = arm === 'streaming';
      await inRealTime(pcm, (piece) => {
        if (isStreaming) stream.push(piece);
      });
      const rest = isStreaming ? null : pcm;
      spoken = { transcribe: () => finish(stream, rest, signal), said };
      return { audioMs, partials };
    },

    async finish() {
      if (spoken === null) throw new Error('speak() comes first.');
      const { transcribe, said } = spoken;
      const startMs = performance.now();
      const text = await transcribe();
      return { finalMs: performance.now() - startMs, text, said };
    },
  };
}

async function loadSherpa(): Promise<Remote<SherpaRecogniserService>> {
  const service = wrap<SherpaRecogniserService>(
    new Worker(new URL('../../workers/sherpa-recogniser.worker.ts', import.meta.url), {
      type: 'module',
    }),
  );
  await service.load();
  return service;
}

/** @param rest what was not handed to it yet. */
async function finish(
  stream: SttStream,
  rest: Float32Array | null,
  signal: AbortSignal,
): Promise<string> {
  if (rest !== null) stream.push(rest);
  const { text } = await stream.transcribe({ signal });
  stream.close();
  return text;
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
