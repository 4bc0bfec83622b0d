// Speaks text with the product's own voices, outside any conversation, to make clips of. Main thread.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Phonemiser } from '../../src/core/contracts/phonemiser.ts';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import { toInt16 } from '../../src/core/pcm.ts';
import { createKokoroTts } from '../../workers/engines/kokoro-tts.ts';
import { createPhonemiser } from '../../workers/engines/phonemiser-choice.ts';

export interface SpokenText {
  /** s16le mono. */
  readonly pcmBase64: string;
  readonly sampleRateHz: number;
}

export interface SpokenLine {
  readonly voice: string;
  readonly text: string;
  readonly speed: number;
  /** Default `espeak`: clips that were made with it stay what they are. */
  readonly phonemes?: 'auto' | 'espeak';
}

/** Called by the launcher. */
export interface TalkSpeaker {
  /** Says a text with a Kokoro voice. Rejects when the weights cannot be loaded or the voice is unknown. */
  speak(line: SpokenLine): Promise<SpokenText>;
}

const BYTES_PER_CALL = 0x8000;

const files: ModelFiles = {
  async read(modelId, fileName, { signal }) {
    const response = await fetch(`/models/${modelId}/${fileName}`, { signal });
    if (!response.ok) throw new Error(`${fileName} of ${modelId}: status ${response.status}`);
    return response.arrayBuffer();
  },
};

function createSpeaker(): TalkSpeaker {
  const { signal } = new AbortController();
  const phonemisers = {
    auto: createPhonemiser({ files }),
    espeak: createPhonemiser({ files, prefer: 'espeak' }),
  };
  let spokenWith = phonemisers.espeak;
  /** One voice for both: it is large. */
  const phonemise: Phonemiser = {
    knows: (language) => spokenWith.knows(language),
    phonemise: (text, options) => spokenWith.phonemise(text, options),
  };
  let loading: Promise<TtsEngine> | null = null;
  return {
    async speak({ voice, text, speed, phonemes }) {
      spokenWith = phonemisers[phonemes ?? 'espeak'];
      loading ??= createKokoroTts({ files, phonemise, signal, threads: 2 });
      const engine = await loading;
      const parts: number[] = [];
      let sampleRateHz = 0;
      for await (const chunk of engine.synthesize({ text, voice, speed, signal })) {
        ({ sampleRateHz } = chunk);
        for (const sample of toInt16(chunk.pcm)) parts.push(sample);
      }
      return { pcmBase64: toBase64(Int16Array.from(parts)), sampleRateHz };
    },
  };
}

function toBase64(samples: Int16Array): string {
  const bytes = new Uint8Array(samples.buffer);
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += BYTES_PER_CALL) {
    text += String.fromCharCode(...bytes.subarray(offset, offset + BYTES_PER_CALL));
  }
  return btoa(text);
}

Object.assign(globalThis, { talkSpeaker: createSpeaker() });
