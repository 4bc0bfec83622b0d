// What a service of the browser's own would hear: a stand-in takes the real track, and understands it by our own recogniser.
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openWebSpeech, openWebSpeechVoice } from '../../src/browser/open-web-speech.ts';
import type { PartialTranscript, SttEngine } from '../../src/core/contracts/speech-to-text.ts';
import { createMoonshineStt } from '../../workers/engines/moonshine-stt.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { concatenate, cut, fetchRecording, LIBRIVOX, silence } from '../support/recordings.ts';
import { wordErrorRate } from '../support/word-error-rate.ts';

const { signal } = new AbortController();
let recogniser: SttEngine;
beforeAll(async () => {
  recogniser = await createMoonshineStt({ files: servedModelFiles, threads: 1, signal });
});
afterEach(() => vi.unstubAllGlobals());

const READER = `registerProcessor('reader', class extends AudioWorkletProcessor {
  process([[samples]]) {
    if (samples !== undefined) this.port.postMessage(samples.slice());
    return true;
  }
});`;

async function readTrack(
  context: AudioContext,
  track: MediaStreamTrack,
  onSamples: (pcm: Float32Array) => void,
): Promise<void> {
  const url = URL.createObjectURL(new Blob([READER], { type: 'text/javascript' }));
  await context.audioWorklet.addModule(url);
  const reader = new AudioWorkletNode(context, 'reader');
  reader.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onSamples(data);
  context.createMediaStreamSource(new MediaStream([track])).connect(reader);
}

/** Listens to a track, as the API has it. */
class StandIn extends EventTarget {
  lang = '';
  continuous = false;
  interimResults = false;
  readonly #context = new AudioContext({ sampleRate: 16_000 });

  start(track: MediaStreamTrack): void {
    const hear = (transcript: string, isFinal: boolean): void => {
      const results = [Object.assign([{ transcript }], { isFinal })];
      this.dispatchEvent(Object.assign(new Event('result'), { results }));
    };
    const onPartial = ({ text }: PartialTranscript): void => hear(text, false);
    const stream = recogniser.open({ language: this.lang, onPartial, signal });
    let [quiet, isSaid] = [0, false];
    void readTrack(this.#context, track, (pcm) => {
      const isQuiet = pcm.every((sample) => Math.abs(sample) < 1e-3);
      quiet = isQuiet ? quiet + pcm.length : 0;
      if (!isQuiet) isSaid = true;
      stream.push(pcm);
      if (!isSaid || quiet < 8_000) return;
      isSaid = false;
      void stream.transcribe({ signal }).then(({ text }) => hear(text, true));
    });
  }

  abort(): void {
    void this.#context.close();
  }
}

test('samples reach the service as they are, also what was said before the stream was opened', async () => {
  vi.stubGlobal('SpeechRecognition', StandIn);
  const { pcm, transcript } = await fetchRecording(LIBRIVOX[0] ?? '');
  const engine = openWebSpeech();
  const partials: string[] = [];
  const onPartial = ({ text }: PartialTranscript): void => void partials.push(text);
  const stream = engine.open({ language: 'en', onPartial, signal });
  const sound = concatenate(pcm, silence(100));
  // The pre-roll at once, the rest as it comes.
  stream.push(sound.subarray(0, 8_000));
  for (const chunk of cut(sound.subarray(8_000), 512)) {
    await new Promise((resolve) => setTimeout(resolve, 32));
    stream.push(chunk);
  }
  const { text, isTimedOut } = await stream.transcribe({ signal });
  expect(isTimedOut).toBe(false);
  expect(wordErrorRate([{ reference: transcript, hypothesis: text }])).toBeLessThanOrEqual(0.2);
  expect(partials.length).toBeGreaterThan(1);
  stream.close();
  await engine.dispose();
});

test('a browser without one is told so', async () => {
  vi.stubGlobal('SpeechRecognition', undefined);
  vi.stubGlobal('webkitSpeechRecognition', undefined);
  expect(openWebSpeech).toThrow(expect.objectContaining({ code: 'unsupported' }));
  vi.stubGlobal('speechSynthesis', undefined);
  const opening = openWebSpeechVoice({ voices: 'device', language: 'en', signal });
  await expect(opening).rejects.toMatchObject({ code: 'unsupported' });
});
