// The product's voice detection over a recorded microphone, outside any browser. Node.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import path from 'node:path';
import { MODELS_DIR } from '../../scripts/lib/paths.mjs';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { toDecibels, toRms } from '../../src/core/pcm.ts';
import { resample } from '../../src/core/resampler.ts';
import type { VadWindow } from '../../src/turn/speech-segmenter.ts';
import type { Signal } from './clips/shape.ts';

/** The weights of the models folder. */
export const modelFiles: ModelFiles = {
  async read(modelId, fileName) {
    const bytes = await readFile(path.join(MODELS_DIR, modelId, fileName));
    return Uint8Array.from(bytes).buffer;
  },
};

/** The weights must be in the models folder. */
export async function createVad(): Promise<VadEngine> {
  register('./asset-urls.mjs', import.meta.url);
  // Imported late: the hook must be there first.
  const { createSileroVad } = await import('../../workers/engines/silero-vad.ts');
  return createSileroVad({ files: modelFiles, signal: new AbortController().signal });
}

/** Back-to-back windows from the first sample; times in ms of the recording. Resets the engine. */
export async function traceVoice(vad: VadEngine, signal: Signal): Promise<VadWindow[]> {
  const { sampleRateHz, windowSamples } = vad;
  const pcm = resample(signal.pcm, { fromHz: signal.sampleRateHz, toHz: sampleRateHz });
  const windows: VadWindow[] = [];
  vad.reset();
  for (let at = 0; at + windowSamples <= pcm.length; at += windowSamples) {
    const samples = pcm.slice(at, at + windowSamples);
    const levelDb = toDecibels(toRms(samples));
    const probability = await vad.process(samples);
    const startMs = (at * 1000) / sampleRateHz;
    const endMs = ((at + windowSamples) * 1000) / sampleRateHz;
    windows.push({ probability, levelDb, startMs, endMs });
  }
  return windows;
}
