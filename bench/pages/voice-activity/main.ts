// Voice activity detection, ours and vad-web's, on the same weights in one page: its cost, and when it ends speech. Main thread.
import { MicVAD } from '@ricky0123/vad-web';
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../../src/core/contracts/vad.ts';
import { toFloat } from '../../../talk/page/injected-microphone.ts';
import { createSileroVad } from '../../../workers/engines/silero-vad.ts';

/** What vad-web is told; what is left out stays as it comes. */
export interface VadWebSettings {
  readonly redemptionMs?: number;
  readonly minSpeechMs?: number;
  readonly positiveSpeechThreshold?: number;
  readonly negativeSpeechThreshold?: number;
}

/** Called by the launcher. Audio is s16le mono at 16 kHz in base64. */
export interface VoiceActivityBench {
  load(): Promise<void>;
  /** Compute for a second of audio, in ms, all of the given audio taken in one go. */
  costMs(arm: 'ours' | 'vad-web', pcmBase64: string): Promise<number>;
  /** The times, in ms of the audio, at which vad-web says that somebody has finished speaking. */
  speechEnds(settings: VadWebSettings, pcmBase64: string): Promise<number[]>;
}

const SAMPLES_PER_MS = 16;
const WINDOW_SAMPLES = 512;

const files: ModelFiles = {
  async read(modelId, fileName, { signal }) {
    const response = await fetch(`/models/${modelId}/${fileName}`, { signal });
    if (!response.ok) throw new Error(`${fileName} of ${modelId}: status ${response.status}`);
    return response.arrayBuffer();
  },
};

function createBench(): VoiceActivityBench {
  let ours: VadEngine | null = null;
  let theirs: MicVAD | null = null;
  return {
    async load() {
      ours = await createSileroVad({ files, signal: new AbortController().signal });
      theirs = await createVadWeb({});
      await runOver(new Float32Array(8 * WINDOW_SAMPLES), (window) => theirs?.processFrame(window));
    },

    async costMs(arm, pcmBase64) {
      if (ours === null || theirs === null) throw new Error('load() comes first.');
      const pcm = toFloat(pcmBase64);
      ours.reset();
      theirs.frameProcessor.reset();
      const [own, peer] = [ours, theirs];
      const startMs = performance.now();
      await runOver(pcm, (window) =>
        arm === 'ours' ? own.process(window) : peer.processFrame(window),
      );
      const seconds = pcm.length / SAMPLES_PER_MS / 1_000;
      return (performance.now() - startMs) / seconds;
    },

    async speechEnds(settings, pcmBase64) {
      const ends: number[] = [];
      let nowMs = 0;
      const vad = await createVadWeb({ ...settings, onSpeechEnd: () => ends.push(nowMs) });
      await runOver(toFloat(pcmBase64), async (window, endSample) => {
        nowMs = endSample / SAMPLES_PER_MS;
        await vad.processFrame(window);
      });
      return ends;
    },
  };
}

async function createVadWeb(
  settings: VadWebSettings & { onSpeechEnd?: () => void },
): Promise<MicVAD> {
  const vad = await MicVAD.new({
    ...settings,
    model: 'v5',
    baseAssetPath: '/models/silero-vad/',
    onnxWASMBasePath: '/peers/vad-ort/',
    startOnLoad: false,
  });
  vad.frameProcessor.resume();
  return vad;
}

async function runOver(
  pcm: Float32Array,
  handle: (window: Float32Array, endSample: number) => Promise<unknown> | undefined,
): Promise<void> {
  for (let at = 0; at + WINDOW_SAMPLES <= pcm.length; at += WINDOW_SAMPLES) {
    await handle(pcm.slice(at, at + WINDOW_SAMPLES), at + WINDOW_SAMPLES);
  }
}

Object.assign(globalThis, { voiceActivityBench: createBench() });
