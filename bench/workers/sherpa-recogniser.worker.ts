// Moonshine on sherpa-onnx, with the very weights of the product's: whole pieces of audio, as the package takes them. Worker.
import { expose } from 'comlink';
import { servedModelFiles } from '../../test/support/model-files-over-http.ts';
import { moonshineTokens } from '../../test/support/moonshine-tokens.ts';
import { createSherpaOffline } from '../../workers/runtimes/sherpa/sherpa-offline.ts';
import type { SherpaOffline } from '../../workers/runtimes/sherpa/sherpa-offline.ts';

const MODEL_ID = 'moonshine-tiny-en';
/** A second of silence, so that the first piece is no slower than others. */
const WARM_UP = new Float32Array(16_000);

const { signal } = new AbortController();
let recogniser: SherpaOffline | null = null;

const service = {
  async load(): Promise<void> {
    const read = (name: string) => servedModelFiles.read(MODEL_ID, name, { signal });
    const [encoder, mergedDecoder] = await Promise.all([
      read('encoder_model.onnx'),
      read('decoder_model_merged.onnx'),
    ]);
    recogniser = await createSherpaOffline({
      ...{ worker: 'listen', modelId: MODEL_ID, signal },
      ...{ family: 'moonshine', metadata: new Map<string, string>() },
      files: { encoder, mergedDecoder, tokens: moonshineTokens().buffer },
    });
    recogniser.run(WARM_UP, '');
  },

  /** @param pcm 16 kHz. */
  transcribe(pcm: Float32Array): string {
    if (recogniser === null) throw new Error('load() comes first.');
    return recogniser.run(pcm, '').text.trim();
  },
};

export type SherpaRecogniserService = typeof service;

expose(service);
