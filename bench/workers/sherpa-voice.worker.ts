// The Piper voice on sherpa-onnx, as its engine has it, with a lexicon of what will be said. Worker.
import { expose, transfer } from 'comlink';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import { SHERPA_VOICE, sherpaVoiceFiles } from '../../test/support/sherpa-voice.ts';
import { createSherpaTts } from '../../workers/engines/sherpa-tts.ts';

const { signal } = new AbortController();
let engine: TtsEngine | null = null;

const service = {
  /** @param text all that will be said. */
  async load(text: string): Promise<void> {
    const files = await sherpaVoiceFiles(text);
    engine = await createSherpaTts({ files, model: SHERPA_VOICE, signal });
  },
  async speak(
    text: string,
    onChunk: (chunk: { pcm: Float32Array; sampleRateHz: number }) => void,
  ): Promise<void> {
    if (engine === null) throw new Error('load() comes first.');
    for await (const chunk of engine.synthesize({ text, voice: null, speed: 1, signal })) {
      const { pcm, sampleRateHz } = chunk;
      onChunk(transfer({ pcm, sampleRateHz }, [pcm.buffer]));
    }
  },
};

export type SherpaVoiceService = typeof service;

expose(service);
